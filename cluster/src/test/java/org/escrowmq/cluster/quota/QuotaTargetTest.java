package org.escrowmq.cluster.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaTargetTest {
    @ParameterizedTest
    @CsvSource({
        "web-*, web-1@4711@0@abc, true",
        "web-*, web-, true",
        "web-*, xweb-1, false",
        "*, anybody, true",
        "*@host-7, a@b@host-7, true",
        "*@host-7, a@host-70, false",
        "a*b*c, abc, true",
        "a*b*c, a-b-b-c, true",
        "a*b*c, a-c-b, false",
        "**, x, true",
        "exact, exact, true",
        "exact, exactly, false",
        "*aaaaaaaaaaaab, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, false",
    })
    void aStarOfAClientStandsForAnyText(String pattern, String id, boolean fits) {
        assertEquals(fits, new QuotaTarget(QuotaTarget.Kind.CLIENT, pattern).fits(id));
    }

    @Test
    void namesOfTopicsAndGroupsAreNames() {
        assertEquals(false, new QuotaTarget(QuotaTarget.Kind.TOPIC, "orders*").fits("orders-1"));
        assertEquals(true, new QuotaTarget(QuotaTarget.Kind.GROUP, "ns/billing").fits("ns/billing"));
        for (QuotaTarget.Kind kind : QuotaTarget.Kind.values()) {
            assertEquals(kind, QuotaTarget.Kind.ofCode(kind.code()));
        }
        assertThrows(IllegalArgumentException.class, () -> QuotaTarget.Kind.ofCode(4));
    }

    @Test
    void limitsAreInRange() {
        assertThrows(IllegalArgumentException.class, () -> new QuotaLimits(-1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new QuotaLimits(0, QuotaLimits.RATE_MAX + 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new QuotaLimits(0, 0, -1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new QuotaSettings(Duration.ZERO, QuotaLimits.NONE, QuotaLimits.NONE, QuotaLimits.NONE));
    }

    @Test
    void anEqualShareOfWhatMayBeInFlightIsAtLeastOne() {
        assertEquals(2, new DeliveryRoom(1, 1, 0, 3).inFlightMaxOfQueue(2));
        assertEquals(1, new DeliveryRoom(1, 1, 0, 3).inFlightMaxOfQueue(8));
        assertEquals(Integer.MAX_VALUE, DeliveryRoom.UNLIMITED.inFlightMaxOfQueue(8));
        assertEquals((1 << 30) - 1, new DeliveryRoom(1, 1, 0, Integer.MAX_VALUE - 1).inFlightMaxOfQueue(2));
    }
}
