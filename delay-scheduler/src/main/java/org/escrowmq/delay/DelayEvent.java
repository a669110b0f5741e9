package org.escrowmq.delay;

import org.escrowmq.model.Offset;

/** What happened to a waiting message, named by its number. */
public sealed interface DelayEvent {
    /** The number of the message. */
    long number();

    /** It was stored, or its transaction was committed before its time. */
    record Stored(long number, String messageId, long dueEpochMillis) implements DelayEvent {}

    /** It got another time. */
    record Rescheduled(long number, long dueEpochMillis, Delayed.Change change) implements DelayEvent {}

    /** It will not be delivered. */
    record Recalled(long number, String messageId, Delayed.Change change) implements DelayEvent {}

    /** It became visible at this offset. */
    record Due(long number, Offset offset) implements DelayEvent {}
}
