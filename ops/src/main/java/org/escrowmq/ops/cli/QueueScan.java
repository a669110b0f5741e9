package org.escrowmq.ops.cli;

import java.util.ArrayList;
import java.util.List;
import org.escrowmq.admin.v1.PeekMessagesRequest;
import org.escrowmq.admin.v1.StoredMessage;
import org.escrowmq.cluster.PropertyFilter;

/** The stored messages of one queue, page by page, without consuming them. */
final class QueueScan {
    private static final int PER_CALL_MAX = 32;

    private final AdminClient admin;
    private final String topic;
    private final int queue;

    QueueScan(AdminClient admin, String topic, int queue) {
        this.admin = admin;
        this.topic = topic;
        this.queue = queue;
    }

    /**
     * What a search came to.
     *
     * @param next the offset behind the last message that was looked at
     * @param complete whether the end of the queue or the wanted number was reached
     */
    record Found(List<StoredMessage> messages, int lookedAt, long next, boolean complete) {}

    /** What the server gives at once of the messages from {@code from} on; empty at the end of the queue. */
    List<StoredMessage> page(long from, int max) {
        return admin.call(
                        AdminMethods.PEEK_MESSAGES,
                        PeekMessagesRequest.newBuilder()
                                .setTopic(topic)
                                .setQueue(queue)
                                .setFromOffset(from)
                                .setMax(max)
                                .build())
                .getMessagesList();
    }

    /** The first {@code max} messages from {@code from} on that the filter takes, among at most {@code scan} of them. */
    Found matching(PropertyFilter filter, long from, int max, int scan) {
        List<StoredMessage> found = new ArrayList<>();
        int lookedAt = 0;
        long next = from;
        while (found.size() < max && lookedAt < scan) {
            List<StoredMessage> page = page(next, Math.min(PER_CALL_MAX, scan - lookedAt));
            if (page.isEmpty()) return new Found(found, lookedAt, next, true);
            for (StoredMessage message : page) {
                if (found.size() == max) break;
                if (accepts(filter, message)) found.add(message);
                lookedAt++;
                next = message.getOffset() + 1;
            }
        }
        return new Found(found, lookedAt, next, found.size() >= max);
    }

    private static boolean accepts(PropertyFilter filter, StoredMessage message) {
        return filter.accepts(message.getPropertiesMap(), message.getTag().isEmpty() ? null : message.getTag());
    }
}
