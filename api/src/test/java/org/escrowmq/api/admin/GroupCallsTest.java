package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.List;
import org.escrowmq.admin.v1.CreateGroupRequest;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.DeleteGroupRequest;
import org.escrowmq.admin.v1.DescribeGroupRequest;
import org.escrowmq.admin.v1.Group;
import org.escrowmq.admin.v1.GroupDetail;
import org.escrowmq.admin.v1.GroupFigures;
import org.escrowmq.admin.v1.ListGroupsRequest;
import org.escrowmq.admin.v1.ListGroupsResponse;
import org.escrowmq.admin.v1.PauseGroupRequest;
import org.escrowmq.admin.v1.ResumeGroupRequest;
import org.escrowmq.admin.v1.RetryPolicy;
import org.escrowmq.admin.v1.StartPosition;
import org.escrowmq.admin.v1.TopicType;
import org.escrowmq.admin.v1.UpdateGroupRequest;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GroupCallsTest {
    private static OpenAdminPort port;

    @BeforeAll
    static void open() {
        port = OpenAdminPort.serving();
    }

    @AfterAll
    static void close() {
        if (port != null) port.close();
    }

    private static Group create(CreateGroupRequest.Builder request) {
        return await(port.client.createGroup(request.build()));
    }

    @Test
    void aGroupIsCreatedWithTheDefaults() {
        Group group = create(CreateGroupRequest.newBuilder().setName("defaults"));
        assertFalse(group.getFifo());
        assertEquals(17, group.getMaxAttempts());
        assertEquals(StartPosition.LATEST, group.getStart());
        assertEquals(18, group.getRetry().getCustomized().getStepMillisCount());
        assertEquals(1_000, group.getRetry().getCustomized().getStepMillis(0));
        assertFalse(group.getAutoCreated());
        assertRefused(
                Status.Code.ALREADY_EXISTS,
                "defaults",
                port.client.createGroup(
                        CreateGroupRequest.newBuilder().setName("defaults").build()));
    }

    @Test
    void anUpdateChangesWhatIsSetAndNothingElse() {
        create(CreateGroupRequest.newBuilder()
                .setName("changing")
                .setFifo(true)
                .setMaxAttempts(3)
                .setStart(StartPosition.FIRST));
        Group updated = await(port.client.updateGroup(UpdateGroupRequest.newBuilder()
                .setName("changing")
                .setMaxAttempts(5)
                .setRetry(RetryPolicy.newBuilder()
                        .setExponential(RetryPolicy.Exponential.newBuilder()
                                .setInitialMillis(10)
                                .setMaxMillis(1_000)
                                .setMultiplier(2)))
                .build()));
        assertTrue(updated.getFifo());
        assertEquals(5, updated.getMaxAttempts());
        assertEquals(StartPosition.FIRST, updated.getStart());
        assertEquals(10, updated.getRetry().getExponential().getInitialMillis());
        assertEquals(2, updated.getRetry().getExponential().getMultiplier());
    }

    @Test
    void aGroupIsPausedResumedListedAndDeleted() {
        create(CreateGroupRequest.newBuilder().setName("ns/pausing"));
        assertTrue(await(port.client.pauseGroup(
                        PauseGroupRequest.newBuilder().setName("ns/pausing").build()))
                .getPaused());
        GroupDetail paused = await(port.client.describeGroup(
                DescribeGroupRequest.newBuilder().setName("ns/pausing").build()));
        assertEquals(List.of("group ns/pausing is paused (group resume ns/pausing)"), paused.getWarningsList());
        assertFalse(await(port.client.resumeGroup(
                        ResumeGroupRequest.newBuilder().setName("ns/pausing").build()))
                .getPaused());
        ListGroupsResponse listed = await(port.client.listGroups(
                ListGroupsRequest.newBuilder().setNameContains("pausing").build()));
        assertEquals(1, listed.getGroupsCount());
        await(port.client.deleteGroup(
                DeleteGroupRequest.newBuilder().setName("ns/pausing").build()));
        assertRefused(
                Status.Code.NOT_FOUND,
                "ns/pausing",
                port.client.pauseGroup(
                        PauseGroupRequest.newBuilder().setName("ns/pausing").build()));
    }

    @Test
    void aDescriptionSumsUpWhatTheGroupReads() {
        TopicName topic = TopicName.of("read");
        await(port.client.createTopic(CreateTopicRequest.newBuilder()
                .setName("read")
                .setType(TopicType.NORMAL)
                .setQueues(1)
                .build()));
        await(port.broker.catalogue.groupForUse(GroupName.of("reader"), topic));
        await(port.broker.queues.send(topic, List.of(Message.normal("m1", ByteBuffer.wrap(new byte[5])))));

        GroupDetail detail = await(port.client.describeGroup(
                DescribeGroupRequest.newBuilder().setName("reader").build()));
        assertTrue(detail.getGroup().getAutoCreated());
        GroupFigures queue = detail.getQueues(0);
        assertEquals("read", queue.getTopic());
        assertEquals(1, queue.getLag());
        assertEquals(
                List.of("group reader has 1 messages to consume and no client is connected to this node"),
                detail.getWarningsList());
    }

    @Test
    void anOrderedGroupOnAnUnorderedTopicIsPointedOut() {
        TopicName topic = TopicName.of("unordered");
        await(port.client.createTopic(
                CreateTopicRequest.newBuilder().setName("unordered").build()));
        create(CreateGroupRequest.newBuilder().setName("ordered").setFifo(true));
        await(port.broker.catalogue.groupForUse(GroupName.of("ordered"), topic));
        GroupDetail detail = await(port.client.describeGroup(
                DescribeGroupRequest.newBuilder().setName("ordered").build()));
        assertEquals(1, detail.getWarningsCount());
        assertTrue(detail.getWarnings(0).contains("no order to keep"), detail.getWarnings(0));
    }

    @Test
    void limitsAreNamedWithTheValue() {
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "121 characters, the most is 120",
                port.client.createGroup(
                        CreateGroupRequest.newBuilder().setName("g".repeat(121)).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "are reserved",
                port.client.createGroup(
                        CreateGroupRequest.newBuilder().setName("CID_RMQ_SYS_A").build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "max_attempts must be 1 to 1000, got -1",
                port.client.createGroup(CreateGroupRequest.newBuilder()
                        .setName("attempts")
                        .setMaxAttempts(-1)
                        .build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "the number of steps must be 1 to 100, got 0",
                port.client.createGroup(CreateGroupRequest.newBuilder()
                        .setName("steps")
                        .setRetry(RetryPolicy.newBuilder().setCustomized(RetryPolicy.Customized.getDefaultInstance()))
                        .build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "multiplier must be 1 to 100, got NaN",
                port.client.createGroup(CreateGroupRequest.newBuilder()
                        .setName("nan")
                        .setRetry(RetryPolicy.newBuilder()
                                .setExponential(RetryPolicy.Exponential.newBuilder()
                                        .setInitialMillis(1)
                                        .setMaxMillis(1)
                                        .setMultiplier(Double.NaN)))
                        .build()));
    }
}
