package org.escrowmq.cluster.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.escrowmq.delay.DueTime;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelayedIdTest {
    @Test
    void whatWasWrittenIsRead() {
        DelayedId id = new DelayedId(new QueueId(new TopicId(26), 3), new DueTime(1_790_000_000_123L, 1_234));
        assertEquals("D1-1a-3-4d2-1a0c4506c7b", id.text());
        assertEquals(Optional.of(id), DelayedId.read(id.text()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "D1",
                "D1-1a-3-4d2",
                "D2-1a-3-4d2-1",
                "D1-0-3-4d2-1",
                "D1-1A-3-4d2-1",
                "D1-1a-3-4d2-1 ",
                "D1-1a-ffffffff-1-1",
                "D1-1a-3-ffffffffffffffff-1",
                "T1-1a-3-4d2"
            })
    void anythingElseIsNoHandle(String text) {
        assertEquals(Optional.empty(), DelayedId.read(text));
    }
}
