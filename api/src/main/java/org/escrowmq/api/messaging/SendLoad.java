package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.escrowmq.cluster.quota.RefusalCounts;
import org.jspecify.annotations.Nullable;

/**
 * The send calls of the node that have no answer yet, and their bodies' bytes. Both are bounded; below that their number is held to what
 * is answered in time ({@link AdaptiveLimit}). Where that limit is reached, a topic that has less than an equal share of it is still
 * served: one that is hot does not keep the others out. Acks and receives are not counted here and pass. Any thread.
 */
final class SendLoad {
    /** The limits, as metrics name them. */
    static final RefusalCounts.Reason CALLS = new RefusalCounts.Reason("node", "sends-in-flight");

    static final RefusalCounts.Reason BYTES = new RefusalCounts.Reason("node", "send-bytes-in-flight");
    static final RefusalCounts.Reason TIME = new RefusalCounts.Reason("node", "send-time");

    /** A send call that was taken. {@link SendLoad#leave} follows, once. */
    record Place(Resource topic, long bytes, long sinceNanos) {}

    /** The place, or why there is none. */
    record Entry(@Nullable Place place, @Nullable Status refusal) {}

    /** Of the node's limits one topic may have all but this part, so that something is left for the others. */
    private static final int OTHERS_PART = 8;

    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** What a topic has in flight. */
    private record Use(int calls, long bytes) {
        static final Use NONE = new Use(0, 0);
    }

    private final MessagingSettings.Limits limits;
    private final MessagingSettings.Overload overload;
    private final AdaptiveLimit inTime;
    private final LongSupplier nanoClock;
    private final RefusalCounts counts;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    /** Topics as calls name them, only those with calls in flight: so it is bounded as these are. */
    private final Map<Resource, Use> uses = new ConcurrentHashMap<>();

    SendLoad(MessagingSettings settings, RefusalCounts counts, LongSupplier nanoClock) {
        this.limits = settings.limits();
        this.overload = settings.overload();
        this.counts = counts;
        this.nanoClock = nanoClock;
        this.inTime = new AdaptiveLimit(
                overload.sendsInFlightMin(),
                limits.sendsInFlight(),
                overload.sendTime().toNanos(),
                WINDOW_NANOS);
    }

    /** Whether a send would be refused whatever it holds, so that it need not even be read. */
    boolean isFull() {
        return calls.get() >= limits.sendsInFlight() || bytes.get() >= limits.sendBytesInFlight();
    }

    /** What a send is told that was not read. */
    Status full() {
        return bytes.get() >= limits.sendBytesInFlight()
                ? tooManyBytes(bytes.get())
                : tooMany(Math.max(calls.get(), limits.sendsInFlight()) + 1);
    }

    /** Takes a send or refuses it: before anything of it is looked at but its topic and size. */
    Entry enter(Resource topic, long callBytes) {
        int callsNow = calls.incrementAndGet();
        long bytesNow = bytes.addAndGet(callBytes);
        Use use = add(topic, 1, callBytes);
        Status refusal = refusal(callsNow, bytesNow, use, bytesNow == callBytes);
        if (refusal == null) return new Entry(new Place(topic, callBytes, nanoClock.getAsLong()), null);
        takeOff(topic, callBytes);
        return new Entry(null, refusal);
    }

    private @Nullable Status refusal(int callsNow, long bytesNow, Use use, boolean alone) {
        if (callsNow > limits.sendsInFlight() || use.calls() > ofOne(limits.sendsInFlight())) return tooMany(callsNow);
        boolean tooLarge = bytesNow > limits.sendBytesInFlight() || use.bytes() > ofOne(limits.sendBytesInFlight());
        if (tooLarge && !alone) return tooManyBytes(bytesNow);
        int limit = inTime.limit();
        return callsNow > limit && use.calls() > limit / uses.size() ? tooSlow(callsNow) : null;
    }

    private static long ofOne(long most) {
        return most - most / OTHERS_PART;
    }

    private Use add(Resource topic, int addedCalls, long addedBytes) {
        Use use = uses.compute(topic, (key, known) -> {
            Use before = known == null ? Use.NONE : known;
            Use after = new Use(before.calls() + addedCalls, before.bytes() + addedBytes);
            return after.calls() == 0 ? null : after;
        });
        return use == null ? Use.NONE : use;
    }

    private void takeOff(Resource topic, long callBytes) {
        calls.decrementAndGet();
        bytes.addAndGet(-callBytes);
        add(topic, -1, -callBytes);
    }

    /** The send was answered: {@code carriedOut}, or refused by somebody behind this. */
    void leave(Place place, boolean carriedOut) {
        takeOff(place.topic(), place.bytes());
        if (!carriedOut) return;
        long now = nanoClock.getAsLong();
        inTime.answered(now - place.sinceNanos(), now);
    }

    int calls() {
        return calls.get();
    }

    long bytes() {
        return bytes.get();
    }

    private Status tooMany(int now) {
        counts.add(CALLS);
        return refusal("the node takes " + limits.sendsInFlight()
                + " send calls without an answer at a time, of one topic " + ofOne(limits.sendsInFlight())
                + ", this would be " + now + "; escrow.api.messaging.limits.sends-in-flight sets the limit");
    }

    private Status tooManyBytes(long now) {
        counts.add(BYTES);
        return refusal("the node takes " + limits.sendBytesInFlight()
                + " bytes of bodies without an answer at a time, of one topic " + ofOne(limits.sendBytesInFlight())
                + ", this would be " + now + "; escrow.api.messaging.limits.send-bytes-in-flight sets the limit");
    }

    private Status tooSlow(int now) {
        counts.add(TIME);
        return refusal("the node answers " + inTime.limit() + " send calls in "
                + overload.sendTime().toMillis() + " ms at present, this would be number " + now
                + "; send again later (escrow.api.messaging.overload.send-time sets the time)");
    }

    private static Status refusal(String text) {
        return Statuses.of(Code.TOO_MANY_REQUESTS, text);
    }
}
