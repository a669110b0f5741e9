package org.escrowmq.cluster.quota;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one topic, group or client has left of its quota on this node. Thread-safe; each method is a few additions under its monitor. */
final class Allowance {
    /** Which limit, in the order in which they are looked at. */
    enum Limit {
        IN_FLIGHT("messages in flight"),
        MESSAGES("messages a second"),
        BYTES("bytes a second");

        private final String words;

        Limit(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Why nothing was taken: the limit, and the value that it met; for a rate the nanoseconds until it takes something again. */
    record Exceeded(Limit limit, long max, long value) {}

    private QuotaLimits limits;
    private @Nullable TokenBucket messages;
    private @Nullable TokenBucket bytes;
    private long inFlight;
    private boolean retired;

    Allowance(QuotaLimits limits, Duration burst, long nowNanos) {
        this.limits = QuotaLimits.NONE;
        change(limits, burst, nowNanos);
    }

    /** The limits are these from now on. What is in flight stays counted. */
    synchronized void change(QuotaLimits now, Duration burst, long nowNanos) {
        if (now.messagesPerSecond() != limits.messagesPerSecond()) {
            messages = bucket(now.messagesPerSecond(), burst, nowNanos);
        }
        if (now.bytesPerSecond() != limits.bytesPerSecond()) bytes = bucket(now.bytesPerSecond(), burst, nowNanos);
        limits = now;
    }

    private static @Nullable TokenBucket bucket(long perSecond, Duration burst, long nowNanos) {
        return perSecond == 0 ? null : new TokenBucket(perSecond, burst, nowNanos);
    }

    /** Takes messages into flight and off the rates, or says why not. */
    synchronized @Nullable Exceeded enter(int count, long bodyBytes, long nowNanos) {
        if (limits.inFlight() > 0 && inFlight > 0 && inFlight + count > limits.inFlight()) {
            return new Exceeded(Limit.IN_FLIGHT, limits.inFlight(), inFlight + count);
        }
        Exceeded closed = closed(nowNanos);
        if (closed != null) return closed;
        inFlight += count;
        charge(count, bodyBytes, nowNanos);
        return null;
    }

    /** Which rate takes nothing now; null when both take something. */
    synchronized @Nullable Exceeded closed(long nowNanos) {
        if (messages != null && !messages.isOpen(nowNanos)) {
            return new Exceeded(Limit.MESSAGES, limits.messagesPerSecond(), messages.opensInNanos(nowNanos));
        }
        if (bytes != null && !bytes.isOpen(nowNanos)) {
            return new Exceeded(Limit.BYTES, limits.bytesPerSecond(), bytes.opensInNanos(nowNanos));
        }
        return null;
    }

    /** Takes off the rates, into debt if need be. */
    synchronized void charge(int count, long bodyBytes, long nowNanos) {
        if (messages != null) messages.take(count, nowNanos);
        if (bytes != null) bytes.take(bodyBytes, nowNanos);
    }

    /** The messages are answered. */
    synchronized void leave(int count) {
        inFlight -= count;
    }

    /** The messages were entered and then refused for another reason. */
    synchronized void undo(int count, long bodyBytes) {
        inFlight -= count;
        if (messages != null) messages.putBack(count);
        if (bytes != null) bytes.putBack(bodyBytes);
    }

    synchronized DeliveryRoom room(long nowNanos) {
        long most = messages == null ? Long.MAX_VALUE : messages.holds(nowNanos);
        long mostBytes = bytes == null ? Long.MAX_VALUE : bytes.holds(nowNanos);
        long wait = Math.max(
                messages == null ? 0 : messages.opensInNanos(nowNanos),
                bytes == null ? 0 : bytes.opensInNanos(nowNanos));
        return new DeliveryRoom(most, mostBytes, wait, limits.inFlight() == 0 ? Integer.MAX_VALUE : limits.inFlight());
    }

    /** Whether {@code time} is over for it: nothing is counted that a new one would not have. It is then not used any more. */
    synchronized boolean retire(long nowNanos) {
        retired |= inFlight == 0
                && (messages == null || messages.isFull(nowNanos))
                && (bytes == null || bytes.isFull(nowNanos));
        return retired;
    }

    synchronized boolean retired() {
        return retired;
    }
}
