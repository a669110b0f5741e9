package org.escrowmq.api.admin;

import org.escrowmq.model.GroupName;
import org.escrowmq.model.Names;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** Checks of what an operator sent. Each refuses with the limit and the value given. */
final class Inputs {
    private static final int QUOTED_CHARS_MAX = 140;

    private Inputs() {}

    /** A topic, by its name or namespace/name. */
    static TopicName topic(String text) {
        TopicName topic = TopicName.parse(text);
        namespace(RefusalCode.ILLEGAL_TOPIC, text);
        Names.problemOfTopic(topic).ifPresent(problem -> refuse(problem, text));
        return topic;
    }

    /** A topic to be created: none of the names that the server itself gives. */
    static TopicName newTopic(String text) {
        TopicName topic = topic(text);
        if (topic.name().startsWith("%RETRY%") || topic.name().startsWith("%DLQ%")) {
            throw new Rejection(
                    RefusalCode.ILLEGAL_TOPIC,
                    "the server itself creates %RETRY% and %DLQ% topics, got " + quoted(text));
        }
        return topic;
    }

    /** A consumer group, by its name or namespace/name. */
    static GroupName group(String text) {
        GroupName group = GroupName.parse(text);
        namespace(RefusalCode.ILLEGAL_GROUP, text);
        Names.problemOfGroup(group).ifPresent(problem -> refuse(problem, text));
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
                .forEach(point -> out.appendCodePoint(
                        Character.isISOControl(point) || !Character.isDefined(point) ? '?' : point));
        return out.append(text.codePointCount(0, text.length()) > QUOTED_CHARS_MAX ? "...\"" : "\"")
                .toString();
    }

    private static void namespace(RefusalCode code, String text) {
        if (text.startsWith("/")) throw new Rejection(code, "the namespace is empty, got " + quoted(text));
    }

    private static void refuse(Refusal problem, String text) {
        throw new Rejection(problem.code(), problem.text() + ", got " + quoted(text));
    }
}
