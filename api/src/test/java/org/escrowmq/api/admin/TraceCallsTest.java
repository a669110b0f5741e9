package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.OutgoingMessage;
import org.escrowmq.admin.v1.Receipt;
import org.escrowmq.admin.v1.SendMessageRequest;
import org.escrowmq.admin.v1.TraceEvent;
import org.escrowmq.admin.v1.TraceEvent.Kind;
import org.escrowmq.admin.v1.TraceMessageRequest;
import org.escrowmq.admin.v1.TraceMessageResponse;
import org.escrowmq.admin.v1.TraceStanding;
import org.escrowmq.cluster.MessageEvent;
import org.escrowmq.cluster.MessageLife;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** TraceMessage through the admin port, over a queue that tells the same of every message. */
class TraceCallsTest {
    private static final MessageEvent.Reader BILLING = new MessageEvent.Reader(3, Optional.of(GroupName.of("billing")));
    private static final MessageEvent.Reader GONE = new MessageEvent.Reader(4, Optional.empty());
    private static OpenAdminPort port;
    private static Receipt sent;

    @BeforeAll
    static void open() {
        port = OpenAdminPort.serving();
        await(port.client.createTopic(
                CreateTopicRequest.newBuilder().setName("t").setQueues(1).build()));
        sent = await(port.client.sendMessage(SendMessageRequest.newBuilder()
                        .setTopic("t")
                        .addMessages(OutgoingMessage.newBuilder().setBody(ByteString.copyFromUtf8("m")))
                        .build()))
                .getReceipts(0);
    }

    @AfterAll
    static void close() {
        if (port != null) port.close();
    }

    private static TraceMessageRequest.Builder at(long offset) {
        TraceMessageRequest.Builder request = TraceMessageRequest.newBuilder().setTopic("t");
        request.getPlaceBuilder().setOffset(offset);
        return request;
    }

    private static TraceMessageResponse trace(TraceMessageRequest.Builder request) {
        return await(port.client.traceMessage(request.build()));
    }

    private static TraceEvent told(MessageEvent event) {
        port.broker.queues.events = List.of(new MessageLife.Moment(MemoryQueues.STORED + 1, 5, event));
        TraceEvent told = trace(at(0)).getEvents(0);
        assertEquals(MemoryQueues.STORED + 1, told.getEpochMillis());
        assertEquals(5, told.getEntry());
        return told;
    }

    private static TraceEvent.Builder event(Kind kind) {
        return TraceEvent.newBuilder()
                .setKind(kind)
                .setEpochMillis(MemoryQueues.STORED + 1)
                .setEntry(5);
    }

    private static TraceEvent.Builder ofBilling(Kind kind) {
        return event(kind).setGroup("billing").setGroupNumber(3);
    }

    @Test
    void everyKindOfEventIsTold() {
        assertEquals(event(Kind.STORED).setBytes(12).build(), told(new MessageEvent.Stored(12)));
        assertEquals(
                ofBilling(Kind.DELIVERED)
                        .setAttempt(2)
                        .setDeliveryNumber(9)
                        .setClientId("c@1")
                        .setDurationMillis(30_000)
                        .setAutoRenew(true)
                        .setSameReceive(true)
                        .build(),
                told(new MessageEvent.Delivered(BILLING, 2, 9, "c@1", Duration.ofSeconds(30), true, true)));
        assertEquals(ofBilling(Kind.SKIPPED).build(), told(new MessageEvent.Skipped(BILLING)));
        assertEquals(ofBilling(Kind.BLOCKED).build(), told(new MessageEvent.Blocked(BILLING)));
        assertEquals(
                ofBilling(Kind.INVISIBLE_CHANGED)
                        .setDeliveryNumber(10)
                        .setDurationMillis(5)
                        .setUncounted(true)
                        .build(),
                told(new MessageEvent.InvisibleChanged(BILLING, 10, Duration.ofMillis(5), false)));
        assertEquals(
                ofBilling(Kind.RELEASED)
                        .setClientId("c@1")
                        .setDurationMillis(1_000)
                        .build(),
                told(new MessageEvent.Released(BILLING, "c@1", Duration.ofSeconds(1))));
        assertEquals(ofBilling(Kind.ACKNOWLEDGED).build(), told(new MessageEvent.Acknowledged(BILLING)));
        assertEquals(
                ofBilling(Kind.GROUP_OPENED).setTo(8).build(),
                told(new MessageEvent.GroupOpened(BILLING, new Offset(8))));
        assertEquals(event(Kind.GROUP_DELETED).setGroupNumber(4).build(), told(new MessageEvent.GroupDeleted(GONE)));
        assertEquals(
                ofBilling(Kind.GROUP_MOVED).setTo(8).build(),
                told(new MessageEvent.GroupMoved(BILLING, new Offset(8))));
        assertEquals(
                event(Kind.GIVEN_UP).setTo(8).setOrBefore(true).build(),
                told(new MessageEvent.GivenUp(new Offset(8), false)));
    }

