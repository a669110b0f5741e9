package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Address;
import apache.rocketmq.v2.Assignment;
import apache.rocketmq.v2.Broker;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Endpoints;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.MessageType;
import apache.rocketmq.v2.Permission;
import apache.rocketmq.v2.QueryAssignmentRequest;
import apache.rocketmq.v2.QueryAssignmentResponse;
import apache.rocketmq.v2.QueryRouteRequest;
import apache.rocketmq.v2.QueryRouteResponse;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.Status;
import java.util.List;
import java.util.Optional;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.TopicType;
import org.jspecify.annotations.Nullable;

/**
 * QueryRoute and QueryAssignment. The same question gets the same bytes as long as the topic stays as it is: queues in their
 * order, a virtual broker name that depends on the queue number only, and one connection target.
 */
final class Routes {
    /** Broker names a topic's queues are spread over: a producer tries one queue of each name. */
    static final int BROKER_NAMES = 4;

    private final Catalogue catalogue;
    private final List<AdvertisedAddress> advertised;
    private final int assignmentsPerTopic;

    Routes(Catalogue catalogue, List<AdvertisedAddress> advertised, int assignmentsPerTopic) {
        this.catalogue = catalogue;
        this.advertised = advertised;
        this.assignmentsPerTopic = assignmentsPerTopic;
    }

    static QueryRouteResponse refusedRoute(Status status) {
        return QueryRouteResponse.newBuilder().setStatus(status).build();
    }

    static QueryAssignmentResponse refusedAssignment(Status status) {
        return QueryAssignmentResponse.newBuilder().setStatus(status).build();
    }

    QueryRouteResponse route(QueryRouteRequest request) {
        Status illegal = NameChecks.topic(request.getTopic());
        if (illegal != null) return refusedRoute(illegal);
        Optional<TopicDescription> topic = topic(request.getTopic());
        if (topic.isEmpty()) return refusedRoute(noTopic(request.getTopic()));
        illegal = check(request.getEndpoints());
        if (illegal != null) return refusedRoute(illegal);
        QueryRouteResponse.Builder response = QueryRouteResponse.newBuilder().setStatus(Statuses.OK);
        Endpoints endpoints = target(request.getEndpoints());
        for (int queue = 0; queue < topic.get().queues(); queue++) {
            response.addMessageQueues(queue(request.getTopic(), topic.get(), queue, endpoints));
        }
        return response.build();
    }

    QueryAssignmentResponse assignment(QueryAssignmentRequest request) {
        Status illegal = NameChecks.topicAndGroup(request.getTopic(), request.getGroup());
        if (illegal != null) return refusedAssignment(illegal);
        Optional<TopicDescription> topic = topic(request.getTopic());
        if (topic.isEmpty()) return refusedAssignment(noTopic(request.getTopic()));
        if (!topic.get().permission().readable()) {
            return refusedAssignment(
                    Statuses.of(Code.FORBIDDEN, "topic " + topic.get().name() + " has no readable queue"));
        }
        illegal = check(request.getEndpoints());
        if (illegal != null) return refusedAssignment(illegal);
        int count = fifo(request.getGroup(), topic.get())
                ? topic.get().queues()
                : Math.min(topic.get().queues(), assignmentsPerTopic);
        QueryAssignmentResponse.Builder response =
                QueryAssignmentResponse.newBuilder().setStatus(Statuses.OK);
        Endpoints endpoints = target(request.getEndpoints());
        for (int queue = 0; queue < count; queue++) {
            response.addAssignments(
                    Assignment.newBuilder().setMessageQueue(queue(request.getTopic(), topic.get(), queue, endpoints)));
        }
        return response.build();
    }

    private Optional<TopicDescription> topic(Resource topic) {
        return catalogue.topic(NameChecks.topicName(topic));
    }

    /** Whether the group is ordered; one that is yet to come into being follows its topic. */
    private boolean fifo(Resource group, TopicDescription topic) {
        return catalogue
                .group(NameChecks.groupName(group))
                .map(GroupDescription::spec)
                .map(spec -> spec.fifo())
                .orElse(topic.type() == TopicType.FIFO);
    }

    private Endpoints target(Endpoints dialled) {
        return advertised.isEmpty() ? dialled : AdvertisedAddress.endpoints(advertised);
    }

    private static @Nullable Status check(Endpoints dialled) {
        if (dialled.getAddressesCount() == 0) {
            return Statuses.of(Code.ILLEGAL_ACCESS_POINT, "the request names no endpoints that the client dialled");
        }
        for (Address address : dialled.getAddressesList()) {
            if (address.getHost().isBlank() || address.getPort() < 1 || address.getPort() > 65_535) {
                return Statuses.of(
                        Code.ILLEGAL_ACCESS_POINT,
                        "not an address: " + Statuses.quote(address.getHost()) + " port " + address.getPort());
            }
        }
        return null;
    }

    private static MessageQueue queue(Resource name, TopicDescription topic, int number, Endpoints endpoints) {
        MessageQueue.Builder queue = MessageQueue.newBuilder()
                .setTopic(name)
                .setId(number)
                .setPermission(permission(topic))
                .setBroker(Broker.newBuilder()
                        .setName("escrow-" + number % BROKER_NAMES)
                        .setId(0)
                        .setEndpoints(endpoints));
        topic.type().accepted().forEach(type -> queue.addAcceptMessageTypes(MessageType.valueOf(type.name())));
        return queue.build();
    }

    private static Permission permission(TopicDescription topic) {
        return switch (topic.permission()) {
            case NONE -> Permission.NONE;
            case READ -> Permission.READ;
            case WRITE -> Permission.WRITE;
            case READ_WRITE -> Permission.READ_WRITE;
        };
    }

    private static Status noTopic(Resource topic) {
        return Statuses.of(Code.TOPIC_NOT_FOUND, "there is no topic " + NameChecks.topicName(topic));
    }
}
