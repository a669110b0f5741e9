package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.AckMessageEntry;
import apache.rocketmq.v2.AckMessageRequest;
import apache.rocketmq.v2.AckMessageResponse;
import apache.rocketmq.v2.ChangeInvisibleDurationRequest;
import apache.rocketmq.v2.ChangeInvisibleDurationResponse;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.ForwardMessageToDeadLetterQueueRequest;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessagingServiceGrpc;
import java.time.Duration;
import java.util.List;
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

/** AckMessage and ChangeInvisibleDuration through a real connection. */
@Tag("conformance")
class AcknowledgeTest {
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
    void topic() {
        rig.empty();
        rig.catalogue.topic("t", TopicType.NORMAL, 1);
        rig.catalogue.createGroup(
                new GroupSpec(GroupName.of("g"), false, 17, GroupSpec.StartPosition.FIRST, RetryPolicy.standard()));
    }

    private static Message received(String id) {
        rig.client("p").sendMessage(Messages.send(Messages.message("t", id)));
        return Received.of(rig.client("c")
                        .receiveMessage(Messages.receive("t", "g").build()))
                .messages()
                .get(0);
    }

    private static AckMessageResponse acknowledge(String... handles) {
        AckMessageRequest.Builder request =
                AckMessageRequest.newBuilder().setTopic(Rig.resource("t")).setGroup(Rig.resource("g"));
        for (String handle : handles) {
            request.addEntries(AckMessageEntry.newBuilder().setMessageId("id").setReceiptHandle(handle));
        }
        return rig.client("c").ackMessage(request.build());
    }

    private static String handle(Message message) {
        return message.getSystemProperties().getReceiptHandle();
    }

    private static ChangeInvisibleDurationRequest.Builder change(String handle, long millis) {
        return ChangeInvisibleDurationRequest.newBuilder()
                .setTopic(Rig.resource("t"))
                .setGroup(Rig.resource("g"))
                .setReceiptHandle(handle)
                .setMessageId("id")
                .setInvisibleDuration(WireTimes.duration(Duration.ofMillis(millis)));
    }

    private static ChangeInvisibleDurationResponse changed(ChangeInvisibleDurationRequest.Builder request) {
        return rig.client("c").changeInvisibleDuration(request.build());
    }

    @Test
    @DisplayName("118: a good and a bad handle give MULTIPLE_RESULTS and their own codes")
    void mixedResults() {
        AckMessageResponse response = acknowledge(handle(received("a")), "expired long ago");
        assertEquals(Code.MULTIPLE_RESULTS, response.getStatus().getCode());
        assertEquals(Code.OK, response.getEntries(0).getStatus().getCode());
        assertEquals(
                Code.INVALID_RECEIPT_HANDLE, response.getEntries(1).getStatus().getCode());
        assertEquals("id", response.getEntries(1).getMessageId());
        assertEquals("expired long ago", response.getEntries(1).getReceiptHandle());
    }

    @Test
    @DisplayName("119, 122: one good entry gives OK, and again OK")
    void good() {
        String handle = handle(received("a"));
        assertEquals(Code.OK, acknowledge(handle).getStatus().getCode());
        assertEquals(Code.OK, acknowledge(handle).getStatus().getCode());
    }

    @Test
    @DisplayName("120: garbage gives INVALID_RECEIPT_HANDLE, the word in the text")
    void garbage() {
        for (String handle : List.of("", "garbage", "\u0000\ud83d\ude80", "x".repeat(100_000))) {
            AckMessageResponse response = acknowledge(handle);
            assertEquals(Code.INVALID_RECEIPT_HANDLE, response.getStatus().getCode());
            assertTrue(response.getStatus().getMessage().contains("INVALID_RECEIPT_HANDLE"));
        }
    }

    @Test
    void noEntries() {
        assertEquals(Code.BAD_REQUEST, acknowledge().getStatus().getCode());
    }

