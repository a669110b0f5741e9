package org.escrowmq.cluster;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.escrowmq.model.TopicName;
import org.escrowmq.transaction.Resolution;
import org.escrowmq.transaction.Source;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionState;

/**
 * What became of transactions since a node's start, by topic. Counters only ever grow; what comes after the bound of topics is counted
 * together under {@link Traffic#OTHERS}. Thread-safe; counting takes no lock.
 */
public final class TransactionTraffic {
    /** What came of a check, beside a decision, which is counted as such. */
    public enum Check {
        /** A live client was asked. */
        ASKED,
        /** A client that was asked has not decided within its time. */
        UNANSWERED,
        /** The message could not be read, so nobody was asked. */
        UNREADABLE,
        /** A client decided after the transaction was parked. */
        LATE
    }

    /** Upper bounds of the classes of times from storing to decision, in milliseconds; a last class has all others. */
    public static final List<Long> FINISH_MILLIS = List.of(10L, 100L, 1_000L, 10_000L, 60_000L, 600_000L, 3_600_000L);

    /** The counters of a topic. Thread-safe. */
    public static final class Flow {
        private final Map<Resolution, Map<Source, LongAdder>> decisions = new EnumMap<>(Resolution.class);
        private final Map<Source, LongAdder> parked = adders(Source.class);
        private final Map<Check, LongAdder> checks = adders(Check.class);
        private final List<LongAdder> finished = new ArrayList<>();
        private final LongAdder finishMillis = new LongAdder();

        private Flow() {
            for (Resolution resolution : Resolution.values()) decisions.put(resolution, adders(Source.class));
            for (int i = 0; i <= FINISH_MILLIS.size(); i++) finished.add(new LongAdder());
        }

        private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> of) {
            Map<E, LongAdder> adders = new EnumMap<>(of);
            for (E each : of.getEnumConstants()) adders.put(each, new LongAdder());
            return adders;
        }

        /** A transaction came to stand otherwise: count once that is durable. */
        public void changed(Transaction before, Transaction after) {
            if (after.late() != null && !after.late().equals(before.late())) checked(Check.LATE);
            if (before.state() == after.state()) return;
            Source source = after.since().source();
            if (after.state() == TransactionState.PARKED) of(parked, source).increment();
            for (Resolution resolution : Resolution.values()) {
                if (resolution.leadsTo() == after.state()) decided(resolution, source, after);
            }
        }

        private void decided(Resolution resolution, Source source, Transaction transaction) {
            of(of(decisions, resolution), source).increment();
            long millis = Math.max(0, transaction.since().epochMillis() - transaction.storedEpochMillis());
            int place = 0;
            while (place < FINISH_MILLIS.size() && millis > FINISH_MILLIS.get(place)) place++;
            finished.get(place).increment();
            finishMillis.add(millis);
        }

        /** A check had this outcome. */
        public void checked(Check outcome) {
            of(checks, outcome).increment();
        }

        /** Decisions of this kind by whom. */
        public long decisions(Resolution resolution, Source source) {
            return of(of(decisions, resolution), source).sum();
        }

        /** Commits by anybody. */
        public long commits() {
            long sum = 0;
            for (Source source : Source.values()) sum += decisions(Resolution.COMMIT, source);
            return sum;
        }

        /** Transactions that were parked by whom. */
        public long parked(Source source) {
            return of(parked, source).sum();
        }

        /** Checks with this outcome. */
        public long checks(Check outcome) {
            return of(checks, outcome).sum();
        }

        /** Decisions in each class of {@link #FINISH_MILLIS}, one more for all others; not cumulated. */
        public List<Long> finished() {
            return finished.stream().map(LongAdder::sum).toList();
        }

        /** All times from storing to decision together. */
        public long finishMillis() {
            return finishMillis.sum();
        }

        private static <K, V> V of(Map<K, V> complete, K key) {
            return Objects.requireNonNull(complete.get(key));
        }
    }

    private final TopicFlows<Flow> flows;

    TransactionTraffic(int topicsMax) {
        flows = new TopicFlows<>(topicsMax, Flow::new);
    }

    /** The counters of a topic; to be kept by whoever counts. */
    public Flow of(TopicName topic) {
        return flows.of(topic);
    }

    /** The counters of a topic that has some. */
    public Optional<Flow> known(TopicName topic) {
        return flows.known(topic);
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
