package org.escrowmq.cluster;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.escrowmq.model.TopicName;

/**
 * What became of messages that wait for their time, since a node's start, by topic. Counters only ever grow; what comes after the bound
 * of topics is counted together under {@link Traffic#OTHERS}. Thread-safe; counting takes no lock.
 */
public final class DelayTraffic {
    /** What happens to a message that waits, or to a recall. */
    public enum Happening {
        /** A message was stored whose time lay ahead. */
        ENQUEUED,
        /** Its time came. */
        DEQUEUED,
        /** An operator gave it another time. */
        RESCHEDULED,
        /** A recall in time, first or repeated. */
        RECALLED,
        /** A recall of a message that was delivered. */
        RECALLED_TOO_LATE,
        /** A recall of a message of which nothing is known. */
        RECALLED_UNKNOWN
    }

    /** Upper bounds of the classes of lateness, in milliseconds; a last class has all others. */
    public static final List<Long> LATE_MILLIS = List.of(1L, 5L, 10L, 50L, 100L, 500L, 1_000L, 5_000L, 60_000L);

    /** The counters of a topic. Thread-safe. */
    public static final class Flow {
        private final Map<Happening, LongAdder> happenings = new EnumMap<>(Happening.class);
        private final List<LongAdder> late = new ArrayList<>();
        private final LongAdder lateMillis = new LongAdder();

        private Flow() {
            for (Happening each : Happening.values()) happenings.put(each, new LongAdder());
            for (int i = 0; i <= LATE_MILLIS.size(); i++) late.add(new LongAdder());
        }

        /** This happened: count once it is durable. */
        public void count(Happening happening) {
            Objects.requireNonNull(happenings.get(happening)).increment();
        }

        /** A message became visible so many milliseconds after its time: count once that is durable. */
        public void due(long millisLate) {
            count(Happening.DEQUEUED);
            int place = 0;
            while (place < LATE_MILLIS.size() && millisLate > LATE_MILLIS.get(place)) place++;
            late.get(place).increment();
            lateMillis.add(Math.max(0, millisLate));
        }

        /** How often this happened. */
        public long of(Happening happening) {
            return Objects.requireNonNull(happenings.get(happening)).sum();
        }

        /** Messages in each class of {@link #LATE_MILLIS}, one more for all others; not cumulated. */
        public List<Long> late() {
            return late.stream().map(LongAdder::sum).toList();
        }

        /** The lateness of all messages together. */
        public long lateMillis() {
            return lateMillis.sum();
        }
    }

    private final TopicFlows<Flow> flows;

    DelayTraffic(int topicsMax) {
        flows = new TopicFlows<>(topicsMax, Flow::new);
    }

    /** The counters of a topic; to be kept by whoever counts. */
    public Flow of(TopicName topic) {
        return flows.of(topic);
    }

    /** Drops the counters of a deleted topic. A flow that somebody still holds counts on, unseen. */
    void forget(TopicName topic) {
        flows.forget(topic);
    }

    /** Hands over every topic's counters, in no order. */
    public void forEach(BiConsumer<TopicName, Flow> visitor) {
        flows.forEach(visitor);
    }
}
