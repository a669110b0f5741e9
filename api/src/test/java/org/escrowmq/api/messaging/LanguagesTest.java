package org.escrowmq.api.messaging;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.AckMessageEntry;
import apache.rocketmq.v2.AckMessageRequest;
import apache.rocketmq.v2.ChangeInvisibleDurationRequest;
import apache.rocketmq.v2.ChangeInvisibleDurationResponse;
import apache.rocketmq.v2.ClientType;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.HeartbeatRequest;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.MessagingServiceGrpc.MessagingServiceBlockingStub;
import apache.rocketmq.v2.NotifyClientTerminationRequest;
import apache.rocketmq.v2.Publishing;
import apache.rocketmq.v2.QueryAssignmentRequest;
import apache.rocketmq.v2.QueryRouteRequest;
import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.RetryPolicy;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.Subscription;
import apache.rocketmq.v2.SubscriptionEntry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole life of a producer, a push consumer and a simple consumer of each language, call by call as its client makes them. */
@Tag("conformance")
class LanguagesTest {
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
        rig.catalogue.createGroup(new GroupSpec(
                GroupName.of("g"),
                false,
                17,
                GroupSpec.StartPosition.FIRST,
                org.escrowmq.cluster.RetryPolicy.standard()));
    }

    private static void assertOk(Status status) {
        assertEquals(Code.OK, status.getCode(), status.getMessage());
    }

    private static MessageQueue route(MessagingServiceBlockingStub stub) {
        var answer = stub.withDeadlineAfter(3, SECONDS)
                .queryRoute(QueryRouteRequest.newBuilder()
                        .setTopic(Rig.resource("t"))
                        .setEndpoints(Rig.DIALLED)
                        .build());
        assertOk(answer.getStatus());
        return answer.getMessageQueues(0);
    }

    /** Settings as the language writes them: Rust names no access point, and its simple consumer no subscription. */
    private static Settings.Builder settings(ClientLanguage language, ClientType type) {
        Settings.Builder settings = Settings.newBuilder()
                .setClientType(type)
                .setRequestTimeout(WireTimes.duration(Duration.ofSeconds(3)))
                .setUserAgent(language.userAgent());
        if (language != ClientLanguage.RUST) settings.setAccessPoint(Rig.DIALLED);
        return settings;
    }

    private static Settings consumer(ClientLanguage language, ClientType type) {
        Subscription.Builder subscription = Subscription.newBuilder().setGroup(Rig.resource("g"));
        if (language != ClientLanguage.RUST || type == ClientType.PUSH_CONSUMER) {
            subscription.addSubscriptions(
                    SubscriptionEntry.newBuilder().setTopic(Rig.resource("t")).setExpression(Messages.filter("*")));
        }
        return settings(language, type).setSubscription(subscription).build();
    }

    private static HeartbeatRequest heartbeat(ClientType type) {
        HeartbeatRequest.Builder request = HeartbeatRequest.newBuilder().setClientType(type);
        return type == ClientType.PRODUCER
                ? request.build()
                : request.setGroup(Rig.resource("g")).build();
    }

    /** Go always fills in a group, for a producer one without a name. */
    private static NotifyClientTerminationRequest goodbye(ClientLanguage language, ClientType type) {
        NotifyClientTerminationRequest.Builder request = NotifyClientTerminationRequest.newBuilder();
        if (type != ClientType.PRODUCER)
            return request.setGroup(Rig.resource("g")).build();
        return language == ClientLanguage.GO
                ? request.setGroup(Rig.resource("")).build()
                : request.build();
    }

    private static void leave(ClientLanguage language, ClientType type, Session session, String id) {
        MessagingServiceBlockingStub stub = language.stub(rig, id);
        assertOk(stub.heartbeat(heartbeat(type)).getStatus());
        assertTrue(session.open());
        assertOk(stub.notifyClientTermination(goodbye(language, type)).getStatus());
        session.halfClose();
        assertEquals(io.grpc.Status.Code.OK, session.end().getCode());
    }

    @ParameterizedTest(name = "5, 6: a producer that speaks like {0} starts, sends and leaves")
    @EnumSource
    void produces(ClientLanguage language) {
        String id = "producer-" + language;
        MessagingServiceBlockingStub stub = language.stub(rig, id);
        MessageQueue queue = route(stub);
        Session session = new Session(language.async(rig, id));
        Settings answer = session.write(settings(language, ClientType.PRODUCER)
                        .setPublishing(Publishing.newBuilder().addTopics(Rig.resource("t")))
                        .build())
                .next()
                .getSettings();
        assertTrue(answer.getBackoffPolicy().hasExponentialBackoff(), "several producers refuse anything else");
        assertTrue(answer.getBackoffPolicy().getMaxAttempts() > 0, "Go and C++ take this for their own");
        assertTrue(answer.getPublishing().getMaxBodySize() > 0);
        var sent = stub.withDeadlineAfter(3, SECONDS)
                .sendMessage(Messages.send(Messages.message("t", "of-" + language, system -> {
                    system.setQueueId(queue.getId());
                    if (language == ClientLanguage.GO) system.setTag("");
                })));
        assertOk(sent.getStatus());
        assertEquals("of-" + language, sent.getEntries(0).getMessageId());
        leave(language, ClientType.PRODUCER, session, id);
    }

    @ParameterizedTest(
            name = "5, 6: a push consumer that speaks like {0} starts, receives, fails, acknowledges and leaves")
    @EnumSource
    void pushConsumes(ClientLanguage language) {
        send("a");
        String id = "push-" + language;
        MessagingServiceBlockingStub stub = language.stub(rig, id);
        route(stub);
        Session session = new Session(language.async(rig, id));
        Settings answer = session.write(consumer(language, ClientType.PUSH_CONSUMER))
                .next()
                .getSettings();
        assertUnderstood(language, answer.getBackoffPolicy());
        assertEquals(17, answer.getBackoffPolicy().getMaxAttempts());
        assertTrue(answer.getSubscription().getReceiveBatchSize() > 0);
        assertTrue(WireTimes.millis(answer.getSubscription().getLongPollingTimeout()) > 0);
        ReceiveMessageRequest.Builder request = ReceiveMessageRequest.newBuilder()
                .setGroup(Rig.resource("g"))
                .setMessageQueue(assignment(stub))
                .setFilterExpression(Messages.filter("*"))
                .setBatchSize(32)
                .setAutoRenew(true)
                .setLongPollingTimeout(answer.getSubscription().getLongPollingTimeout());
        if (language != ClientLanguage.CPP) {
            request.setAttemptId(UUID.randomUUID().toString());
        }
        Message first = receive(language, stub, request.build());
        ChangeInvisibleDurationResponse changed = stub.changeInvisibleDuration(change(first, Duration.ofMillis(1)));
        assertOk(changed.getStatus());
        Message second = receive(
                language,
                stub,
                request.setAttemptId(UUID.randomUUID().toString()).build());
        assertEquals(2, second.getSystemProperties().getDeliveryAttempt());
        assertOk(stub.ackMessage(acknowledgement(second)).getStatus());
        leave(language, ClientType.PUSH_CONSUMER, session, id);
    }

    private static void assertUnderstood(ClientLanguage language, RetryPolicy policy) {
        assertTrue(
                policy.hasCustomizedBackoff() ? language.readsSteps() : language.readsExponential(), policy.toString());
        if (policy.hasCustomizedBackoff()) {
            assertFalse(policy.getCustomizedBackoff().getNextList().isEmpty(), "Java throws");
        }
    }

    @ParameterizedTest(name = "5, 6: a simple consumer that speaks like {0} starts, receives, acknowledges and leaves")
    @EnumSource
    void simpleConsumes(ClientLanguage language) {
        send("a");
        String id = "simple-" + language;
        MessagingServiceBlockingStub stub = language.stub(rig, id);
        // C++ asks for its assignment, the others take a queue of the route.
        MessageQueue routed = route(stub);
        MessageQueue queue = language == ClientLanguage.CPP ? assignment(stub) : routed;
        Session session = new Session(language.async(rig, id));
        assertTrue(session.write(consumer(language, ClientType.SIMPLE_CONSUMER))
                .next()
                .hasSettings());
        ReceiveMessageRequest request = Messages.receive("t", "g")
                .setMessageQueue(queue)
                .setLongPollingTimeout(WireTimes.duration(Duration.ofMillis(1200)))
                .build();
        Message message = receive(language, stub, request);
        assertEquals(1, message.getSystemProperties().getDeliveryAttempt());
        assertTrue(message.getSystemProperties().hasBodyDigest(), "Node and C# look at it without asking");
        assertOk(stub.ackMessage(acknowledgement(message)).getStatus());
        leave(language, ClientType.SIMPLE_CONSUMER, session, id);
    }

    private static void send(String id) {
        assertOk(rig.client("p")
                .sendMessage(Messages.send(Messages.message("t", id)))
                .getStatus());
    }

    private static MessageQueue assignment(MessagingServiceBlockingStub stub) {
        var answer = stub.queryAssignment(QueryAssignmentRequest.newBuilder()
                .setTopic(Rig.resource("t"))
                .setGroup(Rig.resource("g"))
                .setEndpoints(Rig.DIALLED)
                .build());
        assertOk(answer.getStatus());
        return answer.getAssignments(0).getMessageQueue();
    }

    /** With the language's deadline: Rust's is its long poll, the others add their request timeout. */
    private static Message receive(
            ClientLanguage language, MessagingServiceBlockingStub stub, ReceiveMessageRequest request) {
        long poll = WireTimes.millis(request.getLongPollingTimeout());
        Received received =
                Received.of(stub.withDeadlineAfter(language == ClientLanguage.RUST ? poll : poll + 3000, MILLISECONDS)
                        .receiveMessage(request));
        assertOk(received.status());
        List<Message> messages = received.messages();
        assertEquals(1, messages.size());
        return messages.get(0);
    }

    private static AckMessageRequest acknowledgement(Message message) {
        return AckMessageRequest.newBuilder()
                .setTopic(message.getTopic())
                .setGroup(Rig.resource("g"))
                .addEntries(AckMessageEntry.newBuilder()
                        .setMessageId(message.getSystemProperties().getMessageId())
                        .setReceiptHandle(message.getSystemProperties().getReceiptHandle()))
                .build();
    }

    private static ChangeInvisibleDurationRequest change(Message message, Duration invisible) {
        return ChangeInvisibleDurationRequest.newBuilder()
                .setTopic(message.getTopic())
                .setGroup(Rig.resource("g"))
                .setMessageId(message.getSystemProperties().getMessageId())
                .setReceiptHandle(message.getSystemProperties().getReceiptHandle())
                .setInvisibleDuration(WireTimes.duration(invisible))
                .build();
    }
}
