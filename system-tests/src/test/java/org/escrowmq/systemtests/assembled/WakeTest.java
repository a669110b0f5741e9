package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/** How soon a poll that waits is woken: the median of five, with nothing beside. One that is not woken takes seconds. */
@Tag("conformance")
@Isolated("the protocol names times")
@ExtendWith(SharedServer.class)
class WakeTest {
    private static final int WAKES = 5;
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofSeconds(20);

    @Test
    @DisplayName("95: a waiting long poll gets a new message within 200 ms")
    void sendWakesThePoll(SharedServer.Running server) throws Exception {
        String topic = server.topic(8);
        String group = server.group();
        List<Long> millis = new ArrayList<>();
        try (RawClient poller = server.raw();
                RawClient sender = server.raw()) {
            poller.receive(group, topic, 1, LEASE);
            for (int i = 0; i < WAKES; i++) {
                CompletableFuture<Void> poll = waiting(poller, group, topic);
                long begin = System.nanoTime();
                sender.send(RawClient.message(topic, Received.bytes("wake up"), null));
                poll.get(20, TimeUnit.SECONDS);
                millis.add((System.nanoTime() - begin) / 1_000_000);
            }
        }
        assertSoon(millis);
    }

    @Test
    @DisplayName("143: an ack that unlocks a message group gives a waiting poll the next message within 200 ms")
    void ackWakesThePoll(SharedServer.Running server) throws Exception {
        String topic = server.fifoTopic(1);
        List<Long> millis = new ArrayList<>();
        try (RawClient raw = server.raw();
                RawClient poller = server.raw()) {
            for (int i = 0; i < 2 * WAKES; i++) {
                Code stored = raw.send(grouped(topic, "g" + i / 2, "m" + i))
                        .getStatus()
                        .getCode();
                assertEquals(Code.OK, stored);
            }
            for (int i = 0; i < WAKES; i++) {
                String group = server.fifoGroup();
                List<Message> held = new ArrayList<>();
                for (int pair = 0; pair < WAKES; pair++) held.add(raw.receiveOne(group, topic, LEASE, POLL));
                CompletableFuture<Void> poll = waiting(poller, group, topic);
                long begin = System.nanoTime();
                raw.ack(group, topic, RawClient.handle(held.get(i)));
                poll.get(20, TimeUnit.SECONDS);
                millis.add((System.nanoTime() - begin) / 1_000_000);
            }
        }
        assertSoon(millis);
    }

    /** A poll that is registered: one that came after the message would prove nothing. */
    private static CompletableFuture<Void> waiting(RawClient poller, String group, String topic) {
        CompletableFuture<Void> poll = Polls.start(poller, RawClient.receiveRequest(group, topic, 1, LEASE, POLL));
        Awaitility.await().during(Duration.ofMillis(500)).until(() -> !poll.isDone());
        return poll;
    }

    private static Message grouped(String topic, String messageGroup, String text) {
        return RawClient.grouped(topic, messageGroup, Received.bytes(text));
    }

    private static void assertSoon(List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        assertTrue(sorted.get(sorted.size() / 2) <= 200, "milliseconds, sorted: " + sorted);
    }
}
