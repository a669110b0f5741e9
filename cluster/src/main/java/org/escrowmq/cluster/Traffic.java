package org.escrowmq.cluster;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.TopicName;

/**
 * Counts of the messages and body bytes that went through a node since its start, by topic and type on the way in and by
 * topic and group on the way out. Counters only ever grow. Thread-safe; counting takes no lock.
 *
 * <p>Whoever counts fetches its {@link Flow} once and keeps it (a queue's actor: one for each type and each group it meets):
 * adding is then two uncontended additions. In, repeated and out each have at most {@code flowsMax} flows; what comes later is
 * counted together in a flow of the topic {@link #OTHERS}, so memory and the size of a metrics scrape stay bounded.
 */
public final class Traffic {
    /** Flows of each direction, where nobody says otherwise. */
    public static final int DEFAULT_FLOWS_MAX = 10_000;

    /** Stands for all topics beyond the bound. No topic can have this name: parentheses are illegal in names. */
    public static final TopicName OTHERS = TopicName.of("(others)");

    /** The group that goes with {@link #OTHERS}. */
    public static final GroupName OTHER_GROUPS = GroupName.of("(others)");

    /** Messages stored by producers. */
    public record Inbound(TopicName topic, MessageType type) {}

    /** Messages delivered to consumers; each delivery counts, so a redelivered message counts again. */
    public record Outbound(TopicName topic, GroupName group) {}

    /** The two counters of one label set. Thread-safe. */
    public static final class Flow {
        private final LongAdder messages = new LongAdder();
        private final LongAdder bytes = new LongAdder();

        private Flow() {}

        /** Counts {@code messageCount} messages whose bodies, as transmitted, have {@code bodyBytes} bytes together. */
        public void add(long messageCount, long bodyBytes) {
            messages.add(messageCount);
            bytes.add(bodyBytes);
        }

        /** Messages since the start of the node. */
        public long messages() {
            return messages.sum();
        }

        /** Body bytes since the start of the node. */
        public long bytes() {
            return bytes.sum();
        }
    }

    private final Direction<Inbound> in;
    private final Direction<Inbound> repeated;
    private final Direction<Outbound> out;
    private final TransactionTraffic transactions;
    private final DelayTraffic delays;

    /** Counters with at most {@code flowsMax} label sets in each direction. */
    public Traffic(int flowsMax) {
        if (flowsMax < 1) throw new IllegalArgumentException("flowsMax must be 1 or more, got " + flowsMax);
        this.in = new Direction<>(flowsMax);
        this.repeated = new Direction<>(flowsMax);
        this.out = new Direction<>(flowsMax);
        this.transactions = new TransactionTraffic(flowsMax);
        this.delays = new DelayTraffic(flowsMax);
    }

    /** The counters of messages of {@code type} stored in {@code topic}: count once the messages are durable. */
    public Flow in(TopicName topic, MessageType type) {
        return in.flow(new Inbound(topic, type), new Inbound(OTHERS, type));
    }

    /** The counters of messages of {@code type} sent to {@code topic} again, and not stored again. */
    public Flow repeated(TopicName topic, MessageType type) {
        return repeated.flow(new Inbound(topic, type), new Inbound(OTHERS, type));
    }

    /** The counters of deliveries of {@code topic} to {@code group}: count once the delivery is durable. */
    public Flow out(TopicName topic, GroupName group) {
        return out.flow(new Outbound(topic, group), new Outbound(OTHERS, OTHER_GROUPS));
    }

    /** What became of transactions. */
    public TransactionTraffic transactions() {
        return transactions;
    }

    /** What became of messages that wait for their time. */
    public DelayTraffic delays() {
        return delays;
    }

    /** Drops the counters of a deleted topic. Flows that somebody still holds count on, unseen. */
    public void forget(TopicName topic) {
        in.flows.keySet().removeIf(key -> key.topic().equals(topic) && in.freed());
        repeated.flows.keySet().removeIf(key -> key.topic().equals(topic) && repeated.freed());
        out.flows.keySet().removeIf(key -> key.topic().equals(topic) && out.freed());
        transactions.forget(topic);
        delays.forget(topic);
    }

    /** Drops the counters of a deleted group. */
    public void forget(GroupName group) {
        out.flows.keySet().removeIf(key -> key.group().equals(group) && out.freed());
    }

    /** Hands over every inbound flow, in no order. */
    public void forEachIn(BiConsumer<Inbound, Flow> visitor) {
        in.flows.forEach(visitor);
    }

    /** Hands over every flow of repeated messages, in no order. */
    public void forEachRepeated(BiConsumer<Inbound, Flow> visitor) {
        repeated.flows.forEach(visitor);
    }

    /** Hands over every outbound flow, in no order. */
    public void forEachOut(BiConsumer<Outbound, Flow> visitor) {
        out.flows.forEach(visitor);
    }

    /** The flows of one direction. {@code taken} counts places given out, the shared ones not included. */
    private static final class Direction<K> {
        private final ConcurrentMap<K, Flow> flows = new ConcurrentHashMap<>();
        private final AtomicInteger taken = new AtomicInteger();
        private final int flowsMax;

        Direction(int flowsMax) {
            this.flowsMax = flowsMax;
        }

        Flow flow(K key, K shared) {
            Flow known = flows.get(key);
            if (known != null) return known;
            if (taken.incrementAndGet() > flowsMax) {
                taken.decrementAndGet();
                return flows.computeIfAbsent(shared, absent -> new Flow());
            }
            Flow fresh = new Flow();
            Flow raced = flows.putIfAbsent(key, fresh);
            if (raced == null) return fresh;
            taken.decrementAndGet();
            return raced;
        }

        boolean freed() {
            taken.decrementAndGet();
            return true;
        }
    }
}
