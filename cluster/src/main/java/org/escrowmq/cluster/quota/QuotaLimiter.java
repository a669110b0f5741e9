package org.escrowmq.cluster.quota;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Holds what goes through this node to the quotas: sends are refused, deliveries wait. Thread-safe. Who is not limited costs one
 * look-up, and nothing is kept for them; of the others something is kept while it matters: a client that has been quiet for the burst
 * time is forgotten.
 */
public final class QuotaLimiter {
    private static final int SWEEP_AT_MIN = 1024;

    /** Messages of a send that are counted as in flight. {@link #close} once, when they are answered. */
    public interface Ticket {
        /** Counts nothing. */
        Ticket NONE = () -> {};

        /** The messages are answered. */
        void close();
    }

    private static final Outcome<Ticket> FREE = Outcome.done(Ticket.NONE);

    private final QuotaSettings settings;
    private final LongSupplier nanoClock;
    private final RefusalCounts counts = new RefusalCounts();
    private final Map<QuotaTarget.Kind, ConcurrentMap<String, Allowance>> allowances =
            new EnumMap<>(QuotaTarget.Kind.class);
    private volatile QuotaBook book;
    private volatile List<Quota> overrides = List.of();
    private volatile int sweepAt = SWEEP_AT_MIN;

    /** With the defaults. {@code nanoClock} is monotonic. */
    public QuotaLimiter(QuotaSettings settings, LongSupplier nanoClock) {
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.book = new QuotaBook(settings, List.of());
        for (QuotaTarget.Kind kind : QuotaTarget.Kind.values()) allowances.put(kind, new ConcurrentHashMap<>());
    }

    /** These quotas are set from now on, and no others. */
    public synchronized void overrides(Collection<Quota> now) {
        List<Quota> copy = List.copyOf(now);
        if (copy.equals(overrides)) return;
        overrides = copy;
        QuotaBook changed = new QuotaBook(settings, copy);
        book = changed;
        long nanos = nanoClock.getAsLong();
        allowances.forEach((kind, all) -> all.forEach(
                (name, allowance) -> allowance.change(changed.of(kind, name).limits(), settings.burst(), nanos)));
    }

    /** The limits of those of a kind that have no quota of their own. */
    public QuotaLimits defaults(QuotaTarget.Kind kind) {
        return settings.of(kind);
    }

    /** The limits in force for a topic, group or client id. */
    public QuotaLimits limits(QuotaTarget.Kind kind, String name) {
        return book.of(kind, name).limits();
    }

    /** Whether those are the default of the kind. */
    public boolean isDefault(QuotaTarget.Kind kind, String name) {
        return book.of(kind, name).isDefault();
    }

    /** What was refused. The limits of the node itself are counted here too. */
    public RefusalCounts counts() {
        return counts;
    }

    /** How many of a kind something is kept for. */
    int kept(QuotaTarget.Kind kind) {
        return of(kind).size();
    }

    /** Takes the messages of a send off the quotas of its client and its topic, or refuses it: TOO_MANY_REQUESTS. */
    public Outcome<Ticket> send(TopicName topic, String clientId, int messages, long bytes) {
        QuotaBook now = book;
        boolean limitsClients = now.limits(QuotaTarget.Kind.CLIENT);
        boolean limitsTopics = now.limits(QuotaTarget.Kind.TOPIC);
        if (!limitsClients && !limitsTopics) return FREE;
        Allowance client = null;
        if (limitsClients) {
            Entered entered = enter(QuotaTarget.Kind.CLIENT, clientId, messages, bytes);
            if (entered.exceeded() != null) return refused(QuotaTarget.Kind.CLIENT, clientId, entered.exceeded());
            client = entered.allowance();
        }
        Allowance ofTopic = null;
        if (limitsTopics) {
            Entered entered = enter(QuotaTarget.Kind.TOPIC, topic.toString(), messages, bytes);
            if (entered.exceeded() != null) {
                if (client != null) client.undo(messages, bytes);
                return refused(QuotaTarget.Kind.TOPIC, topic.toString(), entered.exceeded());
            }
            ofTopic = entered.allowance();
        }
        return client == null && ofTopic == null ? FREE : Outcome.done(ticket(client, ofTopic, messages));
    }

    private static Ticket ticket(@Nullable Allowance client, @Nullable Allowance topic, int messages) {
        return () -> {
            if (client != null) client.leave(messages);
            if (topic != null) topic.leave(messages);
        };
    }

