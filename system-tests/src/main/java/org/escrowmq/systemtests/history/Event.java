package org.escrowmq.systemtests.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One thing that a client, or the one who kills servers, saw. Times are nanoseconds of one monotonic clock for the whole history. A
 * message is named by the {@code key} that the workload gave it (before the client made an id, and also when the send's answer never
 * came). Transactions and due times will be more kinds of events beside these.
 */
public sealed interface Event {
    long atNanos();

    /** An event of one message; the others are of a server, a consumer or the whole run. */
    sealed interface OfMessage extends Event {
        /** Which the workload gave the message. */
        String key();
    }

    /** A send is about to be called. */
    record SendInvoked(long atNanos, String key, long bodyHash) implements OfMessage {}

    /** The message that is about to be sent belongs to a message group; sends of one group follow one another. */
    record Grouped(long atNanos, String key, String messageGroup) implements OfMessage {}

    /** Acknowledged, with the message's id. */
    record SendOk(long atNanos, String key, String messageId) implements OfMessage {}

    /** Definitely refused: this message must never be delivered. */
    record SendFailed(long atNanos, String key) implements OfMessage {}

    /** No answer, or one that leaves it open. */
    record SendUnknown(long atNanos, String key) implements OfMessage {}

    /**
     * A consumer of the group got the message: the time is when its client received it, even if the listener looked at it later.
     * {@code attempt} counts from 1.
     */
    record Delivered(long atNanos, String group, String key, String messageId, long bodyHash, int attempt)
            implements OfMessage {}

    /** The listener succeeded with that delivery. */
    record Consumed(long atNanos, String group, String key, int attempt) implements OfMessage {}

    /**
     * The listener failed, and the client of an ordered group keeps the delivery and tries again by itself: unlike {@link Nacked}, the
     * server hears nothing of it.
     */
    record Failed(long atNanos, String group, String key, int attempt) implements OfMessage {}

    /** The consumer is done with that delivery and is about to acknowledge it. */
    record AckInvoked(long atNanos, String group, String key, int attempt) implements OfMessage {}

    /** The server has answered OK to the ack of that delivery. */
    record AckOk(long atNanos, String group, String key, int attempt) implements OfMessage {}

    /** The ack was refused or not answered. */
    record AckUnknown(long atNanos, String group, String key, int attempt) implements OfMessage {}

    /** The consumer gave that delivery back. */
    record Nacked(long atNanos, String group, String key, int attempt) implements OfMessage {}

    /** A consumer of the group went away, in whatever way, with what it held. */
    record ConsumerGone(long atNanos, String group) implements Event {}

    /** The server was killed. */
    record Crashed(long atNanos) implements Event {}

    /** The server was started again and has said that it is ready. */
    record Ready(long atNanos) implements Event {}

    /** The workload stops sending here; what follows is the drain. */
    record LoadEnded(long atNanos) implements Event {}

    /** Everything, oldest first; events of the same time keep their order. */
    static List<Event> inOrder(Iterable<Event> events) {
        List<Event> list = new ArrayList<>();
        events.forEach(list::add);
        list.sort(Comparator.comparingLong(Event::atNanos));
        return List.copyOf(list);
    }
}
