package org.escrowmq.api.messaging;

import static java.util.concurrent.TimeUnit.DAYS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.ClientType;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.ExponentialBackoff;
import apache.rocketmq.v2.HeartbeatRequest;
import apache.rocketmq.v2.Language;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.Metric;
import apache.rocketmq.v2.Publishing;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.RetryPolicy.StrategyCase;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.Subscription;
import apache.rocketmq.v2.SubscriptionEntry;
import apache.rocketmq.v2.TelemetryCommand;
import apache.rocketmq.v2.ThreadStackTrace;
import apache.rocketmq.v2.UA;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.model.GroupName;
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

/** The telemetry stream through a real connection. */
@Tag("conformance")
class TelemetryTest {
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.start();
    }

    @AfterAll
    static void stop() throws Exception {
        rig.close();
    }

    @BeforeEach
    void empty() {
        rig.empty();
    }

    private static Settings producer(String... topics) {
        Publishing.Builder publishing = Publishing.newBuilder();
        for (String topic : topics) publishing.addTopics(Rig.resource(topic));
        return Settings.newBuilder()
                .setClientType(ClientType.PRODUCER)
                .setAccessPoint(Rig.DIALLED)
                .setRequestTimeout(WireTimes.duration(Duration.ofSeconds(3)))
                .setBackoffPolicy(apache.rocketmq.v2.RetryPolicy.newBuilder()
                        .setMaxAttempts(7)
                        .setExponentialBackoff(ExponentialBackoff.getDefaultInstance()))
                .setUserAgent(UA.newBuilder().setLanguage(Language.JAVA).setVersion("5.2.0"))
                .setPublishing(publishing)
                .build();
    }

    private static Settings consumer(ClientType type, String group, String... topics) {
        Subscription.Builder subscription = Subscription.newBuilder().setGroup(Rig.resource(group));
        for (String topic : topics) {
            subscription.addSubscriptions(
                    SubscriptionEntry.newBuilder().setTopic(Rig.resource(topic)).setExpression(Messages.filter("*")));
        }
        return Settings.newBuilder()
                .setClientType(type)
                .setAccessPoint(Rig.DIALLED)
                .setSubscription(subscription)
                .build();
    }

    private static Settings push(String group, String... topics) {
        return consumer(ClientType.PUSH_CONSUMER, group, topics);
    }

    private static Settings answer(Settings settings) {
        Session session = Session.open(rig, "client-" + System.nanoTime());
        TelemetryCommand command = session.write(settings).next();
        assertEquals(Code.OK, command.getStatus().getCode());
        assertTrue(command.hasSettings());
        session.halfClose();
        return command.getSettings();
    }

    private static void assertEndsInvalid(Settings settings) {
        Status end = Session.open(rig, "bad").write(settings).end();
        assertEquals(Status.Code.INVALID_ARGUMENT, end.getCode(), end.toString());
        assertFalse(String.valueOf(end.getDescription()).isBlank());
    }

    @Test
    @DisplayName("21: producer settings are answered with what a producer works with")
    void producerSettings() {
        Settings answer = answer(producer("t", "u"));
        assertEquals(
                producer("t", "u").getPublishing().getTopicsList(),
                answer.getPublishing().getTopicsList());
        assertEquals(StrategyCase.EXPONENTIAL_BACKOFF, answer.getBackoffPolicy().getStrategyCase());
        assertEquals(3, answer.getBackoffPolicy().getMaxAttempts());
        ExponentialBackoff backoff = answer.getBackoffPolicy().getExponentialBackoff();
        assertEquals(10, WireTimes.millis(backoff.getInitial()));
        assertEquals(1000, WireTimes.millis(backoff.getMax()));
        assertEquals(2, backoff.getMultiplier());
        assertEquals(4_194_304, answer.getPublishing().getMaxBodySize());
        assertTrue(answer.getPublishing().getValidateMessageType());
        assertEquals(ClientType.PRODUCER, answer.getClientType());
        assertEquals(Rig.DIALLED, answer.getAccessPoint());
    }

    @Test
    @DisplayName("22: producer settings without topics are answered")
    void noTopics() {
        assertEquals(4_194_304, answer(producer()).getPublishing().getMaxBodySize());
    }

    @Test
    @DisplayName("23: push settings are answered with batch 32, poll 20 s, a back-off and 17 attempts")
    void pushSettings() {
        rig.catalogue.topic("t", TopicType.NORMAL, 1);
        Settings answer = answer(push("g", "t"));
        Subscription subscription = answer.getSubscription();
        assertTrue(subscription.hasFifo());
        assertFalse(subscription.getFifo());
        assertEquals(32, subscription.getReceiveBatchSize());
        assertEquals(20_000, WireTimes.millis(subscription.getLongPollingTimeout()));
        assertEquals(17, answer.getBackoffPolicy().getMaxAttempts());
        assertEquals(18, answer.getBackoffPolicy().getCustomizedBackoff().getNextCount());
        assertEquals(
                1000,
                WireTimes.millis(
                        answer.getBackoffPolicy().getCustomizedBackoff().getNext(0)));
        assertEquals(push("g", "t").getSubscription().getSubscriptionsList(), subscription.getSubscriptionsList());
        assertEquals("g", subscription.getGroup().getName());
    }

    @Test
    void simpleConsumersGetTheSame() {
        Settings answer = answer(consumer(ClientType.SIMPLE_CONSUMER, "g"));
        assertEquals(32, answer.getSubscription().getReceiveBatchSize());
        assertEquals(0, answer.getSubscription().getSubscriptionsCount());
    }

    @Test
    @DisplayName("24: a group with exponential retry is told its numbers")
    void exponentialRetry() {
        rig.catalogue.createGroup(new GroupSpec(
                GroupName.of("g"),
                false,
                5,
                GroupSpec.StartPosition.LATEST,
                new RetryPolicy.Exponential(Duration.ofSeconds(7), Duration.ofMinutes(3), 1.5)));
        Settings answer = answer(push("g"));
        assertEquals(5, answer.getBackoffPolicy().getMaxAttempts());
        ExponentialBackoff backoff = answer.getBackoffPolicy().getExponentialBackoff();
        assertEquals(7_000, WireTimes.millis(backoff.getInitial()));
        assertEquals(180_000, WireTimes.millis(backoff.getMax()));
        assertEquals(1.5f, backoff.getMultiplier());
    }

    @Test
    @DisplayName("25: an orderly group is told so, also one that its FIFO topic brings into being")
    void orderly() {
        rig.catalogue.createGroup(
                new GroupSpec(GroupName.of("g"), true, 17, GroupSpec.StartPosition.LATEST, RetryPolicy.standard()));
        rig.catalogue.topic("fifo", TopicType.FIFO, 1);
        assertTrue(answer(push("g")).getSubscription().getFifo());
        assertTrue(answer(push("new", "fifo")).getSubscription().getFifo());
    }

    @Test
    @DisplayName("26: an unknown group on an unknown topic gets the default settings")
    void unknownGroup() {
        Settings answer = answer(push("nobody", "nowhere"));
        assertEquals(17, answer.getBackoffPolicy().getMaxAttempts());
        assertTrue(rig.catalogue.group(GroupName.of("nobody")).isEmpty());
    }

    @Test
    void theGroupsStartIsFixedOnTopicsThatExist() {
        rig.catalogue.topic("t", TopicType.NORMAL, 1);
        answer(push("g", "t", "nowhere"));
        assertEquals(Set.of("t"), rig.catalogue.boundTopics(GroupName.of("g")));
    }

    @Test
    @DisplayName("27: settings with neither publishing nor subscription end the stream")
    void neither() {
        assertEndsInvalid(
                Settings.newBuilder().setClientType(ClientType.PRODUCER).build());
    }

    @Test
    @DisplayName("28: an illegal topic name ends the stream")
    void illegalTopic() {
        assertEndsInvalid(producer("a#b"));
        assertEndsInvalid(push("g", "TBW102"));
    }

    @Test
    @DisplayName("29: the group CID_RMQ_SYS_x ends the stream")
    void illegalGroup() {
        assertEndsInvalid(push("CID_RMQ_SYS_x"));
    }

    @ParameterizedTest(name = "a subscription with the SQL filter [{0}] ends the stream")
    @ValueSource(strings = {"", "price >", "price > 20 AND", "price LIKE '2%'"})
    void wrongSql(String expression) {
        assertEndsInvalid(subscribed(expression));
    }

    @Test
    @DisplayName("106: a subscription with an SQL filter is answered")
    void sql() {
        assertEquals(
                "price > 20",
                answer(subscribed("price > 20"))
                        .getSubscription()
                        .getSubscriptions(0)
                        .getExpression()
                        .getExpression());
    }

    private static Settings subscribed(String sql) {
        Settings.Builder settings = push("g", "t").toBuilder();
        settings.getSubscriptionBuilder().getSubscriptionsBuilder(0).setExpression(Messages.sql(sql));
        return settings.build();
    }

    @ParameterizedTest(name = "client type {0} is refused at its start")
    @EnumSource(
            value = ClientType.class,
            names = {"PULL_CONSUMER", "LITE_PUSH_CONSUMER", "LITE_SIMPLE_CONSUMER"})
    void laterClientTypes(ClientType type) {
        assertEndsInvalid(consumer(type, "g"));
    }

    @Test
    @DisplayName("30: settings sent again are answered with current values")
    void again() {
        Session session = Session.open(rig, "again");
        assertFalse(
                session.write(push("g")).next().getSettings().getSubscription().getFifo());
        rig.catalogue.createGroup(
                new GroupSpec(GroupName.of("g"), true, 4, GroupSpec.StartPosition.LATEST, RetryPolicy.standard()));
        Settings second = session.write(push("g")).next().getSettings();
        assertTrue(second.getSubscription().getFifo());
        assertEquals(4, second.getBackoffPolicy().getMaxAttempts());
        session.halfClose();
    }

    @Test
    @DisplayName("31: metric is off and names no endpoints, whatever the client wrote")
    void metric() {
        Settings asked = producer("t").toBuilder()
                .setMetric(Metric.newBuilder().setOn(true).setEndpoints(Rig.DIALLED))
                .build();
        Settings answer = answer(asked);
        assertTrue(answer.hasMetric());
        assertFalse(answer.getMetric().getOn());
        assertFalse(answer.getMetric().hasEndpoints());
    }

    @Test
    @DisplayName("32: the namespace of the topics is echoed")
    void namespace() {
        Resource topic =
                Resource.newBuilder().setResourceNamespace("ns1").setName("t").build();
        Settings asked = Settings.newBuilder()
                .setClientType(ClientType.PRODUCER)
                .setPublishing(Publishing.newBuilder().addTopics(topic))
                .build();
        assertEquals(topic, answer(asked).getPublishing().getTopics(0));
    }

    @Test
    @DisplayName("33: of two streams with one client id the newer takes the commands")
    void newest() {
        Session older = Session.open(rig, "twin").write(producer());
        older.next();
        ClientRegistry.CommandStream first = rig.clients.streamOf("twin").orElseThrow();
        Session newer = Session.open(rig, "twin").write(producer());
        newer.next();
        ClientRegistry.CommandStream second = rig.clients.streamOf("twin").orElseThrow();
        assertTrue(first != second);
        older.halfClose();
        assertEquals(Status.Code.OK, older.end().getCode());
        assertTrue(rig.clients.streamOf("twin").orElseThrow() == second, "the end of the older leaves the newer");
        second.disconnect("maintenance");
        assertEquals(Status.Code.PERMISSION_DENIED, newer.end().getCode());
    }

    @Test
    @DisplayName("35: a half-closed stream is completed by the server")
    void halfClose() {
        Session session = Session.open(rig, "closing").write(producer());
        session.next();
        session.halfClose();
        assertEquals(Status.Code.OK, session.end().getCode());
        await().until(() -> rig.clients.streamOf("closing").isEmpty());
    }

    @Test
    @DisplayName("36: settings without access point are answered")
    void noAccessPoint() {
        assertFalse(answer(producer("t").toBuilder().clearAccessPoint().build()).hasAccessPoint());
    }

    @Test
    @DisplayName("7: a stream with a deadline of 60 years is served")
    void sixtyYears() {
        Session session = new Session(rig.async("old").withDeadlineAfter(60 * 365, DAYS)).write(producer());
        assertTrue(session.next().hasSettings());
        assertTrue(session.open());
        session.halfClose();
        assertEquals(Status.Code.OK, session.end().getCode());
    }

    @Test
    @DisplayName("4: without a client id the stream ends with INVALID_ARGUMENT")
    void anonymous() {
        Session session = new Session(MessagingServiceGrpc.newStub(rig.plainChannel()));
        assertEquals(Status.Code.INVALID_ARGUMENT, session.end().getCode());
    }

    @Test
    void otherCommandsAreTakenAndNotAnswered() {
        Session session = Session.open(rig, "talker")
                .write(TelemetryCommand.newBuilder()
                        .setThreadStackTrace(ThreadStackTrace.newBuilder().setNonce("n"))
                        .build())
                .write(TelemetryCommand.getDefaultInstance())
                .write(producer());
        assertTrue(session.next().hasSettings());
        session.halfClose();
    }

    @Test
    void theRegistryKnowsWhoIsThere() {
        Session session = Session.open(rig, "known").write(push("g", "t"));
        session.next();
        ClientRegistry.Client client = rig.clients.client("known").orElseThrow();
        assertEquals(ClientRegistry.Kind.PUSH_CONSUMER, client.kind());
        assertEquals("JAVA", client.language());
        assertEquals("5.2.0", client.version());
        assertEquals(GroupName.of("g"), client.group());
        assertEquals(TopicName.of("t"), client.topics().get(0));
        assertTrue(client.peer().startsWith("127.0.0.1:"), client.peer());
        session.halfClose();
    }

    @Test
    void aDisconnectedClientIsRefused() {
        Session session = Session.open(rig, "noisy").write(producer());
        session.next();
        rig.clients.streamOf("noisy").orElseThrow().disconnect("too noisy");
        assertTrue(String.valueOf(session.end().getDescription()).contains("too noisy"));
        var heartbeat = rig.client("noisy")
                .heartbeat(HeartbeatRequest.newBuilder()
                        .setClientType(ClientType.PRODUCER)
                        .build());
        assertEquals(Code.FORBIDDEN, heartbeat.getStatus().getCode());
        assertTrue(heartbeat.getStatus().getMessage().contains("too noisy"));
        assertEquals(
                Status.Code.PERMISSION_DENIED, Session.open(rig, "noisy").end().getCode());
    }

    @Test
    void streamsAreBounded() throws Exception {
        try (Rig small = Rig.start("limits.telemetry-streams = 1")) {
            Session first = Session.open(small, "a").write(producer());
            first.next();
            Status end = Session.open(small, "b").end();
            assertEquals(Status.Code.RESOURCE_EXHAUSTED, end.getCode());
            assertTrue(String.valueOf(end.getDescription()).contains("limits.telemetry-streams"));
            first.halfClose();
            assertEquals(Status.Code.OK, first.end().getCode());
            await().until(() -> small.server.load().telemetryStreams() == 0);
            assertTrue(Session.open(small, "c").write(producer()).next().hasSettings());
        }
    }

    @Test
    void aStopCompletesStreams() throws Exception {
        Rig stopping = Rig.start();
        Session session = Session.open(stopping, "a").write(producer());
        session.next();
        stopping.server.stop();
        assertEquals(Status.Code.OK, session.end().getCode());
        stopping.close();
    }
}
