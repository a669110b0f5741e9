package org.escrowmq.api.admin;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.escrowmq.admin.v1.OutgoingMessage;

/** What a message may look like: the limits of the messaging service (protocol 8.3), for an operator's sends. */
final class MessageRules {
    static final int MESSAGES_MAX = 32;
    static final int BODY_BYTES_MAX = 4_194_304;
    static final int PROPERTIES_MAX = 128;
    static final int PROPERTY_BYTES_MAX = 16_384;
    static final int GROUP_BYTES_BELOW = 64;

    /** Property names that RocketMQ keeps for itself; its consumers would misread a user's value. */
    private static final Set<String> RESERVED = Set.of(
            ("KEYS TAGS WAIT DELAY RETRY_TOPIC REAL_TOPIC REAL_QID TRAN_MSG PGROUP MIN_OFFSET MAX_OFFSET BUYER_ID"
                            + " ORIGIN_MESSAGE_ID TRANSFER_FLAG CORRECTION_FLAG MQ2_FLAG RECONSUME_TIME MSG_REGION TRACE_ON"
                            + " UNIQ_KEY EXTEND_UNIQ_INFO MAX_RECONSUME_TIMES CONSUME_START_TIME"
                            + " TRAN_PREPARED_QUEUE_OFFSET DUP_INFO INSTANCE_ID CORRELATION_ID REPLY_TO_CLIENT TTL"
                            + " ARRIVE_TIME PUSH_REPLY_TIME CLUSTER MSG_TYPE POP_CK POP_CK_OFFSET 1ST_POP_TIME __BORNHOST"
                            + " BORN_TIMESTAMP TIMER_DELAY_MS TIMER_DELAY_SEC TIMER_DELIVER_MS TIMER_ENQUEUE_MS"
                            + " TIMER_DEQUEUE_MS TIMER_ROLL_TIMES TIMER_OUT_MS TIMER_DEL_UNIQKEY TIMER_DELAY_LEVEL"
                            + " DLQ_ORIGIN_TOPIC DLQ_ORIGIN_MESSAGE_ID INNER_MULTI_QUEUE_OFFSET __CRC32#"
                            + " _SYS_MSG_PRIORITY_ __LITE_TOPIC")
                    .split(" "));

    private MessageRules() {}

    /** Refuses what the messaging service would refuse. {@code place} counts from 1, for the text. */
    static void check(OutgoingMessage message, int place) {
        String which = "message " + place + ": ";
        int body = message.getBody().size();
        if (body == 0) throw Rejection.invalid(which + "the body is empty");
        if (body > BODY_BYTES_MAX) {
            throw Rejection.invalid(which + "the body may have " + BODY_BYTES_MAX + " bytes, got " + body);
        }
        properties(message, which);
        labels(message, which);
        messageGroup(message.getMessageGroup(), which);
    }

    private static void properties(OutgoingMessage message, String which) {
        int count = message.getPropertiesCount();
        if (count > PROPERTIES_MAX) {
            throw Rejection.invalid(which + PROPERTIES_MAX + " properties are allowed, got " + count);
        }
        long bytes = bytes(message.getTag());
        for (String key : message.getKeysList()) bytes += bytes(key);
        for (Map.Entry<String, String> property : message.getPropertiesMap().entrySet()) {
            String key = property.getKey();
            if (key.isBlank()) throw Rejection.invalid(which + "a property has an empty name");
            if (RESERVED.contains(key)) {
                throw Rejection.invalid(which + "the property name " + key + " is reserved by the system");
            }
            if (control(key) || control(property.getValue())) {
                throw Rejection.invalid(which + "property " + Inputs.quoted(key) + " holds a control character");
            }
            bytes += bytes(key) + bytes(property.getValue());
        }
        if (bytes > PROPERTY_BYTES_MAX) {
            throw Rejection.invalid(which + "properties, tag and keys may have " + PROPERTY_BYTES_MAX
                    + " bytes together, got " + bytes);
        }
    }

    private static void labels(OutgoingMessage message, String which) {
        String tag = message.getTag();
        if (!tag.isEmpty() && (tag.isBlank() || tag.indexOf('|') >= 0 || control(tag))) {
            throw Rejection.invalid(
                    which + "tag " + Inputs.quoted(tag) + " is blank, or holds | or a control character");
        }
        for (String key : message.getKeysList()) {
            if (key.isBlank() || control(key)) {
                throw Rejection.invalid(which + "key " + Inputs.quoted(key) + " is blank or holds a control character");
            }
        }
    }

    private static void messageGroup(String group, String which) {
        if (group.isEmpty()) return;
        if (group.isBlank() || control(group)) {
            throw Rejection.invalid(which + "message_group is blank or holds a control character");
        }
        long bytes = bytes(group);
        if (bytes >= GROUP_BYTES_BELOW) {
            throw Rejection.invalid(
                    which + "message_group must have fewer than " + GROUP_BYTES_BELOW + " bytes, got " + bytes);
        }
    }

    private static boolean control(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