    @Test
    void illegalNames() {
        assertEquals(
                Code.ILLEGAL_TOPIC,
                rig.client("c")
                        .ackMessage(AckMessageRequest.newBuilder()
                                .setGroup(Rig.resource("g"))
                                .addEntries(AckMessageEntry.getDefaultInstance())
                                .build())
                        .getStatus()
                        .getCode());
        assertEquals(
                Code.ILLEGAL_CONSUMER_GROUP,
                changed(change("h", 1).setGroup(Rig.resource("a#"))).getStatus().getCode());
    }

    @Test
    void theHandlesOfATopicThatIsGoneAreInvalid() {
        String handle = handle(received("a"));
        rig.exchange.empty();
        rig.catalogue.deleteTopic(TopicName.of("t"));
        assertEquals(
                Code.INVALID_RECEIPT_HANDLE, acknowledge(handle).getStatus().getCode());
    }

    @Test
    @DisplayName("124, 126: a change to 0 brings the message back at once, and the old handle is dead")
    void changeToZero() {
        String handle = handle(received("a"));
        ChangeInvisibleDurationResponse response = changed(change(handle, 0));
        assertEquals(Code.OK, response.getStatus().getCode());
        assertNotEquals(handle, response.getReceiptHandle());
        assertEquals(
                Code.INVALID_RECEIPT_HANDLE, acknowledge(handle).getStatus().getCode());
        Message again = Received.of(rig.client("c")
                        .receiveMessage(Messages.receive("t", "g").build()))
                .messages()
                .get(0);
        assertEquals(2, again.getSystemProperties().getDeliveryAttempt());
    }

    @Test
    void suspensionDoesNotCount() {
        changed(change(handle(received("a")), 0).setSuspend(true));
        Message again = Received.of(rig.client("c")
                        .receiveMessage(Messages.receive("t", "g").build()))
                .messages()
                .get(0);
        assertEquals(1, again.getSystemProperties().getDeliveryAttempt());
    }

    @Test
    @DisplayName("125: a failing change gives back the request's handle")
    void failingChange() {
        ChangeInvisibleDurationResponse garbage = changed(change("garbage", 1000));
        assertEquals(Code.INVALID_RECEIPT_HANDLE, garbage.getStatus().getCode());
        assertEquals("garbage", garbage.getReceiptHandle());
        ChangeInvisibleDurationResponse tooLong = changed(change("h", 43_200_001));
        assertEquals(Code.ILLEGAL_INVISIBLE_TIME, tooLong.getStatus().getCode());
        assertEquals("h", tooLong.getReceiptHandle());
        ChangeInvisibleDurationResponse negative = changed(change("h", -1));
        assertEquals(Code.ILLEGAL_INVISIBLE_TIME, negative.getStatus().getCode());
        ChangeInvisibleDurationResponse anonymous = MessagingServiceGrpc.newBlockingStub(rig.plainChannel())
                .changeInvisibleDuration(change("h", 1000).build());
        assertEquals(Code.CLIENT_ID_REQUIRED, anonymous.getStatus().getCode());
        assertEquals("h", anonymous.getReceiptHandle());
    }

    private static Code forwarded(ForwardMessageToDeadLetterQueueRequest.Builder request) {
        return rig.client("c")
                .forwardMessageToDeadLetterQueue(request.build())
                .getStatus()
                .getCode();
    }

    private static ForwardMessageToDeadLetterQueueRequest.Builder forward(String handle) {
        return ForwardMessageToDeadLetterQueueRequest.newBuilder()
                .setTopic(Rig.resource("t"))
                .setGroup(Rig.resource("g"))
                .setReceiptHandle(handle)
                .setMessageId("id");
    }

    @Test
    @DisplayName("134, 135: a message is given up once and again with OK, and garbage says INVALID_RECEIPT_HANDLE")
    void givenUp() {
        String handle = handle(received("a"));
        assertEquals(Code.OK, forwarded(forward(handle)));
        assertEquals(Code.OK, forwarded(forward(handle)));
        assertEquals(Code.INVALID_RECEIPT_HANDLE, forwarded(forward("garbage")));
        assertEquals(Code.ILLEGAL_TOPIC, forwarded(forward(handle).setTopic(Rig.resource("a#b"))));
        assertEquals(Code.ILLEGAL_CONSUMER_GROUP, forwarded(forward(handle).setGroup(Rig.resource(" "))));
    }
}
