package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.RecallMessageRequest;
import apache.rocketmq.v2.RecallMessageResponse;
import apache.rocketmq.v2.SendMessageResponse;
import apache.rocketmq.v2.SendResultEntry;
import java.io.IOException;
import java.time.Duration;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Delivery times and recalls on the wire. */
class DelayTest {
    private Rig rig;

    @BeforeEach
    void start() throws IOException {
        rig = Rig.start();
        rig.catalogue.topic("delay", TopicType.DELAY, 4);
        rig.catalogue.topic("fifo", TopicType.FIFO, 4);
        rig.catalogue.topic("other", TopicType.DELAY, 4);
    }

    @AfterEach
    void stop() throws InterruptedException {
        rig.close();
    }

    private static long soon() {
        return System.currentTimeMillis() + 60_000;
    }

    private static Message due(long epochMillis) {
        return Messages.message("delay", "id", system -> system.setDeliveryTimestamp(WireTimes.timestamp(epochMillis)));
    }

    private static Message withProperty(String topic, String value) {
        return Messages.message(topic, "id", system -> system.setMessageGroup("g")).toBuilder()
                .putUserProperties("escrow-deliver-at", value)
                .build();
    }

    private SendMessageResponse send(Message message) {
        return rig.client("c").sendMessage(Messages.send(message));
    }

    private void assertIllegal(String text, Message message) {
        SendMessageResponse answer = send(message);
        assertEquals(Code.ILLEGAL_DELIVERY_TIME, answer.getStatus().getCode());
        assertTrue(
                answer.getStatus().getMessage().contains(text),
                answer.getStatus().getMessage());
    }

    private RecallMessageResponse recall(String topic, String handle) {
        return rig.client("c")
                .recallMessage(RecallMessageRequest.newBuilder()
                        .setTopic(Rig.resource(topic))
                        .setRecallHandle(handle)
                        .build());
    }

    @Test
    @DisplayName("66: a DELAY topic takes a message that is declared NORMAL and has a delivery time")
    void aMessageThatWaitsHasAHandleAndNoOffset() {
        long due = soon();
        SendResultEntry entry = send(due(due)).getEntries(0);
        assertEquals(Code.OK, entry.getStatus().getCode());
        assertFalse(entry.getRecallHandle().isEmpty());
        assertEquals(due, rig.exchange.delayed().get(entry.getRecallHandle()).deliverAtEpochMillis());
    }

    @Test
    void aTimeTooFarAheadNamesTheLimitAndItsKey() {
        assertIllegal(
                "escrow.delay-scheduler.max-delay",
                due(System.currentTimeMillis() + Duration.ofDays(365).toMillis() + 60_000));
        assertIllegal("365 d", due(Long.MAX_VALUE / 2));
    }

    @Test
    void thePropertyStandsForTheTime() {
        long due = soon();
        SendResultEntry entry = send(withProperty("fifo", Long.toString(due))).getEntries(0);
        assertEquals(Code.OK, entry.getStatus().getCode());
        assertEquals(due, rig.exchange.delayed().get(entry.getRecallHandle()).deliverAtEpochMillis());
    }

    @Test
    void thePropertyIsCheckedLikeTheField() {
        for (String value : new String[] {"", "tomorrow", "-5", "1e9", "1234567890123456789"}) {
            assertIllegal("escrow-deliver-at", withProperty("fifo", value));
        }
        assertIllegal("escrow.delay-scheduler.max-delay", withProperty("fifo", "99999999999999"));
        Message two = due(soon()).toBuilder()
                .putUserProperties("escrow-deliver-at", "1000")
                .build();
        assertIllegal("another time", two);
    }

    @Test
    void howFarAClientsClockIsAheadIsKnown() {
        send(Messages.message(
                "delay",
                "id",
                system -> system.setDeliveryTimestamp(WireTimes.timestamp(soon()))
                        .setBornTimestamp(WireTimes.timestamp(System.currentTimeMillis() + 3_600_000))));
        long ahead = rig.clients.clocksAhead().get("c");
        assertTrue(ahead > 3_500_000 && ahead <= 3_600_000, ahead + " ms");
    }

    @Test
    void aRecallAnswersWithTheMessage() {
        String handle = send(due(soon())).getEntries(0).getRecallHandle();
        RecallMessageResponse answer = recall("delay", handle);
        assertEquals(Code.OK, answer.getStatus().getCode());
        assertEquals("id", answer.getMessageId());
    }

    @Test
    void aRecallThatCannotBeIsRefused() {
        assertEquals(Code.NOT_FOUND, recall("delay", "waits-99").getStatus().getCode());
        assertEquals(Code.BAD_REQUEST, recall("delay", " ").getStatus().getCode());
        assertEquals(
                Code.TOPIC_NOT_FOUND, recall("nowhere", "waits-0").getStatus().getCode());
        assertEquals(Code.ILLEGAL_TOPIC, recall("a b", "waits-0").getStatus().getCode());
    }
}
