package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.ClientType;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.HeartbeatRequest;
import apache.rocketmq.v2.NotifyClientTerminationRequest;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.SyncLiteSubscriptionRequest;
import java.util.List;
import org.escrowmq.api.messaging.memory.ScriptedStream;
import org.escrowmq.cluster.ClientRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Heartbeats, good-byes, and the calls that come later, through a real connection. */
@Tag("conformance")
class LivenessTest {
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.start();
    }

    @AfterAll
    static void stop() throws Exception {
        rig.close();
    }

    private static Code heartbeat(ClientType type, String group) {
        return rig.client("c")
                .heartbeat(HeartbeatRequest.newBuilder()
                        .setClientType(type)
                        .setGroup(Rig.resource(group))
                        .build())
                .getStatus()
                .getCode();
    }

    @Test
    @DisplayName("153: a heartbeat is answered OK, also from an unknown client")
    void heartbeat() {
        assertEquals(Code.OK, heartbeat(ClientType.PRODUCER, ""));
        assertEquals(Code.OK, heartbeat(ClientType.PUSH_CONSUMER, "g"));
        assertEquals(Code.OK, heartbeat(ClientType.SIMPLE_CONSUMER, "g"));
        assertEquals(Code.OK, heartbeat(ClientType.CLIENT_TYPE_UNSPECIFIED, ""));
    }

    @Test
    void consumersNameTheirGroup() {
        assertEquals(Code.ILLEGAL_CONSUMER_GROUP, heartbeat(ClientType.PUSH_CONSUMER, ""));
        assertEquals(Code.ILLEGAL_CONSUMER_GROUP, heartbeat(ClientType.SIMPLE_CONSUMER, "a#b"));
    }

    @Test
    void otherClientTypesAreNotRecognized() {
        assertEquals(Code.UNRECOGNIZED_CLIENT_TYPE, heartbeat(ClientType.PULL_CONSUMER, "g"));
        assertEquals(Code.UNRECOGNIZED_CLIENT_TYPE, heartbeat(ClientType.LITE_PUSH_CONSUMER, "g"));
    }

    @Test
    @DisplayName("156: a producer says good-bye without a group")
    void termination() {
        ClientRegistry.Client client = new ClientRegistry.Client(
                "c", ClientRegistry.Kind.PRODUCER, "JAVA", "5.2.0", "peer", null, List.of(), 1, 1);
        rig.clients.registered(client, new ScriptedStream());
        NotifyClientTerminationRequest request = NotifyClientTerminationRequest.getDefaultInstance();
        assertEquals(
                Code.OK,
                rig.client("c").notifyClientTermination(request).getStatus().getCode());
        assertTrue(rig.clients.client("c").isEmpty());
        NotifyClientTerminationRequest emptyGroup =
                request.toBuilder().setGroup(Resource.getDefaultInstance()).build();
        assertEquals(
                Code.OK,
                rig.client("c").notifyClientTermination(emptyGroup).getStatus().getCode());
        NotifyClientTerminationRequest illegal =
                request.toBuilder().setGroup(Rig.resource("a#b")).build();
        assertEquals(
                Code.ILLEGAL_CONSUMER_GROUP,
                rig.client("c").notifyClientTermination(illegal).getStatus().getCode());
    }

    @Test
    @DisplayName("157: SyncLiteSubscription and the other calls that come later say so")
    void laterCalls() {
        var client = rig.client("c");
        List<Status> answers = List.of(client.syncLiteSubscription(SyncLiteSubscriptionRequest.getDefaultInstance())
                .getStatus());
        for (Status answer : answers) {
            assertEquals(Code.NOT_IMPLEMENTED, answer.getCode());
            assertTrue(answer.getMessage().contains("does not have"), answer.getMessage());
        }
    }
}