    /** What may be delivered to the group now. */
    public DeliveryRoom room(GroupName group) {
        if (!book.limits(QuotaTarget.Kind.GROUP)) return DeliveryRoom.UNLIMITED;
        Allowance allowance = allowance(QuotaTarget.Kind.GROUP, group.toString());
        if (allowance == null) return DeliveryRoom.UNLIMITED;
        DeliveryRoom room = allowance.room(nanoClock.getAsLong());
        if (room.waitNanos() > 0) count(QuotaTarget.Kind.GROUP, allowance);
        return room;
    }

    private void count(QuotaTarget.Kind kind, Allowance allowance) {
        Allowance.Exceeded closed = allowance.closed(nanoClock.getAsLong());
        if (closed != null) counts.add(reason(kind, closed));
    }

    /** Refuses a read without leases while there is no room: TOO_MANY_REQUESTS. */
    public Outcome<Boolean> read(GroupName group) {
        if (!book.limits(QuotaTarget.Kind.GROUP)) return Outcome.done(true);
        Allowance allowance = allowance(QuotaTarget.Kind.GROUP, group.toString());
        Allowance.Exceeded closed = allowance == null ? null : allowance.closed(nanoClock.getAsLong());
        return closed == null ? Outcome.done(true) : refused(QuotaTarget.Kind.GROUP, group.toString(), closed);
    }

    /** Messages went to the group: they are taken off, beyond what there was room for too. */
    public void delivered(GroupName group, int messages, long bytes) {
        if (messages == 0 || !book.limits(QuotaTarget.Kind.GROUP)) return;
        Allowance allowance = allowance(QuotaTarget.Kind.GROUP, group.toString());
        if (allowance != null) allowance.charge(messages, bytes, nanoClock.getAsLong());
    }

    private record Entered(@Nullable Allowance allowance, Allowance.@Nullable Exceeded exceeded) {}

    private Entered enter(QuotaTarget.Kind kind, String name, int messages, long bytes) {
        while (true) {
            Allowance allowance = allowance(kind, name);
            if (allowance == null) return new Entered(null, null);
            Allowance.Exceeded exceeded = allowance.enter(messages, bytes, nanoClock.getAsLong());
            if (exceeded != null) return new Entered(null, exceeded);
            if (!allowance.retired()) return new Entered(allowance, null);
            allowance.leave(messages); // it was swept away between the look-up and the entry: again, with its successor
        }
    }

    private ConcurrentMap<String, Allowance> of(QuotaTarget.Kind kind) {
        return Objects.requireNonNull(allowances.get(kind));
    }

    /** Null for who is not limited. */
    private @Nullable Allowance allowance(QuotaTarget.Kind kind, String name) {
        ConcurrentMap<String, Allowance> all = of(kind);
        Allowance known = all.get(name);
        if (known != null && !known.retired()) return known;
        QuotaLimits limits = book.of(kind, name).limits();
        if (limits.isNone()) return null;
        if (all.size() >= sweepAt) sweep(all);
        return all.compute(
                name,
                (key, present) -> present != null && !present.retired()
                        ? present
                        : new Allowance(limits, settings.burst(), nanoClock.getAsLong()));
    }

    /** Whoever is limited is kept only while something is counted; ids come from the network, so this has to end somewhere. */
    private synchronized void sweep(ConcurrentMap<String, Allowance> all) {
        if (all.size() < sweepAt) return;
        long now = nanoClock.getAsLong();
        all.values().removeIf(allowance -> allowance.retire(now));
        sweepAt = Math.max(SWEEP_AT_MIN, 2 * all.size());
    }

    private <T> Outcome<T> refused(QuotaTarget.Kind kind, String name, Allowance.Exceeded exceeded) {
        counts.add(reason(kind, exceeded));
        return Outcome.refused(RefusalCode.TOO_MANY_REQUESTS, text(kind, name, exceeded));
    }

    private static RefusalCounts.Reason reason(QuotaTarget.Kind kind, Allowance.Exceeded exceeded) {
        return new RefusalCounts.Reason(
                kind.word(),
                switch (exceeded.limit()) {
                    case IN_FLIGHT -> "in-flight";
                    case MESSAGES -> "messages";
                    case BYTES -> "bytes";
                });
    }

    private String text(QuotaTarget.Kind kind, String name, Allowance.Exceeded exceeded) {
        String met = exceeded.limit() == Allowance.Limit.IN_FLIGHT
                ? "this would be " + exceeded.value()
                : "there is room again in " + millis(exceeded.value()) + " ms";
        String way = book.of(kind, name).isDefault()
                ? "the default, escrow.cluster.quotas." + kind.word() + "; escrow quota set --" + kind.word()
                        + " gives it one of its own"
                : "escrow quota set --" + kind.word() + " changes it";
        return kind.word() + " " + name + " may have " + exceeded.max() + " "
                + exceeded.limit().words() + ", " + met + " (" + way + ")";
    }

    private static long millis(long nanos) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
    }
}
