package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import apache.rocketmq.v2.Assignment;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Endpoints;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.MessageType;
import apache.rocketmq.v2.QueryAssignmentRequest;
import apache.rocketmq.v2.QueryAssignmentResponse;
import apache.rocketmq.v2.QueryRouteRequest;
import apache.rocketmq.v2.QueryRouteResponse;
import apache.rocketmq.v2.Resource;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Permission;
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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** QueryRoute and QueryAssignment through a real connection. */
@Tag("conformance")
class RouteTest {
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.start();
    }

    @BeforeEach
    void empty() {
        rig.empty();
    }

    @AfterAll
    static void stop() throws Exception {
        rig.close();
    }

    private QueryRouteResponse route(Resource topic, Endpoints dialled) {
        return rig.client("c")
                .queryRoute(QueryRouteRequest.newBuilder()
                        .setTopic(topic)
                        .setEndpoints(dialled)
                        .build());
    }

    private QueryRouteResponse route(String topic) {
        return route(Rig.resource(topic), Rig.DIALLED);
    }

    private QueryAssignmentResponse assignment(String topic, String group) {
        return rig.client("c")
                .queryAssignment(QueryAssignmentRequest.newBuilder()
                        .setTopic(Rig.resource(topic))
                        .setGroup(Rig.resource(group))
                        .setEndpoints(Rig.DIALLED)
                        .build());
    }

    @Test
    @DisplayName("38: a topic with 8 queues has 8 distinct queues with permission, broker id 0 and an address")
    void eightQueues() {
        rig.catalogue.topic("orders", TopicType.NORMAL, 8);
        QueryRouteResponse response = route("orders");
        assertEquals(Code.OK, response.getStatus().getCode());
        assertFalse(response.getStatus().getMessage().isEmpty());
        assertEquals(8, response.getMessageQueuesCount());
        Set<String> distinct = new HashSet<>();
        for (MessageQueue queue : response.getMessageQueuesList()) {
            distinct.add(queue.getBroker().getName() + "/" + queue.getId());
            assertEquals(apache.rocketmq.v2.Permission.READ_WRITE, queue.getPermission());
            assertEquals(0, queue.getBroker().getId());
            assertEquals(Rig.DIALLED, queue.getBroker().getEndpoints());
            assertEquals("orders", queue.getTopic().getName());
        }
        assertEquals(8, distinct.size());
    }

    @Test
    @DisplayName("39: an unknown topic gives TOPIC_NOT_FOUND")
    void unknownTopic() {
        assertEquals(Code.TOPIC_NOT_FOUND, route("nowhere").getStatus().getCode());
    }

    static List<String> illegalTopics() {
        return List.of("", "a".repeat(128), "a#b", "TBW102", "rmq_sys_x", "with space", "topic.");
    }

    @ParameterizedTest(name = "40: [{index}] {0}")
    @MethodSource("illegalTopics")
    @DisplayName("40: an illegal topic name gives ILLEGAL_TOPIC")
    void illegalTopic(String name) {
        assertEquals(Code.ILLEGAL_TOPIC, route(name).getStatus().getCode());
    }

    @Test
    @DisplayName("40: 127 characters are legal")
    void longestTopic() {
        assertEquals(Code.TOPIC_NOT_FOUND, route("a".repeat(127)).getStatus().getCode());
    }

    @ParameterizedTest(name = "41: {0}")
    @EnumSource(
            value = TopicType.class,
            names = {"NORMAL", "FIFO", "DELAY", "TRANSACTION", "PRIORITY"})
    @DisplayName("41: a topic of one type accepts exactly that type")
    void acceptedType(TopicType type) {
        rig.catalogue.topic("t", type, 2);
        for (MessageQueue queue : route("t").getMessageQueuesList()) {
            assertEquals(List.of(MessageType.valueOf(type.name())), queue.getAcceptMessageTypesList());
        }
    }

    @Test
    @DisplayName("42: a mixed topic accepts NORMAL, FIFO, DELAY and TRANSACTION")
    void mixedTopic() {
        rig.catalogue.topic("t", TopicType.MIXED, 1);
        assertEquals(
                List.of(MessageType.NORMAL, MessageType.FIFO, MessageType.DELAY, MessageType.TRANSACTION),
                route("t").getMessageQueues(0).getAcceptMessageTypesList());
    }

    @Test
    @DisplayName("43: a read-only topic has the permission READ")
    void readOnly() {
        rig.catalogue.topic("t", TopicType.NORMAL, 1, Permission.READ);
        assertEquals(
                apache.rocketmq.v2.Permission.READ,
                route("t").getMessageQueues(0).getPermission());
    }

    @Test
    @DisplayName("44: 100 routes are equal byte for byte")
    void stable() {
        rig.catalogue.topic("t", TopicType.NORMAL, 8);
        var first = route("t").toByteString();
        for (int i = 0; i < 99; i++) assertEquals(first, route("t").toByteString());
    }

    @Test
    @DisplayName("45: an unordered group gets stable assignments out of the route, at most four")
    void unorderedAssignments() {
        rig.catalogue.topic("t", TopicType.NORMAL, 8);
        QueryAssignmentResponse response = assignment("t", "g");
        assertEquals(Code.OK, response.getStatus().getCode());
        assertEquals(4, response.getAssignmentsCount());
        List<MessageQueue> route = route("t").getMessageQueuesList();
        assertEquals(
                route.subList(0, 4),
                response.getAssignmentsList().stream()
                        .map(Assignment::getMessageQueue)
                        .toList());
        assertEquals(response.toByteString(), assignment("t", "other").toByteString());
    }

    @Test
    @DisplayName("46: an orderly group gets every queue")
    void orderlyAssignments() {
        rig.catalogue.topic("t", TopicType.FIFO, 8);
        rig.catalogue.createGroup(
                new GroupSpec(GroupName.of("g"), true, 17, GroupSpec.StartPosition.LATEST, RetryPolicy.standard()));
        assertEquals(8, assignment("t", "g").getAssignmentsCount());
        assertEquals(8, assignment("t", "not-there-yet").getAssignmentsCount(), "a new group follows the FIFO topic");
    }

    @ParameterizedTest(name = "47: [{index}] {0}")
    @ValueSource(strings = {"", "a#b", "CID_RMQ_SYS_x"})
    @DisplayName("47: an illegal group name gives ILLEGAL_CONSUMER_GROUP")
    void illegalGroup(String group) {
        rig.catalogue.topic("t", TopicType.NORMAL, 1);
        assertEquals(
                Code.ILLEGAL_CONSUMER_GROUP, assignment("t", group).getStatus().getCode());
        assertEquals(
                Code.ILLEGAL_CONSUMER_GROUP,
                assignment("t", "g".repeat(121)).getStatus().getCode());
    }

    @Test
    @DisplayName("48: a topic without readable queue gives FORBIDDEN")
    void notReadable() {
        rig.catalogue.topic("t", TopicType.NORMAL, 1, Permission.WRITE);
        assertEquals(Code.FORBIDDEN, assignment("t", "g").getStatus().getCode());
        assertEquals(Code.TOPIC_NOT_FOUND, assignment("u", "g").getStatus().getCode());
    }

    @Test
    void endpointsAreRequired() {
        rig.catalogue.topic("t", TopicType.NORMAL, 1);
        QueryRouteResponse absent = rig.client("c")
                .queryRoute(QueryRouteRequest.newBuilder()
                        .setTopic(Rig.resource("t"))
                        .build());
        assertEquals(Code.ILLEGAL_ACCESS_POINT, absent.getStatus().getCode());
        QueryRouteResponse noAddress = route(Rig.resource("t"), Endpoints.getDefaultInstance());
        assertEquals(Code.ILLEGAL_ACCESS_POINT, noAddress.getStatus().getCode());
    }

    @Test
    void namespacesAreApartAndEchoed() {
        rig.catalogue.topic("ns1/t", TopicType.NORMAL, 1);
        Resource topic =
                Resource.newBuilder().setResourceNamespace("ns1").setName("t").build();
        assertEquals(topic, route(topic, Rig.DIALLED).getMessageQueues(0).getTopic());
        assertEquals(Code.TOPIC_NOT_FOUND, route("t").getStatus().getCode());
    }

    @Test
    void aChangedPermissionShows() {
        TopicName topic = rig.catalogue.topic("t", TopicType.NORMAL, 1);
        rig.catalogue.updateTopic(new TopicSpec(topic, TopicType.NORMAL, 1, Permission.NONE, Duration.ofHours(1)));
        assertEquals(
                apache.rocketmq.v2.Permission.NONE,
                route("t").getMessageQueues(0).getPermission());
    }

    @Test
    void theAdvertisedAddressGoesBeforeTheDialledOne() throws Exception {
        try (Rig advertising = Rig.start("advertised-address = \"mq.example.org:443\"")) {
            advertising.catalogue.topic("t", TopicType.NORMAL, 1);
            Endpoints endpoints = advertising
                    .client("c")
                    .queryRoute(QueryRouteRequest.newBuilder()
                            .setTopic(Rig.resource("t"))
                            .setEndpoints(Rig.DIALLED)
                            .build())
                    .getMessageQueues(0)
                    .getBroker()
                    .getEndpoints();
            assertEquals("mq.example.org", endpoints.getAddresses(0).getHost());
            assertEquals(443, endpoints.getAddresses(0).getPort());
            assertEquals(apache.rocketmq.v2.AddressScheme.DOMAIN_NAME, endpoints.getScheme());
        }
    }
}
