package org.escrowmq.api.admin;

import java.util.Set;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** Checks of what an operator sent. Each refuses with the limit and the value given. */
final class Inputs {
    private static final int TOPIC_CHARS_MAX = 127;
    private static final int GROUP_CHARS_MAX = 120;
    private static final int QUOTED_CHARS_MAX = 140;

    /** Names with a meaning in RocketMQ's tools; a topic that took one would be misread by them. */
    private static final Set<String> SYSTEM_TOPICS = Set.of(
            "TBW102",
            "SCHEDULE_TOPIC_XXXX",
            "BenchmarkTest",
            "RMQ_SYS_TRANS_HALF_TOPIC",
            "RMQ_SYS_TRACE_TOPIC",
            "RMQ_SYS_TRANS_OP_HALF_TOPIC",
            "TRANS_CHECK_MAX_TIME_TOPIC",
            "SELF_TEST_TOPIC",
            "OFFSET_MOVED_EVENT",
            "CHECKPOINT_TOPIC");

    private Inputs() {}

    /** A topic to look at, by its name or namespace/name. */
    static TopicName topic(String text) {
        TopicName topic = TopicName.parse(text);
        name(RefusalCode.ILLEGAL_TOPIC, "topic", text, topic.namespace(), topic.name(), TOPIC_CHARS_MAX);
        return topic;
    }

    /** A topic to be created: none of the system's names. */
    static TopicName newTopic(String text) {
        TopicName topic = topic(text);
        String name = topic.name();
        if (SYSTEM_TOPICS.contains(name) || name.startsWith("rmq_sys_")) {
            throw new Rejection(RefusalCode.ILLEGAL_TOPIC, "topic " + quoted(text) + " is a name of the system");
        }
        if (name.startsWith("%RETRY%") || name.startsWith("%DLQ%")) {
            throw new Rejection(
                    RefusalCode.ILLEGAL_TOPIC, "topic " + quoted(text) + ": the server itself creates %RETRY% and %DLQ% topics");
        }
        return topic;
    }

    /** A consumer group, by its name or namespace/name. */
    static GroupName group(String text) {
        GroupName group = GroupName.parse(text);
        name(RefusalCode.ILLEGAL_GROUP, "group", text, group.namespace(), group.name(), GROUP_CHARS_MAX);
        if (group.name().startsWith("CID_RMQ_SYS_")) {
            throw new Rejection(RefusalCode.ILLEGAL_GROUP, "group " + quoted(text) + ": CID_RMQ_SYS_ is the system's prefix");
        }
        return group;
    }

    /** {@code value} where {@code min <= value <= max}. */
    static int within(String field, int value, int min, int max) {
        within(field, (long) value, min, max);
        return value;
    }

    /** {@code value} where {@code min <= value <= max}. */
    static long within(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw Rejection.invalid(field + " must be " + min + " to " + max + ", got " + value);
        }
        return value;
    }

    /** {@code value}, or {@code otherwise} where the caller left it at 0. */
    static int orDefault(int value, int otherwise) {
        return value == 0 ? otherwise : value;
    }

    /** {@code text} with at most {@code charsMax} characters, none of them a control character. */
    static String text(String field, String text, int charsMax) {
        if (text.length() > charsMax) {
            throw Rejection.invalid(field + " may have " + charsMax + " characters, got " + text.length());
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw Rejection.invalid(field + " holds a control character");
        }
        return text;
    }

    /** The value, or the refusal thrown. */
    static <T> T valueOf(Outcome<T> outcome) {
        return outcome.fold(value -> value, refusal -> {
            throw new Rejection(refusal);
        });
    }

    /** A value of the caller's as it may stand in an answer or a log: one line, printable, bounded. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints()
                .limit(QUOTED_CHARS_MAX)
                .forEach(point -> out.appendCodePoint(Character.isISOControl(point) || !Character.isDefined(point) ? '?' : point));
        return out.append(text.codePointCount(0, text.length()) > QUOTED_CHARS_MAX ? "...\"" : "\"")
                .toString();
    }

    private static void name(RefusalCode code, String kind, String text, String namespace, String name, int charsMax) {
        if (name.isBlank()) throw new Rejection(code, "a " + kind + " needs a name, got " + quoted(text));
        if (text.startsWith("/")) throw new Rejection(code, kind + " " + quoted(text) + " has an empty namespace");
        long chars = Math.max(name.length(), namespace.length());
        if (chars > charsMax) {
            throw new Rejection(code, "the name of a " + kind + " may have " + charsMax + " characters, got " + chars);
        }
        if (!legal(name) || !legal(namespace)) {
            throw new Rejection(
                    code, kind + " " + quoted(text) + ": only letters, digits and _ - % | may stand in a name, after namespace/");
        }
    }

    private static boolean legal(String name) {
        return name.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '_'
                        || c == '-'
                        || c == '%'
                        || c == '|');
    }
}
