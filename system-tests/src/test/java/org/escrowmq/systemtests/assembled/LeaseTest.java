package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.AckMessageResponse;
import apache.rocketmq.v2.AckMessageResultEntry;
import apache.rocketmq.v2.ChangeInvisibleDurationResponse;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Acknowledging, extending and losing leases, with their real times: most of a test is waiting, so they run beside each other. */
@Tag("conformance")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedServer.class)
class LeaseTest {
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    @DisplayName("116: received for 10 s and acked at 5 s: OK, and it never returns")
    void ackInTime(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        String group = server.group();
        send(server, topic, "in time");
        try (SimpleConsumer consumer = server.clients().simple(group, topic, TEN)) {
            MessageView message = receiveOne(consumer, TEN);
            waitFor(Duration.ofSeconds(5));
            consumer.ack(message);
            assertEquals(List.of(), consumer.receive(1, TEN));
        }
    }

    @Test
    @DisplayName("117: acked at 11 s: INVALID_RECEIPT_HANDLE in the text, and received again with attempt 2")
    void ackTooLate(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        String group = server.group();
        send(server, topic, "late");
        try (SimpleConsumer consumer = server.clients().simple(group, topic, TEN)) {
            MessageView message = receiveOne(consumer, TEN);
            waitFor(Duration.ofSeconds(11));
            ClientException failure = assertThrows(ClientException.class, () -> consumer.ack(message));
            assertTrue(failure.getMessage().contains("INVALID_RECEIPT_HANDLE"), failure.getMessage());
            MessageView again = receiveOne(consumer, TEN);
            assertEquals(message.getMessageId(), again.getMessageId());
            assertEquals(2, again.getDeliveryAttempt());
            consumer.ack(again);
        }
    }

    @Test
    @DisplayName(
            "118: one valid and one expired handle in one request: MULTIPLE_RESULTS with OK and INVALID_RECEIPT_HANDLE")
    void mixedAcks(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        String group = server.group();
        try (RawClient raw = server.raw()) {
            raw.send(RawClient.message(topic, Received.bytes("expires"), null));
            Message expired = raw.receiveOne(group, topic, TEN, SOON);
            raw.send(RawClient.message(topic, Received.bytes("stays"), null));
            waitFor(Duration.ofSeconds(5));
            Message valid = raw.receiveOne(group, topic, Duration.ofSeconds(40), SOON);
            waitFor(Duration.ofSeconds(6));
            AckMessageResponse answer = raw.ack(group, topic, RawClient.handle(valid), RawClient.handle(expired));
            assertEquals(Code.MULTIPLE_RESULTS, answer.getStatus().getCode());
            assertEquals(
                    List.of(Code.OK, Code.INVALID_RECEIPT_HANDLE),
                    answer.getEntriesList().stream()
                            .map(entry -> entry.getStatus().getCode())
                            .toList());
        }
    }

    @Test
    @DisplayName(
            "119, 120, 122: a good ack is OK on top, also a second time; a garbage handle is INVALID_RECEIPT_HANDLE")
    void goodRepeatedAndGarbageAcks(SharedServer.Running server) {
        String topic = server.topic(1);
        String group = server.group();
        try (RawClient raw = server.raw()) {
            raw.send(RawClient.message(topic, Received.bytes("once"), null));
            Message message = raw.receiveOne(group, topic, Duration.ofSeconds(30), SOON);
            for (int i = 0; i < 2; i++) {
                AckMessageResponse answer = raw.ack(group, topic, RawClient.handle(message));
                assertEquals(Code.OK, answer.getStatus().getCode());
                assertEquals(List.of(Code.OK), codes(answer));
            }
            AckMessageResponse garbage = raw.ack(group, topic, "no handle at all");
            assertEquals(List.of(Code.INVALID_RECEIPT_HANDLE), codes(garbage));
            assertEquals(Code.INVALID_RECEIPT_HANDLE, garbage.getStatus().getCode());
        }
    }

