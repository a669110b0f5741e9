package org.escrowmq.api.messaging;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.AckMessageEntry;
import apache.rocketmq.v2.AckMessageRequest;
import apache.rocketmq.v2.AckMessageResponse;
import apache.rocketmq.v2.ChangeInvisibleDurationRequest;
import apache.rocketmq.v2.ClientType;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.HeartbeatRequest;
import apache.rocketmq.v2.Language;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.Publishing;
import apache.rocketmq.v2.QueryRouteRequest;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.Subscription;
import apache.rocketmq.v2.SubscriptionEntry;
import apache.rocketmq.v2.TelemetryCommand;
import apache.rocketmq.v2.UA;
import apache.rocketmq.v2.VerifyMessageCommand;
import java.time.Duration;
import java.util.List;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What some client somewhere does and most do not: each is served. */
@Tag("conformance")
class ClientHabitsTest {
    private static final HeartbeatRequest HEARTBEAT =
            HeartbeatRequest.newBuilder().setClientType(ClientType.PRODUCER).build();
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
    void topicAndGroup() {
        rig.empty();
        rig.catalogue.topic("t", TopicType.NORMAL, 2);
        group(RetryPolicy.standard());
    }

    private static void group(RetryPolicy policy) {
        rig.catalogue.createGroup(new GroupSpec(GroupName.of("g"), false, 17, GroupSpec.StartPosition.FIRST, policy));
    }

    private static Settings producer(UA userAgent, String... topics) {
        Publishing.Builder publishing = Publishing.newBuilder();
        for (String topic : topics) publishing.addTopics(Rig.resource(topic));
        return Settings.newBuilder()
                .setClientType(ClientType.PRODUCER)
                .setUserAgent(userAgent)
                .setPublishing(publishing)
                .build();
    }

    private static Settings push(UA userAgent) {
        return Settings.newBuilder()
                .setClientType(ClientType.PUSH_CONSUMER)
                .setUserAgent(userAgent)
                .setSubscription(Subscription.newBuilder()
                        .setGroup(Rig.resource("g"))
                        .addSubscriptions(SubscriptionEntry.newBuilder()
                                .setTopic(Rig.resource("t"))
                                .setExpression(Messages.filter("*"))))
                .build();
    }

    private static UA agent(Language language, String version) {
        return UA.newBuilder().setLanguage(language).setVersion(version).build();
    }

    private static Message received(String id) {
        rig.client("p").sendMessage(Messages.send(Messages.message("t", id)));
        return Received.of(rig.client("c")
                        .receiveMessage(Messages.receive("t", "g").build()))
                .messages()
                .get(0);
    }

    private static String handle(Message message) {
        return message.getSystemProperties().getReceiptHandle();
    }

    @ParameterizedTest(name = "user agent {0}")
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void userAgents(Language language) {
        String id = "agent-" + language;
        Session session = new Session(Rig.withHeaders(
                MessagingServiceGrpc.newStub(rig.plainChannel()), "x-mq-client-id", id, "x-mq-language", "HTTP"));
        assertTrue(session.write(producer(agent(language, "1.2.3"), "t")).next().hasSettings());
        assertEquals(
                language == Language.NODE_JS ? "NODE_JS" : "HTTP",
                rig.clients.client(id).orElseThrow().language());
        session.halfClose();
    }

    /** A language of a later protocol. */
    @Test
    void unknownUserAgent() {
        UA later = UA.newBuilder().setLanguageValue(4711).setVersion("9").build();
        assertTrue(Session.open(rig, "later").write(push(later)).next().hasSettings());
    }

    @Test
    @DisplayName("24: the back-off comes in a kind that the client's language reads")
    void backoffByLanguage() {
        rig.empty();
        rig.catalogue.topic("t", TopicType.NORMAL, 2);
        group(new RetryPolicy.Exponential(Duration.ofSeconds(2), Duration.ofMinutes(1), 2));
        assertTrue(backoff(agent(Language.JAVA, "5.2.0")).hasExponentialBackoff());
        assertTrue(backoff(agent(Language.CPP, "5.0.3")).hasCustomizedBackoff());
        assertTrue(backoff(agent(Language.PYTHON, "5.1.1")).hasCustomizedBackoff());
        assertTrue(backoff(agent(Language.NODE_JS, "1.0.8")).hasExponentialBackoff());
    }