    @Test
    void everyStateOfAGroupIsTold() {
        for (MessageLife.State state : MessageLife.State.values()) {
            port.broker.queues.standings =
                    List.of(new MessageLife.Standing(GroupName.of("billing"), state, 2, Duration.ofSeconds(7)));
            TraceStanding told = trace(at(0)).getStandings(0);
            assertEquals(state.name(), told.getState().name());
            assertEquals(7_000, told.getLastingMillis());
            assertEquals("billing", told.getGroup());
            assertEquals(2, told.getAttempt());
        }
    }

    @Test
    void aMessageIsTracedByIdAsByPlaceWithWhatIsNotKnown() {
        for (TraceMessageRequest.Builder request :
                List.of(at(0), TraceMessageRequest.newBuilder().setTopic("t").setMessageId(sent.getMessageId()))) {
            TraceMessageResponse told = trace(request);
            assertEquals(sent.getMessageId(), told.getMessageId());
            assertEquals(0, told.getOffset());
            assertEquals(7, told.getEntriesRead());
            assertEquals(MemoryQueues.STORED, told.getSinceEpochMillis());
            assertEquals(MemoryQueues.STORED + 9, told.getUntilEpochMillis());
            assertTrue(told.getFromTheStart());
            assertFalse(told.getToTheEnd());
            assertEquals(0, told.getOthersCount());
        }
    }

    @Test
    void theTimeForReadingIsBounded() {
        trace(at(0));
        assertEquals(TraceCalls.WITHIN_DEFAULT, port.broker.queues.lastLimits.within());
        trace(at(0).setWithinMillis(15_000));
        assertEquals(Duration.ofSeconds(15), port.broker.queues.lastLimits.within());
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "within_millis must be 0 to 15000, got 15001",
                port.client.traceMessage(at(0).setWithinMillis(15_001).build()));
    }

    @Test
    void whatCannotBeTracedIsRefused() {
        TraceMessageRequest.Builder byId = TraceMessageRequest.newBuilder().setTopic("t");
        assertRefused(
                Status.Code.INVALID_ARGUMENT, "either message_id or place", port.client.traceMessage(byId.build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "message_id is empty",
                port.client.traceMessage(byId.setMessageId(" ").build()));
        assertRefused(
                Status.Code.NOT_FOUND,
                "by its queue and offset",
                port.client.traceMessage(byId.setMessageId("nope").build()));
        assertRefused(Status.Code.INVALID_ARGUMENT, "beyond the end", port.client.traceMessage(at(1).build()));
        TraceMessageRequest.Builder elsewhere = at(0);
        elsewhere.getPlaceBuilder().setQueue(1);
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "queue must be 0 to 0, got 1",
                port.client.traceMessage(elsewhere.build()));
        assertRefused(
                Status.Code.NOT_FOUND,
                "there is no topic none",
                port.client.traceMessage(at(0).setTopic("none").build()));
    }
}
