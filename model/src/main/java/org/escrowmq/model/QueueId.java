package org.escrowmq.model;

/** One queue of one incarnation of a topic. {@code number} counts from 0. */
public record QueueId(TopicId topic, int number) {
    /** Rejects negative numbers. */
    public QueueId {
        if (number < 0) throw new IllegalArgumentException("a queue number starts at 0, got " + number);
    }

    /** The persistence id of the queue's journal, and the entity id of its actor: {@code q/<topic id>/<number>}. */
    public String persistenceId() {
        return "q/" + topic.value() + "/" + number;
    }

    /** The inverse of {@link #persistenceId()}. */
    public static QueueId parse(String persistenceId) {
        int slash = persistenceId.lastIndexOf('/');
        if (!persistenceId.startsWith("q/") || slash < 3) {
            throw new IllegalArgumentException("not the persistence id of a queue: " + persistenceId);
        }
        return new QueueId(
                new TopicId(Long.parseLong(persistenceId.substring(2, slash))),
                Integer.parseInt(persistenceId.substring(slash + 1)));
    }
}
