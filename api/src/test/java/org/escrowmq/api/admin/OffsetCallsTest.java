package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.util.List;
import org.escrowmq.admin.v1.CreateGroupRequest;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.OffsetMove;
import org.escrowmq.admin.v1.OutgoingMessage;
import org.escrowmq.admin.v1.ResetOffsetRequest;
import org.escrowmq.admin.v1.ResetOffsetResponse;
import org.escrowmq.admin.v1.SendMessageRequest;
import org.escrowmq.admin.v1.StartPosition;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** ResetOffset through the admin port; each test has a topic with four messages that the group reads. */
class OffsetCallsTest {
    private static OpenAdminPort port;

    @BeforeAll
    static void open() {
        port = OpenAdminPort.serving();
        await(port.client.createGroup(
                CreateGroupRequest.newBuilder().setName("g").build()));
    }

    @AfterAll
    static void close() {
        if (port != null) port.close();
    }

    private static void topic(String name, int queues) {
        await(port.client.createTopic(
                CreateTopicRequest.newBuilder().setName(name).setQueues(queues).build()));
        SendMessageRequest.Builder send = SendMessageRequest.newBuilder().setTopic(name);
        for (int i = 0; i < 4; i++)
            send.addMessages(OutgoingMessage.newBuilder().setBody(ByteString.copyFromUtf8("m")));
        await(port.client.sendMessage(send.build()));
        await(port.broker.catalogue.groupForUse(GroupName.of("g"), TopicName.of(name)));
    }

    private static ResetOffsetRequest.Builder reset(String topic) {
        return ResetOffsetRequest.newBuilder().setGroup("g").setTopic(topic);
    }

    private static List<OffsetMove> moves(ResetOffsetRequest.Builder request) {
        ResetOffsetResponse response = await(port.client.resetOffset(request.build()));
        return response.getMovesList();
    }

    private static OffsetMove onlyMove(ResetOffsetRequest.Builder request) {
        assertEquals(1, moves(request).size());
        return moves(request.setDryRun(true)).get(0);
    }

    @Test
    void aDryRunMovesNothing() {
        topic("dry", 1);
        OffsetMove move =
                onlyMove(reset("dry").setPosition(StartPosition.LATEST).setDryRun(true));
        assertFalse(move.hasFrom());
        assertEquals(4, move.getTo());
    }

    @Test
    void eachKindOfPlaceIsFound() {
        topic("places", 1);
        assertEquals(
                4, onlyMove(reset("places").setPosition(StartPosition.LATEST)).getTo());
        OffsetMove first = onlyMove(reset("places").setPosition(StartPosition.FIRST));
        assertEquals(0, first.getTo());
        assertEquals(0, first.getFrom(), "it was moved before the dry run");
        assertEquals(2, onlyMove(reset("places").setOffset(2)).getTo());
        assertEquals(4, onlyMove(reset("places").setOffset(4)).getFrom());
        assertEquals(
                0, onlyMove(reset("places").setEpochMillis(MemoryQueues.STORED)).getTo());
        assertEquals(
                4,
                onlyMove(reset("places").setEpochMillis(MemoryQueues.STORED + 1))
                        .getTo());
    }

    @Test
    void everyQueueIsMovedUnlessOneIsNamed() {
        topic("wide", 3);
        assertEquals(3, moves(reset("wide").setPosition(StartPosition.LATEST)).size());
        List<OffsetMove> one =
                moves(reset("wide").setPosition(StartPosition.FIRST).setQueue(2));
        assertEquals(List.of(2), one.stream().map(OffsetMove::getQueue).toList());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        topic("strict", 2);
        await(port.client.createGroup(
                CreateGroupRequest.newBuilder().setName("stranger").build()));
        assertRefused(
                Status.Code.NOT_FOUND,
                "no topic",
                port.client.resetOffset(reset("none").build()));
        assertRefused(
                Status.Code.NOT_FOUND,
                "no group",
                port.client.resetOffset(reset("strict").setGroup("nobody").build()));
        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                "never read",
                port.client.resetOffset(
                        reset("strict").setGroup("stranger").setOffset(0).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "to is required",
                port.client.resetOffset(reset("strict").build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "name the queue",
                port.client.resetOffset(reset("strict").setOffset(0).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "queue must be 0 to 1",
                port.client.resetOffset(reset("strict").setOffset(0).setQueue(2).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "got 5",
                port.client.resetOffset(reset("strict").setOffset(5).setQueue(0).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "offset must be 0",
                port.client.resetOffset(
                        reset("strict").setOffset(-1).setQueue(0).build()));
    }
}
