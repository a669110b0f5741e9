package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Digest;
import apache.rocketmq.v2.DigestType;
import apache.rocketmq.v2.Encoding;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageType;
import apache.rocketmq.v2.SendMessageResponse;
import apache.rocketmq.v2.SendResultEntry;
import apache.rocketmq.v2.SystemProperties;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SendMessage through a real connection: every rule of the protocol's table, and its answers. */
@Tag("conformance")
class SendTest {
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.start();
    }

    @AfterAll
    static void stop() throws Exception {
        rig.close();
    }

    @BeforeEach
    void topics() {
        rig.empty();
        rig.catalogue.topic("normal", TopicType.NORMAL, 4);
        rig.catalogue.topic("fifo", TopicType.FIFO, 4);
        rig.catalogue.topic("delay", TopicType.DELAY, 4);
        rig.catalogue.topic("mixed", TopicType.MIXED, 4);
        rig.catalogue.topic("%DLQ%g", TopicType.FIFO, 1);
    }

    private static SendMessageResponse send(Message... messages) {
        return rig.client("producer").sendMessage(Messages.send(messages));
    }

    private static void assertRefused(Code code, Message... messages) {
        SendMessageResponse response = send(messages);
        assertEquals(code, response.getStatus().getCode(), response.getStatus().getMessage());
        assertFalse(response.getStatus().getMessage().isEmpty());
        assertEquals(0, response.getEntriesCount());
    }

    private static void assertTaken(Message... messages) {
        SendMessageResponse response = send(messages);
        assertEquals(
                Code.OK, response.getStatus().getCode(), response.getStatus().getMessage());
        assertEquals(messages.length, response.getEntriesCount());
    }

    private static Message with(Consumer<SystemProperties.Builder> change) {
        return Messages.message("normal", "id", change);
    }

    private static Message withBody(int bytes) {
        return Messages.message("normal", "id").toBuilder()
                .setBody(ByteString.copyFrom(new byte[bytes]))
                .build();
    }

    private static Message withProperties(Map<String, String> properties) {
        return Messages.message("normal", "id").toBuilder()
                .putAllUserProperties(properties)
                .build();
    }

    private static Map<String, String> properties(int count) {
        Map<String, String> properties = new TreeMap<>();
        for (int i = 0; i < count; i++) properties.put("key" + i, "value");
        return properties;
    }

    @Test
    @DisplayName("51: one message on a NORMAL topic gives one entry with its id and an offset, and no recall handle")
    void oneMessage() {
        SendMessageResponse response = send(Messages.message("normal", "the-id"));
        assertEquals(Code.OK, response.getStatus().getCode());
        SendResultEntry entry = response.getEntries(0);
        assertEquals(1, response.getEntriesCount());
        assertEquals(Code.OK, entry.getStatus().getCode());
        assertEquals("the-id", entry.getMessageId());
        assertTrue(entry.getOffset() >= 0);
        assertEquals("", entry.getRecallHandle());
        assertEquals("", entry.getTransactionId());
    }

    @Test
    @DisplayName("52: no messages give MESSAGE_CORRUPTED")
    void noMessages() {
        assertRefused(Code.MESSAGE_CORRUPTED);
    }

    @Test
    @DisplayName("53: messages of different topics give MESSAGE_CORRUPTED")
    void differentTopics() {
        assertRefused(Code.MESSAGE_CORRUPTED, Messages.message("normal", "a"), Messages.message("mixed", "b"));
    }

    @Test
    @DisplayName("54: 4194304 bytes of body are taken, one more gives MESSAGE_BODY_TOO_LARGE")
    void largestBody() {
        assertTaken(withBody(4_194_304));
        assertRefused(Code.MESSAGE_BODY_TOO_LARGE, withBody(4_194_305));
    }

    @Test
    @DisplayName("55: an empty body gives MESSAGE_BODY_EMPTY")
    void emptyBody() {
        assertRefused(Code.MESSAGE_BODY_EMPTY, withBody(0));
    }

    @Test
    @DisplayName("56: 128 properties are taken, 129 give MESSAGE_PROPERTIES_TOO_LARGE")
    void manyProperties() {
        assertTaken(withProperties(properties(128)));
        assertRefused(Code.MESSAGE_PROPERTIES_TOO_LARGE, withProperties(properties(129)));
    }

    @Test
    @DisplayName("57: properties, tag and keys of 16384 bytes are taken, 16385 give MESSAGE_PROPERTIES_TOO_LARGE")
    void propertyBytes() {
        String twoBytes = "\u00e9";
        Message most = with(system -> system.setTag("tag").addKeys(twoBytes.repeat(1000))).toBuilder()
                .putUserProperties("k", "v".repeat(16_384 - 3 - 2000 - 1))
                .build();
        assertTaken(most);
        assertRefused(
                Code.MESSAGE_PROPERTIES_TOO_LARGE,
                most.toBuilder()
                        .putUserProperties("k", "v".repeat(16_384 - 3 - 2000))
                        .build());
    }

    @ParameterizedTest(name = "58: {0}")
    @ValueSource(strings = {"UNIQ_KEY", "KEYS", "TAGS", "__CRC32#", "DLQ_ORIGIN_TOPIC", "_SYS_MSG_PRIORITY_"})
    void reservedProperty(String key) {
        assertRefused(Code.ILLEGAL_MESSAGE_PROPERTY_KEY, withProperties(Map.of(key, "x")));
    }

    @ParameterizedTest(name = "58: {0} is not reserved")
    @ValueSource(strings = {"__SHARDINGKEY", "TRACE_CONTEXT", "INNER_NUM"})
    void notReserved(String key) {
        assertTaken(withProperties(Map.of(key, "x")));
    }

    @Test
    @DisplayName("59: U+0000 in a property key or value gives ILLEGAL_MESSAGE_PROPERTY_KEY")
    void controlInProperty() {
        assertRefused(Code.ILLEGAL_MESSAGE_PROPERTY_KEY, withProperties(Map.of("a\u0000", "x")));
        assertRefused(Code.ILLEGAL_MESSAGE_PROPERTY_KEY, withProperties(Map.of("a", "x\u0000")));
        assertRefused(Code.ILLEGAL_MESSAGE_PROPERTY_KEY, withProperties(Map.of("a", "x\u0085")));
    }

    @ParameterizedTest(name = "60: [{index}]")
    @ValueSource(strings = {" ", "a|b", "a\nb", "a\u007f"})
    void illegalTag(String tag) {
        assertRefused(Code.ILLEGAL_MESSAGE_TAG, with(system -> system.setTag(tag)));
    }

    @ParameterizedTest(name = "61: [{index}]")
    @ValueSource(strings = {" ", "a\tb", "\u0000"})
    void illegalKey(String key) {
        assertRefused(
                Code.ILLEGAL_MESSAGE_KEY, with(system -> system.addKeys("good").addKeys(key)));
    }

    @Test
    @DisplayName("62: a blank message id gives ILLEGAL_MESSAGE_ID")
    void blankId() {
        assertRefused(Code.ILLEGAL_MESSAGE_ID, with(system -> system.setMessageId(" ")));
        assertRefused(Code.ILLEGAL_MESSAGE_ID, with(system -> system.setMessageId("")));
    }

    @Test
    @DisplayName("63: a message group of 64 bytes gives ILLEGAL_MESSAGE_GROUP; one of 63 is stored")
    void messageGroup() {
        assertRefused(
                Code.ILLEGAL_MESSAGE_GROUP,
                Messages.message("fifo", "id", system -> system.setMessageGroup("g".repeat(64))));
        assertRefused(
                Code.ILLEGAL_MESSAGE_GROUP,
                Messages.message("fifo", "id", system -> system.setMessageGroup("\u00e9".repeat(32))));
        assertRefused(
                Code.ILLEGAL_MESSAGE_GROUP, Messages.message("fifo", "id", system -> system.setMessageGroup(" ")));
        assertTaken(Messages.message("fifo", "id", system -> system.setMessageGroup("g".repeat(63))));
    }

    @Test
    @DisplayName("64: a FIFO topic and no message group gives MESSAGE_PROPERTY_CONFLICT_WITH_TYPE")
    void groupMissing() {
        assertRefused(Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE, Messages.message("fifo", "id"));
    }

    @Test
    @DisplayName("65: a NORMAL topic and a delivery timestamp gives MESSAGE_PROPERTY_CONFLICT_WITH_TYPE")
    void delayOnNormal() {
        assertRefused(
                Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE,
                with(system -> system.setDeliveryTimestamp(WireTimes.timestamp(System.currentTimeMillis() + 10_000))));
    }

    @Test
    @DisplayName("65: the type of every message counts, and what the properties make of it")
    void derivedTypes() {
        assertRefused(
                Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE,
                Messages.message("normal", "a"),
                with(system -> system.setMessageGroup("g")));
        assertRefused(
                Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE,
                with(system -> system.setMessageType(MessageType.TRANSACTION)));
        assertRefused(Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE, with(system -> system.setPriority(3)));
        assertRefused(Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE, with(system -> system.setLiteTopic("lite")));
        assertTaken(Messages.message("mixed", "a"));
        assertTaken(Messages.message("%DLQ%g", "a"));
    }

    @Test
    void timesHaveBounds() {
        long tooFar =
                System.currentTimeMillis() + java.time.Duration.ofDays(365).toMillis() + 60_000;
        assertRefused(
                Code.ILLEGAL_DELIVERY_TIME,
                Messages.message("delay", "id", system -> system.setDeliveryTimestamp(WireTimes.timestamp(tooFar))));
        assertRefused(
                Code.BAD_REQUEST,
                Messages.message(
                        "mixed",
                        "id",
                        system -> system.setMessageType(MessageType.TRANSACTION)
                                .setOrphanedTransactionRecoveryDuration(
                                        Duration.newBuilder().setSeconds(3601))));
    }

    @Test
    @DisplayName("67: an unknown topic gives TOPIC_NOT_FOUND")
    void unknownTopic() {
        assertRefused(Code.TOPIC_NOT_FOUND, Messages.message("nowhere", "id"));
        assertRefused(Code.ILLEGAL_TOPIC, Messages.message("no#where", "id"));
    }

    @Test
    void aTopicThatIsNotWritableIsForbidden() {
        rig.catalogue.topic("archive", TopicType.NORMAL, 1, Permission.READ);
        assertRefused(Code.FORBIDDEN, Messages.message("archive", "id"));
    }

    @Test
    @DisplayName("68: three good messages give three entries in order, all OK")
    void threeMessages() {
        SendMessageResponse response =
                send(Messages.message("normal", "a"), Messages.message("normal", "b"), Messages.message("normal", "c"));
        assertEquals(Code.OK, response.getStatus().getCode());
        assertEquals(
                List.of("a", "b", "c"),
                response.getEntriesList().stream()
                        .map(SendResultEntry::getMessageId)
                        .toList());
        response.getEntriesList()
                .forEach(entry -> assertEquals(Code.OK, entry.getStatus().getCode()));
    }

    @Test
    @DisplayName("69, 71: Chinese, emoji and GZIP bytes come out as they went in")
    void bytesAreKept() {
        String text = "\u8ba2\u5355 \ud83d\ude80";
        ByteString body = ByteString.copyFromUtf8("\u6d88\u606f \ud83d\ude80");
        reader("normal");
        Message sent =
                with(system -> system.setTag(text).addKeys(text).addKeys("k2").setBodyEncoding(Encoding.GZIP))
                        .toBuilder()
                        .setBody(body)
                        .putUserProperties(text, text)
                        .build();
        assertTaken(sent);
        Message received = Received.of(rig.client("c")
                        .receiveMessage(Messages.receive("normal", "reader").build()))
                .messages()
                .get(0);
        assertEquals(body, received.getBody());
        assertEquals(text, received.getSystemProperties().getTag());
        assertEquals(
                List.of(text, "k2"), List.copyOf(received.getSystemProperties().getKeysList()));
        assertEquals(Map.of(text, text), received.getUserPropertiesMap());
        assertEquals(Encoding.GZIP, received.getSystemProperties().getBodyEncoding());
        assertEquals(
                BodyDigest.md5(body.asReadOnlyByteBuffer()),
                received.getSystemProperties().getBodyDigest());
    }

    @Test
    void aDigestThatDoesNotFitIsCorruption() {
        Digest right = BodyDigest.md5(Messages.message("normal", "id").getBody().asReadOnlyByteBuffer());
        assertTaken(with(system -> system.setBodyDigest(right)));
        assertRefused(
                Code.MESSAGE_CORRUPTED,
                with(system -> system.setBodyDigest(
                        Digest.newBuilder().setType(DigestType.CRC32).setChecksum("BAD"))));
    }

    @Test
    void theFirstBrokenRuleDecides() {
        Message many = Messages.message("no#where", " ").toBuilder()
                .clearBody()
                .putAllUserProperties(properties(129))
                .build();
        assertRefused(Code.ILLEGAL_TOPIC, many);
        Message legalTopic = many.toBuilder().setTopic(Rig.resource("nowhere")).build();
        assertRefused(Code.MESSAGE_BODY_EMPTY, legalTopic);
        assertRefused(
                Code.MESSAGE_PROPERTIES_TOO_LARGE,
                legalTopic.toBuilder().setBody(ByteString.copyFromUtf8("b")).build());
        assertRefused(Code.TOPIC_NOT_FOUND, Messages.message("nowhere", "id", system -> system.setMessageGroup("g")));
    }

    @Test
    void anAbsentBornHostIsThePeersAddress() {
        reader("normal");
        assertTaken(with(SystemProperties.Builder::clearBornHost));
        Message received = Received.of(rig.client("c")
                        .receiveMessage(Messages.receive("normal", "reader").build()))
                .messages()
                .get(0);
        assertTrue(
                received.getSystemProperties().getBornHost().startsWith("127.0.0.1:"),
                received.getSystemProperties().getBornHost());
    }

    /** A group called reader that gets what was sent before its first receive. */
    private static void reader(String topic) {
        rig.catalogue.createGroup(new GroupSpec(
                GroupName.of("reader"), false, 17, GroupSpec.StartPosition.FIRST, RetryPolicy.standard()));
        rig.catalogue.topic(topic, TopicType.NORMAL, 4);
    }
}
