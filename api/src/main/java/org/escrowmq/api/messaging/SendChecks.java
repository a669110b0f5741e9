package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.SystemProperties;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.MessageLimits;
import org.escrowmq.model.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * What a send must fulfil, in the protocol's order: the request, then each message by itself, then the message against its
 * topic. The first rule that is broken decides the answer for the whole request.
 */
final class SendChecks {
    static final Duration RECOVERY_MAX = Duration.ofHours(1);

    /** The user property that stands for the message group. */
    static final String GROUP_PROPERTY = "escrow-message-group";

    private static final String DEAD_LETTER_PREFIX = "%DLQ%";
    private static final String RETRY_PREFIX = "%RETRY%";

    private final DeliveryTimes times;

    SendChecks(DeliveryTimes times) {
        this.times = times;
    }

    /** The rules that need no knowledge of the topic. */
    @Nullable
    Status check(SendMessageRequest request) {
        int count = request.getMessagesCount();
        if (count == 0) return noMessages();
        Resource topic = request.getMessages(0).getTopic();
        Status illegal = NameChecks.topic(topic);
        if (illegal != null) return illegal;
        for (int i = 1; i < count; i++) {
            if (!request.getMessages(i).getTopic().equals(topic)) {
                return Statuses.of(Code.MESSAGE_CORRUPTED, "all messages of a send must have the same topic");
            }
        }
        for (int i = 0; i < count; i++) {
            Status broken = check(request.getMessages(i));
            if (broken != null) return broken;
        }
        return null;
    }

    /** What a send without messages is told. */
    static Status noMessages() {
        return Statuses.of(Code.MESSAGE_CORRUPTED, "a send needs at least one message");
    }

    /** The rules about the message's kind. The topic exists. */
    static @Nullable Status check(SendMessageRequest request, TopicDescription topic) {
        boolean anyType = topic.name().name().startsWith(DEAD_LETTER_PREFIX)
                || topic.name().name().startsWith(RETRY_PREFIX);
        boolean later = false;
        int transactional = 0;
        for (int i = 0; i < request.getMessagesCount(); i++) {
            MessageType type = typeOf(request.getMessages(i));
            if (!anyType && !topic.type().accepted().contains(type)) {
                return Statuses.of(
                        Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE,
                        "topic " + topic.name() + " has the type " + topic.type()
                                + " and does not take a message that is " + type + " by its properties");
            }
            later |= type == MessageType.PRIORITY || type == MessageType.LITE;
            transactional += type == MessageType.TRANSACTION ? 1 : 0;
        }
        if (!topic.permission().writable()) {
            return Statuses.of(Code.FORBIDDEN, "topic " + topic.name() + " has no writable queue");
        }
        if (later) {
            return Statuses.of(
                    Code.UNSUPPORTED, "this version carries NORMAL, FIFO, DELAY and TRANSACTION messages only");
        }
        if (transactional != 0 && transactional != request.getMessagesCount()) {
            return Statuses.of(
                    Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE,
                    transactional + " of the " + request.getMessagesCount()
                            + " messages of the send are transactional; send them apart from the others");
        }
        return null;
    }

    /** The kind that the properties make a message, whatever it was declared to be (except for transactions). */
    static MessageType typeOf(Message message) {
        SystemProperties properties = message.getSystemProperties();
        if (properties.getMessageType() == apache.rocketmq.v2.MessageType.TRANSACTION) return MessageType.TRANSACTION;
        if (properties.hasDeliveryTimestamp()) return MessageType.DELAY;
        if (!groupOf(message).isEmpty()) return MessageType.FIFO;
        if (properties.hasPriority()) return MessageType.PRIORITY;
        if (!properties.getLiteTopic().isEmpty()) return MessageType.LITE;
        return MessageType.NORMAL;
    }

    private @Nullable Status check(Message message) {
        SystemProperties system = message.getSystemProperties();
        Status broken = body(message, system);
        if (broken == null) broken = properties(message.getUserPropertiesMap());
        if (broken == null) broken = tagAndKeys(system);
        if (broken == null) broken = bytes(message.getUserPropertiesMap(), system);
        if (broken == null) broken = idAndTimes(system);
        if (broken == null) broken = times.check(message);
        if (broken == null && namesTwoGroups(message)) {
            broken = Statuses.of(
                    Code.ILLEGAL_MESSAGE_GROUP,
                    "the property " + GROUP_PROPERTY + " names another message group than the message itself");
        }
        return broken != null ? broken : group(groupOf(message));
    }

    /** The message group; clients that cannot set one on a transactional message name it by a property. Empty for none. */
    static String groupOf(Message message) {
        String group = message.getSystemProperties().getMessageGroup();
        return group.isEmpty() ? message.getUserPropertiesMap().getOrDefault(GROUP_PROPERTY, "") : group;
    }