    @Test
    @DisplayName("121: an ack that comes through another connection is OK, and the message is gone (one node)")
    void ackThroughAnotherConnection(SharedServer.Running server) {
        String topic = server.topic(1);
        String group = server.group();
        try (RawClient receiver = server.raw();
                RawClient other = server.raw()) {
            receiver.send(RawClient.message(topic, Received.bytes("elsewhere"), null));
            Message message = receiver.receiveOne(group, topic, TEN, SOON);
            assertEquals(
                    Code.OK,
                    other.ack(group, topic, RawClient.handle(message))
                            .getStatus()
                            .getCode());
            waitFor(TEN);
            assertEquals(List.of(), receiver.receive(group, topic, 1, TEN));
        }
    }

    @Test
    @DisplayName("123: changed to 20 s at 5 s: back at about 25 s with attempt 2, and a new handle was returned")
    void extendsTheLease(SharedServer.Running server) {
        String topic = server.topic(1);
        String group = server.group();
        try (RawClient raw = server.raw()) {
            raw.send(RawClient.message(topic, Received.bytes("extended"), null));
            Message message = raw.receiveOne(group, topic, TEN, SOON);
            long received = System.nanoTime();
            waitFor(Duration.ofSeconds(5));
            ChangeInvisibleDurationResponse changed =
                    raw.changeInvisible(group, topic, RawClient.handle(message), Duration.ofSeconds(20));
            assertEquals(Code.OK, changed.getStatus().getCode());
            assertNotEquals(RawClient.handle(message), changed.getReceiptHandle());
            Message again = raw.receiveOne(group, topic, TEN, Duration.ofSeconds(60));
            double seconds = (System.nanoTime() - received) / 1e9;
            assertTrue(seconds >= 24.9 && seconds < 30, "back after " + seconds + " s");
            assertEquals(2, again.getSystemProperties().getDeliveryAttempt());
            assertEquals(id(message), id(again));
        }
    }

    @Test
    @DisplayName("124: changed to 0: back at once")
    void givesBack(SharedServer.Running server) {
        String topic = server.topic(1);
        String group = server.group();
        try (RawClient raw = server.raw()) {
            raw.send(RawClient.message(topic, Received.bytes("given back"), null));
            Message message = raw.receiveOne(group, topic, Duration.ofMinutes(5), SOON);
            assertEquals(
                    Code.OK,
                    raw.changeInvisible(group, topic, RawClient.handle(message), Duration.ZERO)
                            .getStatus()
                            .getCode());
            Message again = raw.receiveOne(group, topic, TEN, Duration.ofSeconds(2));
            assertEquals(id(message), id(again));
            assertEquals(2, again.getSystemProperties().getDeliveryAttempt());
        }
    }

    @Test
    @DisplayName(
            "125, 126, 127: a failing change echoes its handle; superseded and acked handles are INVALID_RECEIPT_HANDLE")
    void deadHandles(SharedServer.Running server) {
        String topic = server.topic(1);
        String group = server.group();
        try (RawClient raw = server.raw()) {
            ChangeInvisibleDurationResponse garbage = raw.changeInvisible(group, topic, "garbage", TEN);
            assertEquals(Code.INVALID_RECEIPT_HANDLE, garbage.getStatus().getCode());
            assertEquals("garbage", garbage.getReceiptHandle());

            raw.send(RawClient.message(topic, Received.bytes("dead handles"), null));
            Message message = raw.receiveOne(group, topic, Duration.ofSeconds(30), SOON);
            String first = RawClient.handle(message);
            String second = raw.changeInvisible(group, topic, first, Duration.ofSeconds(30))
                    .getReceiptHandle();
            assertEquals(
                    Code.INVALID_RECEIPT_HANDLE,
                    raw.ack(group, topic, first).getStatus().getCode());
            assertEquals(Code.OK, raw.ack(group, topic, second).getStatus().getCode());
            assertEquals(
                    Code.INVALID_RECEIPT_HANDLE,
                    raw.changeInvisible(group, topic, second, TEN).getStatus().getCode());
        }
    }

    @Test
    @DisplayName("128: a Java push listener that fails once: again after about the first delay (1 s), with attempt 2")
    void failedListener(SharedServer.Running server) throws Exception {
        String topic = server.topic(8);
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger lastAttempt = new AtomicInteger();
        long[] times = new long[2];
        CountDownLatch twice = new CountDownLatch(2);
        try (PushConsumer consumer = server.clients().push(server.group(), topic, message -> {
            int call = calls.getAndIncrement();
            if (call < 2) {
                times[call] = System.nanoTime();
            }
            lastAttempt.set(message.getDeliveryAttempt());
            twice.countDown();
            return call == 0 ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS;
        })) {
            assertEquals(1, consumer.getSubscriptionExpressions().size());
            send(server, topic, "fails once");
            assertTrue(twice.await(40, TimeUnit.SECONDS), "called " + calls + " times");
            double seconds = (times[1] - times[0]) / 1e9;
            assertTrue(seconds >= 0.9 && seconds < 8, "again after " + seconds + " s");
            assertEquals(2, lastAttempt.get());
        }
    }

