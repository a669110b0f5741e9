package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.OutgoingMessage;
import org.escrowmq.admin.v1.PeekMessagesRequest;
import org.escrowmq.admin.v1.QueryMessagesRequest;
import org.escrowmq.admin.v1.Receipt;
import org.escrowmq.admin.v1.SendMessageRequest;
import org.escrowmq.admin.v1.SendMessageResponse;
import org.escrowmq.admin.v1.StoredMessage;
import org.escrowmq.admin.v1.TopicType;
import org.escrowmq.model.Offset;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MessageCallsTest {
    private static OpenAdminPort port;

    @BeforeAll
    static void open() {
        port = OpenAdminPort.serving();
        topic("normal", TopicType.NORMAL);
        topic("fifo", TopicType.FIFO);
        topic("delay", TopicType.DELAY);
    }

    @AfterAll
    static void close() {
        if (port != null) port.close();
    }

    private static void topic(String name, TopicType type) {
        await(port.client.createTopic(CreateTopicRequest.newBuilder()
                .setName(name)
                .setType(type)
                .setQueues(1)
                .build()));
    }

    private static OutgoingMessage.Builder text(String body) {
        return OutgoingMessage.newBuilder().setBody(ByteString.copyFromUtf8(body));
    }

    private static SendMessageRequest to(String topic, OutgoingMessage.Builder... messages) {
        SendMessageRequest.Builder request = SendMessageRequest.newBuilder().setTopic(topic);
        for (OutgoingMessage.Builder message : messages) request.addMessages(message);
        return request.build();
    }

    private static void assertInvalid(String words, OutgoingMessage.Builder message) {
        assertRefused(Status.Code.INVALID_ARGUMENT, words, port.client.sendMessage(to("normal", message)));
    }

    @Test
    void aSentMessageIsFoundByIdByKeyAndByOffset() {
        OutgoingMessage.Builder message = text("hello")
                .setTag("t")
                .addKeys("k-1")
                .putProperties("colour", "red")
                .putProperties("gr\u00f6\u00dfe", "\u221e");
        Receipt receipt = await(port.client.sendMessage(to("normal", message))).getReceipts(0);
        assertTrue(receipt.getMessageId().matches("01[0-9A-F]{32}"), receipt.getMessageId());
        assertEquals("", receipt.getRefusal());

        StoredMessage byId = await(port.client.queryMessages(QueryMessagesRequest.newBuilder()
                        .setTopic("normal")
                        .setId(receipt.getMessageId())
                        .build()))
                .getMessages(0);
        assertEquals("hello", byId.getBody().toStringUtf8());
        assertEquals(Map.of("colour", "red", "gr\u00f6\u00dfe", "\u221e"), byId.getPropertiesMap());
        assertEquals("t", byId.getTag());
        assertEquals("NORMAL", byId.getType());
        assertEquals("IDENTITY", byId.getBodyEncoding());
        assertEquals(receipt.getOffset(), byId.getOffset());
        assertEquals(MemoryQueues.STORED, byId.getStoredEpochMillis());

        assertEquals(
                byId,
                await(port.client.queryMessages(QueryMessagesRequest.newBuilder()
                                .setTopic("normal")
                                .setKey("k-1")
                                .build()))
                        .getMessages(0));
        assertEquals(
                byId,
                await(port.client.peekMessages(PeekMessagesRequest.newBuilder()
                                .setTopic("normal")
                                .setQueue(receipt.getQueue())
                                .setFromOffset(receipt.getOffset())
                                .setMax(1)
                                .build()))
                        .getMessages(0));
    }

    @Test
    void idsAreUniqueAndReceiptsStandInTheOrderOfTheMessages() {
        OutgoingMessage.Builder[] messages =
                IntStream.range(0, 32).mapToObj(i -> text("b" + i)).toArray(OutgoingMessage.Builder[]::new);
        SendMessageResponse response = await(port.client.sendMessage(to("normal", messages)));
        Set<String> ids =
                response.getReceiptsList().stream().map(Receipt::getMessageId).collect(Collectors.toSet());
        assertEquals(32, ids.size());
        List<Long> offsets =
                response.getReceiptsList().stream().map(Receipt::getOffset).toList();
        assertEquals(offsets.stream().sorted().toList(), offsets);
    }

    @Test
    void theTypeMustFitTheTopic() {
        assertEquals(
                1,
                await(port.client.sendMessage(to("fifo", text("x").setMessageGroup("g"))))
                        .getReceiptsCount());
        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                "message 1 is NORMAL, but topic fifo is FIFO",
                port.client.sendMessage(to("fifo", text("x"))));
        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                "topic normal is NORMAL",
                port.client.sendMessage(to("normal", text("x").setMessageGroup("g"))));
        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                "topic delay is DELAY",
                port.client.sendMessage(to("delay", text("x"))));
    }

    @Test
    void aMessageMayHaveATime() {
        long due = System.currentTimeMillis() + 60_000;
        await(port.client.sendMessage(to("delay", text("x").setDeliverAtEpochMillis(due))));
        await(port.client.sendMessage(to("normal", text("x").setDeliverAtEpochMillis(due))));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "deliver_at_epoch_millis",
                port.client.sendMessage(to("delay", text("x").setDeliverAtEpochMillis(-1))));
    }

    @Test
    void aPartlyRefusedSendSaysWhichMessageIsNotStored() {
        SendMessageResponse response = await(port.client.sendMessage(to("normal", text("ok"), text("full"))));
        assertEquals("", response.getReceipts(0).getRefusal());
        assertTrue(
                response.getReceipts(1).getRefusal().startsWith("STORAGE_FULL: 0 bytes free"),
                response.getReceipts(1).getRefusal());
        assertRefused(
                Status.Code.RESOURCE_EXHAUSTED,
                "0 bytes free",
                port.client.sendMessage(to("normal", text("full"), text("full"))));
    }

    @Test
    void theLimitsOfTheMessagingServiceHold() {
        assertInvalid("message 1: the body is empty", OutgoingMessage.newBuilder());
        assertInvalid(
                "message 1: the property name UNIQ_KEY is reserved", text("x").putProperties("UNIQ_KEY", "v"));
        assertInvalid("control character", text("x").putProperties("k", "a\u0000b"));
        assertInvalid("tag \"a|b\"", text("x").setTag("a|b"));
        assertInvalid("key \" \"", text("x").addKeys(" "));
        assertInvalid("message_group may have 63 bytes, got 64", text("x").setMessageGroup("g".repeat(64)));
        OutgoingMessage.Builder many = text("x");
        for (int i = 0; i < 129; i++) many.putProperties("p" + i, "v");
        assertInvalid("128 properties are allowed, got 129", many);
        assertInvalid("16384 bytes together, got 16385", text("x").putProperties("k", "v".repeat(16_384)));
        await(port.client.sendMessage(to("normal", text("x").putProperties("k", "v".repeat(16_383)))));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "the number of messages must be 1 to 32, got 0",
                port.client.sendMessage(to("normal")));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "got 33",
                port.client.sendMessage(
                        to("normal", Collections.nCopies(33, text("x")).toArray(OutgoingMessage.Builder[]::new))));
        assertRefused(Status.Code.NOT_FOUND, "no topic absent", port.client.sendMessage(to("absent", text("x"))));
    }

    @Test
    void theLargestBodyPassesAndOneByteMoreDoesNot() {
        ByteString largest = ByteString.copyFrom(new byte[4_194_304]);
        Receipt receipt = await(port.client.sendMessage(
                        to("normal", OutgoingMessage.newBuilder().setBody(largest))))
                .getReceipts(0);
        assertInvalid(
                "the body may have 4194304 bytes, got 4194305",
                OutgoingMessage.newBuilder().setBody(largest.concat(ByteString.copyFrom(new byte[1]))));
        int stored = await(port.broker.queues.peek(TopicName.of("normal"), 0, new Offset(receipt.getOffset()), 1))
                .fold(found -> found.get(0).message().body().remaining(), refusal -> -1);
        assertEquals(largest.size(), stored);
    }

    @Test
    void aRequestBeyondTheByteLimitIsRefusedAndTheServerGoesOn() {
        OutgoingMessage.Builder half = OutgoingMessage.newBuilder().setBody(ByteString.copyFrom(new byte[3 << 20]));
        assertRefused(
                Status.Code.RESOURCE_EXHAUSTED,
                "larger than 5242880 bytes (escrow.api.admin.request-bytes-max)",
                port.client.sendMessage(to("normal", half, half)));
        await(port.client.sendMessage(to("normal", text("after"))));
    }

    @Test
    void anAnswerShowsOnlyAsMuchAsItCarries() {
        try (OpenAdminPort small = OpenAdminPort.with("reply-bytes-max = 4096")) {
            await(small.client.createTopic(CreateTopicRequest.newBuilder()
                    .setName("bulky")
                    .setQueues(1)
                    .build()));
            OutgoingMessage.Builder message =
                    OutgoingMessage.newBuilder().setBody(ByteString.copyFrom(new byte[3_000]));
            await(small.client.sendMessage(to("bulky", message, message, message)));
            assertEquals(
                    1,
                    await(small.client.peekMessages(PeekMessagesRequest.newBuilder()
                                    .setTopic("bulky")
                                    .build()))
                            .getMessagesCount());
        }
    }

    @Test
    void looksAtNothingAreRefused() {
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "queue must be 0 to 0, got 1",
                port.client.peekMessages(PeekMessagesRequest.newBuilder()
                        .setTopic("normal")
                        .setQueue(1)
                        .build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "max must be 0 to 32, got 33",
                port.client.peekMessages(PeekMessagesRequest.newBuilder()
                        .setTopic("normal")
                        .setMax(33)
                        .build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "from_offset must be 0",
                port.client.peekMessages(PeekMessagesRequest.newBuilder()
                        .setTopic("normal")
                        .setFromOffset(-1)
                        .build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "either key or id",
                port.client.queryMessages(
                        QueryMessagesRequest.newBuilder().setTopic("normal").build()));
    }

    @Test
    void idsOfOneProcessNeverRepeat() {
        OperatorMessageIds ids = new OperatorMessageIds(java.time.InstantSource.fixed(java.time.Instant.EPOCH));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) assertTrue(seen.add(ids.next()));
        assertEquals(34, seen.iterator().next().length());
    }
}