    private static boolean namesTwoGroups(Message message) {
        String group = message.getSystemProperties().getMessageGroup();
        return !group.isEmpty()
                && !message.getUserPropertiesMap()
                        .getOrDefault(GROUP_PROPERTY, group)
                        .equals(group);
    }

    private static @Nullable Status body(Message message, SystemProperties system) {
        int bytes = message.getBody().size();
        if (bytes == 0) return Statuses.of(Code.MESSAGE_BODY_EMPTY, "a message needs a body");
        if (bytes > MessageLimits.BODY_BYTES_MAX) {
            return Statuses.of(
                    Code.MESSAGE_BODY_TOO_LARGE,
                    "a body has at most " + MessageLimits.BODY_BYTES_MAX + " bytes, got " + bytes);
        }
        if (system.hasBodyDigest()
                && !BodyDigest.fits(system.getBodyDigest(), message.getBody().asReadOnlyByteBuffer())) {
            return Statuses.of(Code.MESSAGE_CORRUPTED, "the body does not fit its digest");
        }
        return null;
    }

    private static @Nullable Status properties(Map<String, String> properties) {
        if (properties.isEmpty()) return null;
        if (properties.size() > MessageLimits.PROPERTIES_MAX) {
            return Statuses.of(
                    Code.MESSAGE_PROPERTIES_TOO_LARGE,
                    "a message has at most " + MessageLimits.PROPERTIES_MAX + " properties, got " + properties.size());
        }
        for (Map.Entry<String, String> property : properties.entrySet()) {
            String key = property.getKey();
            if (MessageLimits.isReservedProperty(key)) {
                return Statuses.of(Code.ILLEGAL_MESSAGE_PROPERTY_KEY, "the property key " + key + " is reserved");
            }
            if (Texts.hasControl(key) || Texts.hasControl(property.getValue())) {
                return Statuses.of(
                        Code.ILLEGAL_MESSAGE_PROPERTY_KEY,
                        "the property " + Statuses.quote(key) + " has a control character in its key or value");
            }
        }
        return null;
    }

    private static @Nullable Status tagAndKeys(SystemProperties system) {
        String tag = system.getTag();
        if (!tag.isEmpty() && (tag.isBlank() || tag.indexOf('|') >= 0 || Texts.hasControl(tag))) {
            return Statuses.of(
                    Code.ILLEGAL_MESSAGE_TAG,
                    "a tag is not only white space and has no | and no control character, got " + Statuses.quote(tag));
        }
        for (String key : system.getKeysList()) {
            if (!key.isEmpty() && (key.isBlank() || Texts.hasControl(key))) {
                return Statuses.of(
                        Code.ILLEGAL_MESSAGE_KEY,
                        "a key is not only white space and has no control character, got " + Statuses.quote(key));
            }
        }
        return null;
    }

    private static @Nullable Status bytes(Map<String, String> properties, SystemProperties system) {
        long bytes = Texts.utf8Bytes(system.getTag());
        List<String> keys = system.getKeysList();
        for (int i = 0; i < keys.size(); i++) bytes += Texts.utf8Bytes(keys.get(i));
        if (!properties.isEmpty()) {
            for (Map.Entry<String, String> property : properties.entrySet()) {
                bytes += Texts.utf8Bytes(property.getKey()) + Texts.utf8Bytes(property.getValue());
            }
        }
        if (bytes <= MessageLimits.PROPERTY_BYTES_MAX) return null;
        return Statuses.of(
                Code.MESSAGE_PROPERTIES_TOO_LARGE,
                "properties, tag and keys have at most " + MessageLimits.PROPERTY_BYTES_MAX + " bytes together, got "
                        + bytes);
    }

    private static @Nullable Status idAndTimes(SystemProperties system) {
        if (system.getMessageId().isBlank()) return Statuses.of(Code.ILLEGAL_MESSAGE_ID, "a message needs an id");
        boolean transaction = system.getMessageType() == apache.rocketmq.v2.MessageType.TRANSACTION;
        if (transaction && system.hasOrphanedTransactionRecoveryDuration()) {
            long millis = WireTimes.millis(system.getOrphanedTransactionRecoveryDuration());
            if (millis < 0 || millis > RECOVERY_MAX.toMillis()) {
                return Statuses.of(
                        Code.BAD_REQUEST,
                        "a transaction's recovery duration is 0 to " + RECOVERY_MAX.toSeconds() + " s, got " + millis
                                + " ms");
            }
        }
        return null;
    }

    private static @Nullable Status group(String group) {
        if (group.isEmpty()) return null;
        int bytes = Texts.utf8Bytes(group);
        if (!group.isBlank() && bytes <= MessageLimits.GROUP_BYTES_MAX && !Texts.hasControl(group)) return null;
        return Statuses.of(
                Code.ILLEGAL_MESSAGE_GROUP,
                "a message group has at most " + MessageLimits.GROUP_BYTES_MAX
                        + " bytes, is not only white space and has no control character, got " + Statuses.quote(group)
                        + " (" + bytes + " bytes)");
    }
}
