package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.util.List;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.OutgoingMessage;
import org.escrowmq.admin.v1.PurgeTopicRequest;
import org.escrowmq.admin.v1.QueuePurge;
import org.escrowmq.admin.v1.SendMessageRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** PurgeTopic through the admin port; each test has a topic with four messages. */
class PurgeCallsTest {
    private static OpenAdminPort port;

    @BeforeAll
    static void open() {
        port = OpenAdminPort.serving();
    }

    @AfterAll
    static void close() {
        if (port != null) port.close();
    }

    private static PurgeTopicRequest.Builder topic(String name, int queues) {
        await(port.client.createTopic(
                CreateTopicRequest.newBuilder().setName(name).setQueues(queues).build()));
        SendMessageRequest.Builder send = SendMessageRequest.newBuilder().setTopic(name);
        for (int i = 0; i < 4; i++)
            send.addMessages(OutgoingMessage.newBuilder().setBody(ByteString.copyFromUtf8("m")));
        await(port.client.sendMessage(send.build()));
        return PurgeTopicRequest.newBuilder().setName(name);
    }

    private static List<QueuePurge> purge(PurgeTopicRequest.Builder request) {
        return await(port.client.purgeTopic(request.build())).getQueuesList();
    }

    @Test
    void aDryRunTellsWhatGoesAndAPurgeDoesItOnce() {
        PurgeTopicRequest.Builder all = topic("once", 1).setAll(true);
        QueuePurge four =
                QueuePurge.newBuilder().setTo(4).setMessages(4).setBytes(40).build();
        assertEquals(List.of(four), purge(all.clone().setDryRun(true)));
        assertEquals(List.of(four), purge(all));
        assertEquals(List.of(QueuePurge.newBuilder().setFrom(4).setTo(4).build()), purge(all), "there is nothing left");
    }

    @Test
    void onlyWhatIsOlderGoes() {
        PurgeTopicRequest.Builder request = topic("older", 1).setDryRun(true);
        assertEquals(
                0,
                purge(request.setBeforeEpochMillis(MemoryQueues.STORED)).get(0).getMessages());
        assertEquals(
                4,
                purge(request.setBeforeEpochMillis(MemoryQueues.STORED + 1))
                        .get(0)
                        .getMessages());
    }

    @Test
    void everyQueueIsPurgedUnlessOneIsNamed() {
        PurgeTopicRequest.Builder request = topic("wide", 3).setAll(true).setDryRun(true);
        List<QueuePurge> all = purge(request);
        assertEquals(List.of(0, 1, 2), all.stream().map(QueuePurge::getQueue).toList());
        assertEquals(4, all.stream().mapToLong(QueuePurge::getMessages).sum());
        assertEquals(
                List.of(2),
                purge(request.setQueue(2)).stream().map(QueuePurge::getQueue).toList());
    }

    @Test
    void whatGoesMustBeSaid() {
        PurgeTopicRequest.Builder request = topic("said", 1);
        assertRefused(
                Status.Code.INVALID_ARGUMENT, "a time before which, or all", port.client.purgeTopic(request.build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "all must be true",
                port.client.purgeTopic(request.setAll(false).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "before_epoch_millis must be 0 to",
                port.client.purgeTopic(request.setBeforeEpochMillis(-1).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "queue must be 0 to 0, got 1",
                port.client.purgeTopic(request.setAll(true).setQueue(1).build()));
        assertRefused(
                Status.Code.NOT_FOUND,
                "there is no topic none",
                port.client.purgeTopic(request.setName("none").build()));
    }
}
