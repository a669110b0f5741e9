package org.escrowmq.api.admin;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.escrowmq.admin.v1.OutgoingMessage;
import org.escrowmq.model.MessageLimits;

/** What a message may look like: the limits of the messaging service (protocol 8.3), for an operator's sends. */
final class MessageRules {
    static final int MESSAGES_MAX = 32;

    private MessageRules() {}

    /** Refuses what the messaging service would refuse. {@code place} counts from 1, for the text. */
    static void check(OutgoingMessage message, int place) {
        String which = "message " + place + ": ";
        int body = message.getBody().size();
        if (body == 0) throw Rejection.invalid(which + "the body is empty");
        if (body > MessageLimits.BODY_BYTES_MAX) {
            throw Rejection.invalid(
                    which + "the body may have " + MessageLimits.BODY_BYTES_MAX + " bytes, got " + body);
        }
        properties(message, which);
        labels(message, which);
        messageGroup(message.getMessageGroup(), which);
    }

    private static void properties(OutgoingMessage message, String which) {
        int count = message.getPropertiesCount();
        if (count > MessageLimits.PROPERTIES_MAX) {
            throw Rejection.invalid(which + MessageLimits.PROPERTIES_MAX + " properties are allowed, got " + count);
        }
        long bytes = bytes(message.getTag());
        for (String key : message.getKeysList()) bytes += bytes(key);
        for (Map.Entry<String, String> property : message.getPropertiesMap().entrySet()) {
            String key = property.getKey();
            if (key.isBlank()) throw Rejection.invalid(which + "a property has an empty name");
            if (MessageLimits.isReservedProperty(key)) {
                throw Rejection.invalid(which + "the property name " + key + " is reserved by the system");
            }
            if (control(key) || control(property.getValue())) {
                throw Rejection.invalid(which + "property " + Inputs.quoted(key) + " holds a control character");
            }
            bytes += bytes(key) + bytes(property.getValue());
        }
        if (bytes > MessageLimits.PROPERTY_BYTES_MAX) {
            throw Rejection.invalid(which + "properties, tag and keys may have " + MessageLimits.PROPERTY_BYTES_MAX
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
        if (bytes > MessageLimits.GROUP_BYTES_MAX) {
            throw Rejection.invalid(
                    which + "message_group may have " + MessageLimits.GROUP_BYTES_MAX + " bytes, got " + bytes);
        }
    }

    private static boolean control(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
