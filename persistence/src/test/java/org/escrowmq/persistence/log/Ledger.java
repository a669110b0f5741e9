package org.escrowmq.persistence.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;

/** What a test had acknowledged, to be held against what an opening finds. */
final class Ledger {
    /** An acknowledged record. */
    record Entry(String text, long writer, long number, int group) {}

    final TreeMap<Long, Entry> entries = new TreeMap<>();
    private final Map<Long, Long> numbers = new LinkedHashMap<>();
    int groups;

    /** Appends one group of random records by a few writers; it counts as acknowledged when this returns. */
    void append(SegmentLog log, Random random, int recordsMax, int bytesMax) throws IOException {
        List<Entry> group = new ArrayList<>();
        List<ByteBuffer[]> records = new ArrayList<>();
        Map<Long, ManifestLine> manifest = new LinkedHashMap<>();
        Map<Long, Long> next = new LinkedHashMap<>(numbers);
        int count = 1 + random.nextInt(recordsMax);
        for (int i = 0; i < count; i++) {
            long writer = random.nextInt(4);
            long number = next.merge(writer, 1L, Long::sum);
            char fill = (char) ('a' + random.nextInt(26));
            String text = writer + ":" + number + ":" + String.valueOf(fill).repeat(random.nextInt(bytesMax));
            group.add(new Entry(text, writer, number, groups));
            records.add(new ByteBuffer[] {TestLog.bytes(text)});
            manifest.put(writer, new ManifestLine(writer, number));
        }
        long[] positions = log.append(records, List.copyOf(manifest.values()));
        for (int i = 0; i < count; i++) entries.put(positions[i], group.get(i));
        numbers.putAll(next);
        groups++;
    }

    /** No record is wrong, and each one is there or its writer is accused of the loss. */
    void check(String what, Recording found) {
        checkExcept(what, found, List.of());
    }

    /** As {@link #check}; the records of {@code mayBeCut}, by position, may be missing without a word. */
    void checkExcept(String what, Recording found, Collection<Long> mayBeCut) {
        found.records.forEach((position, text) -> {
            Entry entry = entries.get(position);
            assertTrue(entry != null, () -> what + ": a record that nobody wrote at " + new LogPosition(position));
            assertEquals(entry.text(), text, what);
        });
        entries.forEach((position, entry) -> {
            if (found.records.containsKey(position) || mayBeCut.contains(position)) return;
            assertTrue(accused(entry, found), () -> what + ": silently lost at " + new LogPosition(position));
        });
    }

    private static boolean accused(Entry entry, Recording found) {
        return found.damages.stream()
                .anyMatch(damage -> damage.suspects().isEmpty()
                        || damage.suspects().stream()
                                .anyMatch(line -> line.writer() == entry.writer()
                                        && line.lastSequenceNumber() >= entry.number()));
    }

    /** Everything is there and nothing is reported. */
    void checkWhole(String what, Recording found) {
        assertEquals(texts(), found.texts(), what);
        assertEquals(List.of(), found.damages, what);
    }

    List<String> texts() {
        return entries.values().stream().map(Entry::text).toList();
    }

    /** Takes a record for acknowledged that an opening has shown. */
    void adopt(long position, String text) {
        if (entries.containsKey(position)) return;
        String[] parts = text.split(":", 3);
        long writer = Long.parseLong(parts[0]);
        long number = Long.parseLong(parts[1]);
        numbers.merge(writer, number, Math::max);
        entries.put(position, new Entry(text, writer, number, groups++));
    }

    /** Whether the first {@code count} records are whole groups. */
    boolean endsAGroup(int count) {
        List<Entry> all = List.copyOf(entries.values());
        return count == 0
                || count == all.size()
                || all.get(count - 1).group() != all.get(count).group();
    }

    /** The positions of the records of the last group. */
    List<Long> lastGroup() {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().group() == groups - 1)
                .map(Map.Entry::getKey)
                .toList();
    }
}
