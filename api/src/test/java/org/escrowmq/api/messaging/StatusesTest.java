package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Status;
import java.util.List;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StatusesTest {
    @ParameterizedTest
    @EnumSource(RefusalCode.class)
    void everyRefusalHasACodeAndAText(RefusalCode code) {
        Status status = Statuses.of(new Refusal(code, ""));
        assertNotEquals(Code.OK, status.getCode());
        assertNotEquals(Code.CODE_UNSPECIFIED, status.getCode());
        assertFalse(status.getMessage().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "TOPIC_NOT_FOUND, TOPIC_NOT_FOUND",
        "GROUP_NOT_FOUND, CONSUMER_GROUP_NOT_FOUND",
        "ILLEGAL_GROUP, ILLEGAL_CONSUMER_GROUP",
        "INVALID_ARGUMENT, BAD_REQUEST",
        "MESSAGE_TYPE_CONFLICT, MESSAGE_PROPERTY_CONFLICT_WITH_TYPE",
        "STORAGE_FULL, TOO_MANY_REQUESTS",
        "TIMEOUT, PROXY_TIMEOUT",
        "UNAVAILABLE, HA_NOT_AVAILABLE",
        "UNSUPPORTED, UNSUPPORTED"
    })
    void table(RefusalCode refusal, Code code) {
        assertEquals(code, Statuses.code(refusal));
    }

    @Test
    void theWordOfAnInvalidHandleStandsInTheTextOnce() {
        String plain = Statuses.of(new Refusal(RefusalCode.INVALID_RECEIPT_HANDLE, "the lease is over"))
                .getMessage();
        assertEquals("INVALID_RECEIPT_HANDLE: the lease is over", plain);
        String named = Statuses.of(new Refusal(RefusalCode.INVALID_RECEIPT_HANDLE, plain))
                .getMessage();
        assertEquals(plain, named);
    }

    @Test
    void severalOfOneCodeAreThatCode() {
        Status full = Statuses.of(Code.TOO_MANY_REQUESTS, "full");
        assertEquals(full, Statuses.ofAll(List.of(full, Statuses.of(Code.TOO_MANY_REQUESTS, "fuller"))));
        assertEquals(
                Code.MULTIPLE_RESULTS,
                Statuses.ofAll(List.of(full, Statuses.OK)).getCode());
    }

    @Test
    void quotesAreShortAndPrintable() {
        assertEquals("'a?b'", Statuses.quote("a\u0000b"));
        assertTrue(Statuses.quote("x".repeat(1000)).length() < 100);
    }
}
