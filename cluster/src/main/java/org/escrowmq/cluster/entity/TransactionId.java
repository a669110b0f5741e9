package org.escrowmq.cluster.entity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;

/**
 * The transaction id that a producer gets: where the transaction is. It is opaque to clients; whoever decides names the message's id as
 * well, which has to fit.
 *
 * <pre>
 * text = "T1-" topic id "-" queue "-" number, each in lower-case hex
 * </pre>
 */
public record TransactionId(QueueId queue, long number) {
    private static final Pattern TEXT = Pattern.compile("T1-([1-9a-f][0-9a-f]{0,14})-([0-9a-f]{1,7})-([0-9a-f]{1,15})");
    private static final int HEX = 16;

    /** Reads what {@link #text} wrote; empty for anything else. */
    public static Optional<TransactionId> read(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) return Optional.empty();
        QueueId queue =
                new QueueId(new TopicId(Long.parseLong(parts.group(1), HEX)), Integer.parseInt(parts.group(2), HEX));
        return Optional.of(new TransactionId(queue, Long.parseLong(parts.group(3), HEX)));
    }

    /** As the wire has it. */
    public String text() {
        return "T1-" + Long.toHexString(queue.topic().value()) + "-" + Integer.toHexString(queue.number()) + "-"
                + Long.toHexString(number);
    }
}
