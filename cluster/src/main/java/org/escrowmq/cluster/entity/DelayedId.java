package org.escrowmq.cluster.entity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.escrowmq.delay.DueTime;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;

/**
 * The recall handle that a producer gets: where its message waits. It is opaque to clients.
 *
 * <pre>
 * text = "D1-" topic id "-" queue "-" number "-" due, each in lower-case hex
 * </pre>
 *
 * @param due the time that the message came with, and its number; {@link #NOT_WAITING} for a message whose time was over
 */
public record DelayedId(QueueId queue, DueTime due) {
    /** The number of a message that did not have to wait. */
    public static final long NOT_WAITING = 0;

    private static final Pattern TEXT =
            Pattern.compile("D1-([1-9a-f][0-9a-f]{0,14})-([0-9a-f]{1,7})-([0-9a-f]{1,15})-([0-9a-f]{1,15})");
    private static final int HEX = 16;

    /** Reads what {@link #text} wrote; empty for anything else. */
    public static Optional<DelayedId> read(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) return Optional.empty();
        QueueId queue = new QueueId(new TopicId(hex(parts, 1)), Integer.parseInt(parts.group(2), HEX));
        return Optional.of(new DelayedId(queue, new DueTime(hex(parts, 4), hex(parts, 3))));
    }

    private static long hex(Matcher parts, int group) {
        return Long.parseLong(parts.group(group), HEX);
    }

    /** As the wire has it. */
    public String text() {
        return "D1-" + Long.toHexString(queue.topic().value()) + "-" + Integer.toHexString(queue.number()) + "-"
                + Long.toHexString(due.number()) + "-" + Long.toHexString(due.epochMillis());
    }
}
