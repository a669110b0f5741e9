package org.escrowmq.api.messaging;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.DigestType;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.ReceiveMessageResponse;
import apache.rocketmq.v2.SystemProperties;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ReceiveMessage through a real connection, with polls of 0.4 to 1.2 s instead of 5 to 20 s. */
@Tag("conformance")
class ReceiveTest {
    private static final Duration MIN = Duration.ofMillis(400);
    private static final Duration MAX = Duration.ofMillis(1200);
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.start("long-poll { min = 400ms, max = 1200ms, reserve = 100ms }");
    }

    @AfterAll
    static void stop() throws Exception {
        rig.close();
    }

    @BeforeEach
    void topic() {
        rig.empty();
        rig.catalogue.topic("t", TopicType.NORMAL, 4);
        group("g");
    }

    private static void group(String name) {
        rig.catalogue.createGroup(
                new GroupSpec(GroupName.of(name), false, 17, GroupSpec.StartPosition.FIRST, RetryPolicy.standard()));
    }

    private static void send(Message... messages) {
        assertEquals(
                Code.OK,
                rig.client("p").sendMessage(Messages.send(messages)).getStatus().getCode());
    }

    private static ReceiveMessageRequest.Builder ask() {
        return Messages.receive("t", "g").setLongPollingTimeout(WireTimes.duration(MIN));
    }

    private static Received receive(ReceiveMessageRequest.Builder request) {
        return Received.of(rig.client("c").receiveMessage(request.build()));
    }

    private static Received receiveWithin(ReceiveMessageRequest.Builder request, Duration deadline) {
        return Received.of(rig.client("c")
                .withDeadlineAfter(deadline.toMillis(), MILLISECONDS)
                .receiveMessage(request.build()));
    }

    private static long millisFor(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1_000_000;
    }

    private static void assertNothing(Received received) {
        assertEquals("st", received.order());
        assertEquals(Code.MESSAGE_NOT_FOUND, received.status().getCode());
    }

    private static void assertRefused(Code code, Received received) {
        assertEquals("s", received.order());
        assertEquals(code, received.status().getCode(), received.status().getMessage());
    }

    @Test
    @DisplayName(
            "92, 93: on an empty topic the whole poll passes, then status MESSAGE_NOT_FOUND and delivery_timestamp")
    void emptyTopic() {
        Duration asked = Duration.ofMillis(800);
        long millis = millisFor(() -> assertNothing(
                receiveWithin(ask().setLongPollingTimeout(WireTimes.duration(asked)), Duration.ofSeconds(10))));
        assertTrue(millis >= asked.toMillis() && millis < 5000, "waited " + millis);
    }

    @Test
    @DisplayName("94: found messages come as status OK, the messages, delivery_timestamp")
    void frames() {
        send(Messages.message("t", "a"), Messages.message("t", "b"));
        Received received = receive(ask());
        assertEquals("smmt", received.order());
        assertEquals(Code.OK, received.status().getCode());
        assertEquals(new TreeSet<>(List.of("a", "b")), new TreeSet<>(received.ids()));
    }

    @Test
    @DisplayName("95: a waiting poll gets a message that is sent")
    void waitingPoll() {
        CompletableFuture<Received> polled = poll(ask().setLongPollingTimeout(WireTimes.duration(MAX)), Context.ROOT);
        await().until(() -> rig.exchange.waiting() == 1);
        long millis = millisFor(() -> {
            send(Messages.message("t", "a"));
            assertEquals(List.of("a"), polled.orTimeout(5, SECONDS).join().ids());
        });
        assertTrue(millis < MAX.toMillis(), "after " + millis);
    }

    @Test
    @DisplayName("96: a wish beyond the longest poll is cut to it")
    void longestPoll() {
        long millis = millisFor(() -> assertNothing(receiveWithin(
                ask().setLongPollingTimeout(WireTimes.duration(Duration.ofSeconds(60))), Duration.ofSeconds(63))));
        assertTrue(millis >= MAX.toMillis() && millis < 6000, "waited " + millis);
    }

    @Test
    @DisplayName("98: without a wish the answer comes before the deadline")
    void oldClient() {
        assertNothing(receiveWithin(ask().clearLongPollingTimeout(), Duration.ofMillis(2300)));
    }

    @Test
    @DisplayName("99: a deadline equal to the poll still gets MESSAGE_NOT_FOUND")
    void deadlineEqualsPoll() {
        assertNothing(receiveWithin(ask().setLongPollingTimeout(WireTimes.duration(MAX)), MAX));
    }

    @Test
    @DisplayName("97: with 2 s left the default settings give ILLEGAL_POLLING_TIME, and BAD_REQUEST to client 5.0.2")
    void tooLittleLeft() throws Exception {
        try (Rig defaults = Rig.start()) {
            defaults.catalogue.topic("t", TopicType.NORMAL, 1);
            ReceiveMessageRequest request = Messages.receive("t", "g").build();
            assertRefused(
                    Code.ILLEGAL_POLLING_TIME,
                    Received.of(
                            defaults.client("c").withDeadlineAfter(2, SECONDS).receiveMessage(request)));
            assertRefused(
                    Code.BAD_REQUEST,
                    Received.of(Rig.withHeaders(
                                    apache.rocketmq.v2.MessagingServiceGrpc.newBlockingStub(defaults.plainChannel()),
                                    "x-mq-client-id",
                                    "old",
                                    "x-mq-client-version",
                                    "5.0.2")
                            .withDeadlineAfter(2, SECONDS)
                            .receiveMessage(request)));
        }
    }

    @Test
    @DisplayName("100: 9999 ms invisible without auto-renewal give ILLEGAL_INVISIBLE_TIME and say too small")
    void tooShortLease() {
        Received received = receive(ask().setInvisibleDuration(WireTimes.duration(Duration.ofMillis(9999))));
        assertRefused(Code.ILLEGAL_INVISIBLE_TIME, received);
        assertTrue(received.status().getMessage().contains("the invisibleTime is too small"));
        assertRefused(Code.ILLEGAL_INVISIBLE_TIME, receive(ask().clearInvisibleDuration()));
    }

    @Test
    @DisplayName("101: 43200001 ms invisible give ILLEGAL_INVISIBLE_TIME and say too large")
    void tooLongLease() {
        Received received = receive(ask().setInvisibleDuration(WireTimes.duration(Duration.ofMillis(43_200_001))));
        assertRefused(Code.ILLEGAL_INVISIBLE_TIME, received);
        assertTrue(received.status().getMessage().contains("the invisibleTime is too large"));
    }

    @Test
    @DisplayName("102: a batch of 100000 is cut to 32, and one of 0 or less is one message")
    void batch() {
        Message[] messages = new Message[100];
        for (int i = 0; i < messages.length; i++) messages[i] = Messages.message("t", "id" + i);
        send(messages);
        assertEquals(32, receive(ask().setBatchSize(100_000)).messages().size());
        assertEquals(1, receive(ask().setBatchSize(0)).messages().size());
        assertEquals(1, receive(ask().setBatchSize(-7)).messages().size());
    }

    @Test
    @DisplayName("103, 104, 105: tags are compared as strings, and what is not wanted is passed over")
    void tags() {
        send(
                tagged("1", "c"),
                tagged("2", "a"),
                tagged("3", "b"),
                tagged("4", "AaAa"),
                tagged("5", "BBBB"),
                tagged("6", "bb"),
                tagged("7", "BB"),
                Messages.message("t", "8"));
        assertEquals(new TreeSet<>(List.of("2", "3")), idsFor("two", "a||b"));
        assertEquals(new TreeSet<>(List.of("4")), idsFor("hash", "AaAa"));
        assertEquals(new TreeSet<>(List.of("7")), idsFor("case", "BB"));
        assertEquals(8, idsFor("star", "*").size());
        assertEquals(8, idsFor("empty", "").size());
    }

    private static TreeSet<String> idsFor(String group, String expression) {
        group(group);
        return new TreeSet<>(
                receive(ask().setGroup(Rig.resource(group)).setFilterExpression(Messages.filter(expression)))
                        .ids());
    }

    private static Message tagged(String id, String tag) {
        return Messages.message("t", id, system -> system.setTag(tag));
    }

    @Test
    @DisplayName("106: of the properties price 10 and 30, price > 20 gets exactly 30, and 10 does not block progress")
    void sql() {
        send(priced("ten", "10"), priced("thirty", "30"), Messages.message("t", "none"));
        assertEquals(List.of("thirty"), receive(ask("price > 20")).ids());
        assertNothing(receive(ask()));
    }

    @ParameterizedTest(name = "107: the SQL expression [{0}] gives ILLEGAL_FILTER_EXPRESSION")
    @ValueSource(strings = {"", " ", "\n"})
    void emptySql(String expression) {
        assertRefused(Code.ILLEGAL_FILTER_EXPRESSION, receive(ask(expression)));
    }

    @Test
    @DisplayName("107: a wrong SQL expression gives ILLEGAL_FILTER_EXPRESSION, and the text says where it is wrong")
    void wrongSql() {
        Received refused = receive(ask("price > 20 AND color LIKE 'r%'"));
        assertRefused(Code.ILLEGAL_FILTER_EXPRESSION, refused);
        assertTrue(
                refused.status().getMessage().contains("at character 22: "),
                refused.status().getMessage());
        assertRefused(Code.ILLEGAL_FILTER_EXPRESSION, receive(ask("a = '" + "x".repeat(2_048) + "'")));
    }

    @Test
    @DisplayName("108: an SQL filter on an absent property: nothing arrives and nothing fails")
    void absentProperty() {
        send(priced("ten", "10"), Messages.message("t", "none"));
        assertNothing(receive(ask("weight > 20 OR NOT (weight > 20)")));
    }

    private static ReceiveMessageRequest.Builder ask(String sql) {
        return ask().setFilterExpression(Messages.sql(sql));
    }

    private static Message priced(String id, String price) {
        return Messages.message("t", id).toBuilder()
                .putUserProperties("price", price)
                .build();
    }

    @ParameterizedTest(name = "109: queue id {0} and an empty broker give messages of any queue")
    @ValueSource(ints = {-1, 0, 3, 99})
    void anyQueue(int queue) {
        for (int i = 0; i < 8; i++) send(Messages.message("t", "id" + i));
        assertEquals(
                8,
                receive(ask().setMessageQueue(MessageQueue.newBuilder()
                                .setTopic(Rig.resource("t"))
                                .setId(queue)))
                        .messages()
                        .size());
    }

    @Test
    @DisplayName("110: a client without settings here receives all the same")
    void noSettings() {
        send(Messages.message("t", "a"));
        assertTrue(rig.clients.client("c").isEmpty());
        assertEquals(List.of("a"), receive(ask()).ids());
    }

    @Test
    @DisplayName("111: a receive that is cancelled while it waits takes no message")
    void cancelledWhileWaiting() {
        Context.CancellableContext call = Context.ROOT.withCancellation();
        CompletableFuture<Received> polled = poll(ask().setLongPollingTimeout(WireTimes.duration(MAX)), call);
        await().until(() -> rig.exchange.waiting() == 1);
        call.cancel(null);
        await().until(() -> rig.exchange.waiting() == 0);
        await().until(() -> rig.server.load().pollsInFlight() == 0);
        send(Messages.message("t", "a"));
        Received next = receive(ask());
        assertEquals(1, next.messages().get(0).getSystemProperties().getDeliveryAttempt());
        assertTrue(polled.isCompletedExceptionally());
    }

    @Test
    @DisplayName("112: a delivery carries everything the protocol asks for")
    void fields() {
        send(
                Messages.message(
                                "t",
                                "id",
                                system -> system.addKeys("k").setTag("tag").setTraceContext("trace"))
                        .toBuilder()
                        .putUserProperties("p", "v")
                        .build());
        Message message = receive(ask().setAutoRenew(true)).messages().get(0);
        SystemProperties system = message.getSystemProperties();
        assertEquals("t", message.getTopic().getName());
        assertEquals("v", message.getUserPropertiesOrThrow("p"));
        assertEquals(1, system.getDeliveryAttempt());
        assertFalse(system.getReceiptHandle().isEmpty());
        assertEquals(DigestType.MD5, system.getBodyDigest().getType());
        assertEquals(md5("body of id"), system.getBodyDigest().getChecksum());
        assertEquals(1_700_000_000_123L, WireTimes.epochMillis(system.getBornTimestamp()));
        assertEquals("producer-host", system.getBornHost());
        assertTrue(WireTimes.epochMillis(system.getStoreTimestamp()) > 1_700_000_000_123L);
        assertFalse(system.getStoreHost().isEmpty());
        assertTrue(system.hasQueueOffset());
        assertTrue(system.getQueueId() >= 0 && system.getQueueId() < 4);
        assertEquals(apache.rocketmq.v2.MessageType.NORMAL, system.getMessageType());
        assertEquals(apache.rocketmq.v2.Encoding.IDENTITY, system.getBodyEncoding());
        assertEquals("tag", system.getTag());
        assertEquals("trace", system.getTraceContext());
        assertFalse(system.hasMessageGroup() || system.hasDeliveryTimestamp() || system.hasDeadLetterQueue());
    }

    private static String md5(String text) {
        try {
            byte[] digest = java.security.MessageDigest.getInstance("MD5").digest(text.getBytes("UTF-8"));
            return String.format("%032X", new java.math.BigInteger(1, digest));
        } catch (java.security.NoSuchAlgorithmException | java.io.UnsupportedEncodingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("113: a message without tag has no tag field")
    void noTag() {
        send(Messages.message("t", "a"));
        assertFalse(receive(ask()).messages().get(0).getSystemProperties().hasTag());
    }

    @Test
    void unknownAndUnreadableTopicsAndIllegalNames() {
        rig.catalogue.topic("writeonly", TopicType.NORMAL, 1, Permission.WRITE);
        assertRefused(Code.TOPIC_NOT_FOUND, receive(ask().setMessageQueue(queueOf("nowhere"))));
        assertRefused(Code.FORBIDDEN, receive(ask().setMessageQueue(queueOf("writeonly"))));
        assertRefused(Code.ILLEGAL_TOPIC, receive(ask().setMessageQueue(queueOf("a#b"))));
        assertRefused(Code.ILLEGAL_CONSUMER_GROUP, receive(ask().setGroup(Rig.resource("a#b"))));
    }

    private static MessageQueue queueOf(String topic) {
        return MessageQueue.newBuilder().setTopic(Rig.resource(topic)).build();
    }

    @Test
    void pollsAreBounded() throws Exception {
        try (Rig small = Rig.start("limits.polls-in-flight = 2\nlong-poll { min = 1s, max = 30s }")) {
            small.catalogue.topic("t", TopicType.NORMAL, 1);
            ReceiveMessageRequest request = ask().setLongPollingTimeout(WireTimes.duration(Duration.ofSeconds(30)))
                    .build();
            small.async("c").receiveMessage(request, new Frames(new CompletableFuture<>()));
            small.async("c").receiveMessage(request, new Frames(new CompletableFuture<>()));
            await().until(() -> small.server.load().pollsInFlight() == 2);
            Received third = Received.of(small.client("c").receiveMessage(request));
            assertRefused(Code.TOO_MANY_REQUESTS, third);
            assertTrue(third.status().getMessage().contains("limits.polls-in-flight"));
        }
    }

    @Test
    void aStopAnswersWaitingPolls() throws Exception {
        Rig stopping = Rig.start();
        stopping.catalogue.topic("t", TopicType.NORMAL, 1);
        CompletableFuture<Received> polled = new CompletableFuture<>();
        stopping.async("c").receiveMessage(Messages.receive("t", "g").build(), new Frames(polled));
        await().until(() -> stopping.exchange.waiting() == 1);
        stopping.server.stop().toCompletableFuture().orTimeout(10, SECONDS).join();
        assertNothing(polled.orTimeout(5, SECONDS).join());
        assertEquals(0, stopping.exchange.waiting());
        stopping.close();
    }

    private static CompletableFuture<Received> poll(ReceiveMessageRequest.Builder request, Context context) {
        CompletableFuture<Received> polled = new CompletableFuture<>();
        context.run(() -> rig.async("c").receiveMessage(request.build(), new Frames(polled)));
        return polled;
    }

    /** Collects the frames of one receive. */
    static final class Frames implements StreamObserver<ReceiveMessageResponse> {
        private final List<ReceiveMessageResponse> frames = new java.util.ArrayList<>();
        private final CompletableFuture<Received> whole;

        Frames(CompletableFuture<Received> whole) {
            this.whole = whole;
        }

        @Override
        public void onNext(ReceiveMessageResponse frame) {
            frames.add(frame);
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            Iterator<ReceiveMessageResponse> all = frames.iterator();
            whole.complete(Received.of(all));
        }
    }
}
