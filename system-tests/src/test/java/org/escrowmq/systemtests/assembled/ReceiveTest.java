package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.DigestType;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.ReceiveMessageResponse;
import apache.rocketmq.v2.SystemProperties;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.shaded.io.grpc.stub.ClientCallStreamObserver;
import org.apache.rocketmq.shaded.io.grpc.stub.ClientResponseObserver;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Polls, filters and where a group starts. */
@Tag("conformance")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedServer.class)
class ReceiveTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(40);

    @Test
    @DisplayName("9: with 200 long polls open on a connection, a send on it answers within 1 s")
    void manyPolls(SharedServer.Running server) throws Exception {
        String topic = server.topic(8);
        String empty = server.topic(8);
        String group = server.group();
        try (RawClient raw = server.raw()) {
            List<CompletableFuture<Void>> polls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                polls.add(Polls.start(raw, RawClient.receiveRequest(group, empty, 1, LEASE, Duration.ofSeconds(15))));
            }
            raw.send(RawClient.message(topic, Received.bytes("first call of the connection"), null));
            List<Double> seconds = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                long begin = System.nanoTime();
                assertEquals(
                        Code.OK,
                        raw.send(RawClient.message(topic, Received.bytes("beside polls"), null))
                                .getStatus()
                                .getCode());
                seconds.add((System.nanoTime() - begin) / 1e9);
            }
            // The middle one: this JVM runs other tests meanwhile.
            seconds.sort(null);
            assertTrue(seconds.get(2) < 1, "seconds, sorted: " + seconds);
            assertFalse(polls.stream().anyMatch(CompletableFuture::isDone), "the polls still wait");
        }
    }

    @Test
    @DisplayName("92: an empty topic and an await duration of 10 s: an empty list after 10 to 20 s")
    void emptyReceive(SharedServer.Running server) throws Exception {
        try (SimpleConsumer consumer =
                server.clients().simple(server.group(), server.topic(8), Duration.ofSeconds(10))) {
            long begin = System.nanoTime();
            assertEquals(List.of(), consumer.receive(32, LEASE));
            double seconds = (System.nanoTime() - begin) / 1e9;
            assertTrue(seconds > 9.9 && seconds < 20, "empty after " + seconds + " s");
        }
    }

    @Test
    @DisplayName("99: a deadline equal to the long poll: MESSAGE_NOT_FOUND, not DEADLINE_EXCEEDED")
    void deadlineEqualsPoll(SharedServer.Running server) {
        Duration poll = Duration.ofSeconds(6);
        try (RawClient raw = server.raw()) {
            List<ReceiveMessageResponse> frames = raw.frames(
                    RawClient.receiveRequest(server.group(), server.topic(8), 1, LEASE, poll)
                            .build(),
                    poll);
            assertEquals(Code.MESSAGE_NOT_FOUND, RawClient.status(frames));
        }
    }

    @Test
    @DisplayName("103: the filter a||b gets exactly a and b, and c does not block progress")
    void twoTags(SharedServer.Running server) throws Exception {
        assertFiltered(server, "a||b", List.of("a", "c", "b", "c", "a", "b"), List.of("a", "a", "b", "b"));
    }

    @Test
    @DisplayName("104: tags of equal hash are different tags")
    void equalHashes(SharedServer.Running server) throws Exception {
        assertEquals("AaAa".hashCode(), "BBBB".hashCode());
        assertFiltered(server, "AaAa", List.of("BBBB", "AaAa", "BBBB"), List.of("AaAa"));
    }

    @Test
    @DisplayName("105: tags are case-sensitive")
    void caseOfTags(SharedServer.Running server) throws Exception {
        assertFiltered(server, "BB", List.of("bb", "BB", "bB"), List.of("BB"));
    }

    private static void assertFiltered(
            SharedServer.Running server, String expression, List<String> sent, List<String> expected) throws Exception {
        String topic = server.topic(4);
        String group = server.group();
        Received received = new Received();
        try (PushConsumer push = server.clients().push(group, topic, new FilterExpression(expression), received);
                RawClient raw = server.raw()) {
            assertEquals(group, push.getConsumerGroup());
            for (String tag : sent) {
                raw.send(RawClient.message(topic, Received.bytes(tag), tag));
            }
            received.awaitCount(expected.size(), SOON);
            Awaitility.await()
                    .during(Duration.ofSeconds(2))
                    .atMost(SOON)
                    .until(() -> received.messages().size() == expected.size());
            assertEquals(expected, received.texts().stream().sorted().toList());
        }
    }

    @Test
    @DisplayName("69: Chinese and emoji in body, tag and key arrive as they were sent")
    void otherScripts(SharedServer.Running server) throws Exception {
        String topic = server.topic(4);
        Received received = new Received();
        try (Producer producer = server.clients().producer(topic);
                PushConsumer push = server.clients().push(server.group(), topic, received)) {
            assertFalse(push.getConsumerGroup().isEmpty());
            producer.send(OfficialClients.message(topic)
                    .setBody(Received.bytes("消息 🚀"))
                    .setTag("标签🏷")
                    .setKeys("键🔑", "第二")
                    .addProperty("属性", "值✅")
                    .build());
            received.awaitCount(1, SOON);
            MessageView message = received.messages().get(0);
            assertEquals("消息 🚀", Received.text(message));
            assertEquals("标签🏷", message.getTag().orElseThrow());
            assertEquals(List.of("键🔑", "第二"), List.copyOf(message.getKeys()));
            assertEquals("值✅", message.getProperties().get("属性"));
        }
    }

    @Test
    @DisplayName(
            "110, 112, 113: a receive needs no settings; attempt 1, handle, MD5 digest, times, queue and offset are set, no tag")
    void fieldsOfAMessage(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        byte[] body = Received.bytes("fields");
        try (RawClient raw = server.raw()) {
            Message sent = RawClient.message(topic, body, null);
            raw.send(sent);
            Message message = raw.receiveOne(server.group(), topic, LEASE, SOON);
            SystemProperties fields = message.getSystemProperties();
            assertEquals(sent.getSystemProperties().getMessageId(), fields.getMessageId());
            assertEquals(1, fields.getDeliveryAttempt());
            assertFalse(fields.getReceiptHandle().isEmpty());
            assertEquals(DigestType.MD5, fields.getBodyDigest().getType());
            byte[] digest = MessageDigest.getInstance("MD5").digest(body);
            assertEquals(
                    HexFormat.of().withUpperCase().formatHex(digest),
                    fields.getBodyDigest().getChecksum());
            assertEquals(sent.getSystemProperties().getBornTimestamp(), fields.getBornTimestamp());
            assertEquals("raw", fields.getBornHost());
            assertTrue(fields.hasStoreTimestamp());
            assertFalse(fields.getStoreHost().isEmpty());
            assertEquals(0, fields.getQueueId());
            assertEquals(0, fields.getQueueOffset());
            assertFalse(fields.hasTag());
        }
    }

    @Test
    @DisplayName(
            "111: a receive cancelled while its messages are written: another client gets them soon, attempts counted")
    void cancelledReceive(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        String group = server.group();
        byte[] large = new byte[1 << 20];
        try (RawClient leaving = server.raw();
                RawClient staying = server.raw()) {
            for (int i = 0; i < 8; i++) {
                staying.send(RawClient.message(topic, large, null));
            }
            FirstFrameOnly observer = new FirstFrameOnly();
            leaving.async()
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .receiveMessage(
                            RawClient.receiveRequest(group, topic, 8, Duration.ofMinutes(5), Duration.ofSeconds(20))
                                    .build(),
                            observer);
            assertTrue(observer.first.await(30, TimeUnit.SECONDS), "the first frame");
            observer.cancel();
            Set<String> ids = new TreeSet<>();
            Awaitility.await().atMost(Duration.ofSeconds(15)).pollInSameThread().until(() -> {
                for (Message message : staying.receive(group, topic, 8, LEASE)) {
                    assertTrue(message.getSystemProperties().getDeliveryAttempt() <= 2);
                    ids.add(message.getSystemProperties().getMessageId());
                }
                return ids.size() == 8;
            });
        }
    }

    @Test
    @DisplayName("114: a new group starts where its start option says; one made by its first poll starts at the end")
    void startOfAGroup(SharedServer.Running server) {
        String topic = server.topic(4);
        try (RawClient raw = server.raw()) {
            for (int i = 0; i < 4; i++) {
                raw.send(RawClient.message(topic, Received.bytes("old " + i), null));
            }
            String latest = server.newGroupName();
            assertEquals(List.of(), raw.receive(latest, topic, 8, LEASE));
            assertEquals(
                    "old",
                    raw.receiveOne(server.group(), topic, LEASE, SOON)
                            .getBody()
                            .toStringUtf8()
                            .substring(0, 3));
            raw.send(RawClient.message(topic, Received.bytes("new"), null));
            assertEquals(
                    "new", raw.receiveOne(latest, topic, LEASE, SOON).getBody().toStringUtf8());
        }
    }

    /** Asks for one frame and reads no more, so that flow control holds the others back. */
    private static class FirstFrameOnly
            implements ClientResponseObserver<ReceiveMessageRequest, ReceiveMessageResponse> {
        final CountDownLatch first = new CountDownLatch(1);
        private volatile ClientCallStreamObserver<ReceiveMessageRequest> stream;

        @Override
        public void beforeStart(ClientCallStreamObserver<ReceiveMessageRequest> requests) {
            stream = requests;
            requests.disableAutoRequestWithInitial(1);
        }

        void cancel() {
            stream.cancel("enough", null);
        }

        @Override
        public void onNext(ReceiveMessageResponse frame) {
            first.countDown();
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
