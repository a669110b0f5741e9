package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.HeartbeatRequest;
import apache.rocketmq.v2.HeartbeatResponse;
import apache.rocketmq.v2.NotifyClientTerminationRequest;
import apache.rocketmq.v2.NotifyClientTerminationResponse;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.Status;
import org.escrowmq.cluster.ClientRegistry;
import org.jspecify.annotations.Nullable;

/** Heartbeat and NotifyClientTermination: answered from memory. A client that is not known here loses nothing by it. */
final class Liveness {
    private final ClientRegistry clients;

    Liveness(ClientRegistry clients) {
        this.clients = clients;
    }

    static HeartbeatResponse heartbeatAnswer(Status status) {
        return HeartbeatResponse.newBuilder().setStatus(status).build();
    }

    static NotifyClientTerminationResponse terminationAnswer(Status status) {
        return NotifyClientTerminationResponse.newBuilder().setStatus(status).build();
    }

    HeartbeatResponse heartbeat(Caller caller, HeartbeatRequest request) {
        Status refused = check(request);
        if (refused != null) return heartbeatAnswer(refused);
        clients.heard(caller.clientId());
        return heartbeatAnswer(Statuses.OK);
    }

    /** OK for an unknown client too: it is gone, as it wishes. */
    NotifyClientTerminationResponse terminated(Caller caller, NotifyClientTerminationRequest request) {
        Resource group = request.getGroup();
        Status refused = group.getName().isEmpty() ? null : NameChecks.group(group);
        if (refused != null) return terminationAnswer(refused);
        clients.terminated(caller.clientId());
        return terminationAnswer(Statuses.OK);
    }

    private static @Nullable Status check(HeartbeatRequest request) {
        return switch (request.getClientType()) {
            case PRODUCER, CLIENT_TYPE_UNSPECIFIED -> null;
            case PUSH_CONSUMER, SIMPLE_CONSUMER -> NameChecks.group(request.getGroup());
            case PULL_CONSUMER, LITE_PUSH_CONSUMER, LITE_SIMPLE_CONSUMER, UNRECOGNIZED ->
                Statuses.of(
                        Code.UNRECOGNIZED_CLIENT_TYPE,
                        "this version serves producers, push consumers and simple consumers, not client type "
                                + request.getClientTypeValue());
        };
    }
}
