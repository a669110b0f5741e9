package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Status;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.systemtests.client.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What clients see of quotas. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedServer.class)
class QuotaTest {
    @Test
    void aSendBeyondTheQuotaOfItsTopicIsRefusedAndOtherTopicsAreNot(SharedServer.Running server) {
        String hot = server.topic(2);
        String calm = server.topic(2);
        server.admin().setTopicQuota(hot, 1, 0);
        try (RawClient raw = server.raw()) {
            List<Status> refused = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Status status = raw.send(RawClient.message(hot, Received.bytes("hot"), null))
                        .getStatus();
                if (status.getCode() != Code.OK) refused.add(status);
                assertEquals(
                        Code.OK,
                        raw.send(RawClient.message(calm, Received.bytes("calm"), null))
                                .getStatus()
                                .getCode());
            }
            assertTrue(!refused.isEmpty(), "five at once, one a second");
            for (Status status : refused) {
                assertEquals(Code.TOO_MANY_REQUESTS, status.getCode());
                assertTrue(
                        status.getMessage().startsWith("topic " + hot + " may have 1 messages a second"),
                        () -> status.getMessage());
            }
        }
    }
}
