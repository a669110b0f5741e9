package org.escrowmq.delay;

/** What may be asked of a waiting message. */
public sealed interface DelayCommand {
    /** Never deliver it. */
    record Recall(Source source, String by) implements DelayCommand {}

    /** Deliver it at another time; one in the past delivers it at once. */
    record Reschedule(long dueEpochMillis, String by) implements DelayCommand {}

    /** Deliver it now. */
    record Fire(String by) implements DelayCommand {}
}
