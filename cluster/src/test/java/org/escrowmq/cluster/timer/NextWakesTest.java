package org.escrowmq.cluster.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableReader;
import org.junit.jupiter.api.Test;

class NextWakesTest {
    /** A table of wake-ups and nothing else. */
    private static final class WakeTable implements TableReader {
        private final Map<PersistenceId, Long> wakes = new TreeMap<>(Comparator.comparing(PersistenceId::value));

        @Override
        public List<Wake> wakesUntil(long untilEpochMillis, int limit) {
            return wakes.entrySet().stream()
                    .filter(entry -> entry.getValue() <= untilEpochMillis)
                    .sorted(Map.Entry.comparingByValue())
                    .limit(limit)
                    .map(entry -> new Wake(entry.getKey(), entry.getValue()))
                    .toList();
        }

        @Override
        public Optional<byte[]> get(PersistenceId id, Table table, byte[] key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Row> floor(PersistenceId id, Table table, byte[] key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Row> scan(PersistenceId id, Table table, byte[] from, int limit) {
            throw new UnsupportedOperationException();
        }
    }

    private final WakeTable table = new WakeTable();
    private final List<QueueId> woken = new ArrayList<>();
    private final Set<QueueId> awake = new HashSet<>();
    private Instant now = Instant.ofEpochMilli(1_000);
    private final NextWakes wakes = new NextWakes(table, () -> now, awake::contains, woken::add);

    private static QueueId queue(int number) {
        return new QueueId(new TopicId(4), number);
    }

    private void wish(int number, long epochMillis) {
        table.wakes.put(new PersistenceId(queue(number).persistenceId()), epochMillis);
    }

    @Test
    void queuesAreWokenInTheirTimeAndAgainUntilTheirEntryMoves() {
        wish(1, 2_000);
        wish(2, 1_500);
        assertEquals(0, wakes.look());
        now = Instant.ofEpochMilli(2_000);
        assertEquals(2, wakes.look());
        assertEquals(List.of(queue(2), queue(1)), woken);
        wish(2, 9_000);
        assertEquals(1, wakes.look());
        assertEquals(List.of(queue(2), queue(1), queue(1)), woken);
    }

    @Test
    void queuesThatAreAwakeTakeNoPlace() {
        for (int i = 0; i < 3 * NextWakes.WOKEN_MAX; i++) wish(i, 100 + i);
        for (int look = 1; look <= 3; look++) {
            assertEquals(NextWakes.WOKEN_MAX, wakes.look());
            awake.addAll(woken);
            assertEquals(look * NextWakes.WOKEN_MAX, awake.size());
        }
        assertEquals(0, wakes.look());
    }

    @Test
    void aLookWakesABoundedNumberEarliestFirst() {
        for (int i = 0; i < NextWakes.WOKEN_MAX + 50; i++) wish(i, 900 - i);
        assertEquals(NextWakes.WOKEN_MAX, wakes.look());
        assertEquals(queue(NextWakes.WOKEN_MAX + 49), woken.get(0));
    }
}