    private static apache.rocketmq.v2.RetryPolicy backoff(UA userAgent) {
        Session session = Session.open(rig, "backoff-" + userAgent.getLanguage());
        apache.rocketmq.v2.RetryPolicy policy =
                session.write(push(userAgent)).next().getSettings().getBackoffPolicy();
        session.halfClose();
        return policy;
    }

    @Test
    @DisplayName("30: settings written one behind the other are each answered, in order")
    void manySettings() {
        Session session = Session.open(rig, "hasty");
        for (int i = 0; i < 20; i++) session.write(producer(UA.getDefaultInstance(), "t" + i));
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    "t" + i,
                    session.next().getSettings().getPublishing().getTopics(0).getName());
        }
        assertTrue(session.open());
        session.halfClose();
    }

    /** Go's probe while it recovers a stream; only a status other than OK matters to it. */
    @Test
    @DisplayName("4: a heartbeat without any header is refused and harms no stream of its connection")
    void heartbeatWithoutHeaders() {
        Session session = Session.open(rig, "go").write(producer(UA.getDefaultInstance(), "t"));
        session.next();
        assertEquals(
                Code.CLIENT_ID_REQUIRED,
                MessagingServiceGrpc.newBlockingStub(rig.plainChannel())
                        .heartbeat(HEARTBEAT)
                        .getStatus()
                        .getCode());
        assertTrue(session.write(producer(UA.getDefaultInstance(), "t")).next().hasSettings());
        session.halfClose();
    }

    @Test
    @DisplayName("4: a route is not told to a client without an id, whatever else it says")
    void routeWithoutId() {
        var answer = Rig.withHeaders(
                        MessagingServiceGrpc.newBlockingStub(rig.plainChannel()),
                        "x-mq-language",
                        "PHP",
                        "x-mq-protocol",
                        "v2")
                .queryRoute(QueryRouteRequest.newBuilder()
                        .setTopic(Rig.resource("t"))
                        .setEndpoints(Rig.DIALLED)
                        .build());
        assertEquals(Code.CLIENT_ID_REQUIRED, answer.getStatus().getCode());
        assertEquals(0, answer.getMessageQueuesCount());
    }

    /** An hour (C++), a year (Go, Python), ten (C#), sixty (Java), and what no clock can hold. */
    @ParameterizedTest(name = "7: a deadline of {0} is served")
    @ValueSource(strings = {"1H", "3600000m", "31536000S", "87600H", "525600H", "99999999H", "99999999M"})
    void farDeadlines(String timeout) {
        String[] headers = {"x-mq-client-id", "patient-" + timeout, "grpc-timeout", timeout};
        Session session = new Session(Rig.withHeaders(MessagingServiceGrpc.newStub(rig.plainChannel()), headers));
        assertTrue(session.write(producer(UA.getDefaultInstance(), "t")).next().hasSettings());
        var stub = Rig.withHeaders(MessagingServiceGrpc.newBlockingStub(rig.plainChannel()), headers);
        assertEquals(Code.OK, stub.heartbeat(HEARTBEAT).getStatus().getCode());
        Received nothing = Received.of(stub.receiveMessage(Messages.receive("t", "g")
                .setLongPollingTimeout(WireTimes.duration(Duration.ofMillis(400)))
                .build()));
        assertEquals(Code.MESSAGE_NOT_FOUND, nothing.status().getCode());
        assertTrue(session.open());
        session.halfClose();
        assertEquals(io.grpc.Status.Code.OK, session.end().getCode());
    }

    @Test
    @DisplayName("98: without long_polling_timeout and with a deadline beyond all reason the poll is the longest one")
    void noPollAndNoReason() {
        var stub = Rig.withHeaders(
                MessagingServiceGrpc.newBlockingStub(rig.plainChannel()),
                "x-mq-client-id",
                "old",
                "grpc-timeout",
                "99999999H");
        long start = System.nanoTime();
        Received nothing = Received.of(stub.receiveMessage(
                Messages.receive("t", "g").clearLongPollingTimeout().build()));
        assertEquals(Code.MESSAGE_NOT_FOUND, nothing.status().getCode());
        assertTrue(System.nanoTime() - start >= 1_100_000_000L, "the poll was held");
    }

    @Test
    @DisplayName(
            "118: an ack of several entries answers each: good, repeated, without message id, garbage, of a lite topic")
    void manyEntries() {
        String first = handle(received("a"));
        String second = handle(received("b"));
        AckMessageResponse answer = rig.client("c")
                .ackMessage(AckMessageRequest.newBuilder()
                        .setTopic(Rig.resource("t"))
                        .setGroup(Rig.resource("g"))
                        .addEntries(entry("a", first))
                        .addEntries(entry("a", first))
                        .addEntries(entry("", second).setLiteTopic("lite-1"))
                        .addEntries(entry("c", ""))
                        .build());
        assertEquals(Code.MULTIPLE_RESULTS, answer.getStatus().getCode());
        assertEquals(
                List.of(Code.OK, Code.OK, Code.OK, Code.INVALID_RECEIPT_HANDLE),
                answer.getEntriesList().stream()
                        .map(result -> result.getStatus().getCode())
                        .toList());
        assertEquals("", answer.getEntries(2).getMessageId());
    }

    private static AckMessageEntry.Builder entry(String id, String handle) {
        return AckMessageEntry.newBuilder().setMessageId(id).setReceiptHandle(handle);
    }

    @Test
    @DisplayName("123: a change of the lease needs no message id, and a lite topic's name does no harm")
    void changeWithoutId() {
        var answer = rig.client("c")
                .changeInvisibleDuration(ChangeInvisibleDurationRequest.newBuilder()
                        .setTopic(Rig.resource("t"))
                        .setGroup(Rig.resource("g"))
                        .setReceiptHandle(handle(received("a")))
                        .setLiteTopic("lite-1")
                        .setInvisibleDuration(WireTimes.duration(Duration.ofSeconds(20)))
                        .build());
        assertEquals(Code.OK, answer.getStatus().getCode());
        assertFalse(answer.getReceiptHandle().isEmpty());
    }

    /** Node builds the queue of a receive anew and leaves out what it does not know. */
    @Test
    @DisplayName("109: a receive whose queue is only a topic and a number gets messages")
    void queueOfFewWords() {
        rig.client("p").sendMessage(Messages.send(Messages.message("t", "a")));
        Received received = Received.of(rig.client("c")
                .receiveMessage(Messages.receive("t", "g")
                        .setMessageQueue(MessageQueue.newBuilder().setTopic(Rig.resource("t")))
                        .build()));
        assertEquals(List.of("a"), received.ids());
    }

    /** Node cannot try a message, and sends the question back with a status instead of a result. */
    @Test
    void aQuestionThatIsSentBackIsAnswered() {
        Session session = Session.open(rig, "node").write(producer(agent(Language.NODE_JS, "1.0.8"), "t"));
        session.next();
        var asked = rig.clients
                .streamOf("node")
                .orElseThrow()
                .verify(
                        TopicName.of("t"),
                        new QueueInspection.StoredMessage(0, new Offset(0), 2_000, CommandTest.message()));
        String nonce = session.next().getVerifyMessageCommand().getNonce();
        session.write(TelemetryCommand.newBuilder()
                .setStatus(Status.newBuilder().setCode(Code.NOT_IMPLEMENTED))
                .setVerifyMessageCommand(VerifyMessageCommand.newBuilder().setNonce(nonce))
                .build());
        assertEquals(
                Outcome.done(new ClientRegistry.Verdict("NOT_IMPLEMENTED", "")),
                asked.toCompletableFuture().orTimeout(10, SECONDS).join());
        session.halfClose();
    }
}