    @Test
    @DisplayName("131: a Java push listener that takes minutes: acked with its first handle, no second delivery")
    void slowListener(SharedServer.Running server) throws Exception {
        // A lease is 60 s: 75 s need one renewal, three minutes several.
        Duration work = Duration.ofSeconds(LongSuite.choose(180, 75));
        String topic = server.topic(1);
        String group = server.group();
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        try (PushConsumer consumer = server.clients().push(group, topic, message -> {
            calls.incrementAndGet();
            waitFor(work);
            done.countDown();
            return ConsumeResult.SUCCESS;
        })) {
            assertEquals(group, consumer.getConsumerGroup());
            send(server, topic, "slow");
            assertTrue(done.await(work.toSeconds() + 40, TimeUnit.SECONDS));
            Awaitility.await().during(Duration.ofSeconds(5)).atMost(SOON).until(() -> calls.get() == 1);
        }
        try (RawClient raw = server.raw()) {
            assertEquals(List.of(), raw.receive(group, topic, 1, TEN), "acked, so nobody gets it");
        }
    }

    @Test
    @DisplayName("132: the client holding a message is killed: another gets it within the liveness time and 5 s")
    void killedClient(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        String group = server.group();
        send(server, topic, "left behind");
        try (HoldingClient holder = HoldingClient.start(server.endpoint(), group, topic)) {
            holder.awaitHolding();
            waitFor(Duration.ofSeconds(LongSuite.choose(90, 12)));
            holder.kill();
        }
        long killed = System.nanoTime();
        try (RawClient raw = server.raw()) {
            Message again = raw.receiveOne(group, topic, TEN, SharedServer.LIVENESS.plusSeconds(20));
            double seconds = (System.nanoTime() - killed) / 1e9;
            assertTrue(seconds <= SharedServer.LIVENESS.toSeconds() + 5, "back after " + seconds + " s");
            assertEquals(2, again.getSystemProperties().getDeliveryAttempt());
        }
    }

    @Test
    @DisplayName("133: a client that says goodbye while it holds messages: another gets them within 3 s")
    void terminatedClient(SharedServer.Running server) {
        String topic = server.topic(1);
        String group = server.group();
        try (RawClient leaving = server.raw();
                RawClient staying = server.raw()) {
            leaving.send(RawClient.message(topic, Received.bytes("handed over"), null));
            Message held = leaving.receiveOne(group, topic, null, SOON);
            leaving.terminate(group);
            long left = System.nanoTime();
            Message again = staying.receiveOne(group, topic, TEN, SOON);
            double seconds = (System.nanoTime() - left) / 1e9;
            assertTrue(seconds <= 3, "back after " + seconds + " s");
            assertEquals(id(held), id(again));
        }
    }

    private static void send(SharedServer.Running server, String topic, String text) {
        try (RawClient raw = server.raw()) {
            assertEquals(
                    Code.OK,
                    raw.send(RawClient.message(topic, Received.bytes(text), null))
                            .getStatus()
                            .getCode());
        }
    }

    private static MessageView receiveOne(SimpleConsumer consumer, Duration invisible) throws ClientException {
        for (int i = 0; i < 4; i++) {
            List<MessageView> messages = consumer.receive(1, invisible);
            if (!messages.isEmpty()) {
                return messages.get(0);
            }
        }
        throw new AssertionError("nothing received");
    }

    private static List<Code> codes(AckMessageResponse answer) {
        return answer.getEntriesList().stream()
                .map(AckMessageResultEntry::getStatus)
                .map(Status::getCode)
                .toList();
    }

    private static String id(Message message) {
        return message.getSystemProperties().getMessageId();
    }

    /** The passing of time is what is tested. */
    private static void waitFor(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(60)).until(() -> true);
    }
}
