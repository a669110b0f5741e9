package org.escrowmq.persistence.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accidents to files at rest: always detected or harmless, never a silent hole. */
class DamageTest {
    private final Ledger ledger = new Ledger();

    /** A log of a few segments; when not closed, the last group is above the high water. */
    private Map<String, byte[]> smallLog(int groups, boolean closed) throws IOException {
        SimulatedFiles files = new SimulatedFiles();
        FileSegmentLog log = TestLog.open(files, new Recording());
        Random random = new Random(groups);
        for (int i = 0; i < groups; i++) {
            if (!closed && i == groups - 1) log.syncHighWater();
            ledger.append(log, random, 4, 400);
        }
        if (closed) log.close();
        return files.image();
    }

    private static Map<String, byte[]> changed(Map<String, byte[]> image, String name, byte[] content) {
        Map<String, byte[]> copy = new HashMap<>(image);
        copy.put(name, content);
        return copy;
    }

    private static Map<String, byte[]> without(Map<String, byte[]> image, String name) {
        Map<String, byte[]> copy = new HashMap<>(image);
        copy.remove(name);
        return copy;
    }

    /** Opens; what is reported must still be reported by the opening after, although the log has been written to. */
    private void openTwice(String what, Map<String, byte[]> image, List<Long> mayBeCut) throws IOException {
        SimulatedFiles files = SimulatedFiles.restored(image);
        Recording first = new Recording();
        FileSegmentLog log = TestLog.open(files, first);
        ledger.checkExcept(what, first, mayBeCut);
        long position = TestLog.append(log, 9, 1, "later")[0];
        assertEquals("later", Recording.text(log.read(position)), what);
        Recording live = new Recording();
        log.scan(-1, live);
        assertEquals("later", live.records.remove(position), what);
        ledger.checkExcept(what + ", live", live, mayBeCut);
        log.close();
        Recording second = new Recording();
        TestLog.open(files, second).close();
        assertEquals("later", second.records.remove(position), what);
        ledger.checkExcept(what + ", again", second, mayBeCut);
        first.assertSameRecords(what, second);
        assertEquals(first.damages.isEmpty(), second.damages.isEmpty(), what);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneFlippedBitAnywhere(boolean closed) throws IOException {
        Map<String, byte[]> image = smallLog(14, closed);
        List<Long> mayBeCut = closed ? List.of() : ledger.lastGroup();
        for (Map.Entry<String, byte[]> file : image.entrySet()) {
            byte[] content = file.getValue();
            for (int at = 0; at < content.length; at += stride(file.getKey(), at)) {
                byte[] flipped = content.clone();
                flipped[at] ^= (byte) (1 << (at * 7 + 3) % 8);
                openTwice(file.getKey() + " byte " + at, changed(image, file.getKey(), flipped), mayBeCut);
            }
        }
    }

    /** The slots of the high water end in tens of KiB of zeros that nothing reads. */
    private static int stride(String name, int at) {
        return name.equals(HighWaterFile.NAME) && at % HighWater.SLOT_BYTES > 1024 ? 509 : 1;
    }

    @Test
    void oneFlippedBitIsSeenByReads() throws IOException {
        Map<String, byte[]> image = smallLog(6, true);
        String name = SegmentFormat.fileName(0);
        int end = new LogPosition(ledger.entries.lastKey()).offset();
        for (int at = 0; at < end; at++) {
            SimulatedFiles files = SimulatedFiles.restored(image);
            try (FileSegmentLog log = TestLog.open(files, new Recording())) {
                files.bytes(name)[at] ^= 0x10;
                for (Map.Entry<Long, Ledger.Entry> entry : ledger.entries.entrySet()) {
                    try {
                        assertEquals(entry.getValue().text(), Recording.text(log.read(entry.getKey())));
                    } catch (CorruptRecordException e) {
                        assertTrue(e.getMessage().contains(name), e.getMessage());
                    }
                }
            }
        }
    }

    @Test
    void aFlippedBitNamesTheWritersOfItsGroupOnly() throws IOException {
        SimulatedFiles files = new SimulatedFiles();
        long[] hit;
        try (FileSegmentLog log = TestLog.open(files, new Recording())) {
            TestLog.append(log, 1, 1, "one");
            hit = TestLog.append(log, 2, 1, "two", "three");
            TestLog.append(log, 3, 1, "four");
        }
        files.bytes(SegmentFormat.fileName(0))[new LogPosition(hit[0]).offset() + 17] ^= 1;
        Recording recording = new Recording();
        TestLog.open(files, recording).close();
        assertEquals(List.of("one", "three", "four"), recording.texts());
        assertEquals(1, recording.damages.size());
        Recording.Range damage = recording.damages.get(0);
        assertEquals(hit[0], damage.from());
        assertEquals(hit[1], damage.to());
        assertEquals(List.of(new SegmentLog.ManifestLine(2, 1)), damage.suspects());
    }

    @Test
    void aZeroedPage() throws IOException {
        Map<String, byte[]> image = smallLog(40, true);
        for (int page : new int[] {512, 4096}) {
            for (Map.Entry<String, byte[]> file : image.entrySet()) {
                for (int at = 0; at < file.getValue().length; at += page) {
                    byte[] zeroed = file.getValue().clone();
                    Arrays.fill(zeroed, at, Math.min(at + page, zeroed.length), (byte) 0);
                    openTwice(file.getKey() + " zeroed at " + at, changed(image, file.getKey(), zeroed), List.of());
                }
            }
        }
    }

    @Test
    void aZeroedPageIsPutDownToItsWritersWhenTheGroupsAreSmall() throws IOException {
        SimulatedFiles files = new SimulatedFiles();
        try (FileSegmentLog log = TestLog.open(files, new Recording())) {
            for (int i = 0; i < 12; i++) TestLog.append(log, i, 1, "small " + i);
        }
        Arrays.fill(files.bytes(SegmentFormat.fileName(0)), 2048, 4096, (byte) 0);
        Recording recording = new Recording();
        TestLog.open(files, recording).close();
        assertEquals(1, recording.damages.size());
        assertFalse(recording.damages.get(0).suspects().isEmpty());
        for (int writer = 3; writer < 7; writer++) assertTrue(recording.accuses(writer));
        assertFalse(recording.accuses(8));
    }

    @Test
    void aTruncatedSegment() throws IOException {
        Map<String, byte[]> image = smallLog(40, true);
        for (Map.Entry<String, byte[]> file : image.entrySet()) {
            if (SegmentFormat.segmentOf(file.getKey()) < 0) continue;
            for (int length = 0; length < file.getValue().length; length += 100) {
                byte[] cut = Arrays.copyOf(file.getValue(), length);
                openTwice(file.getKey() + " cut to " + length, changed(image, file.getKey(), cut), List.of());
            }
        }
    }

    @Test
    void aTruncatedLastSegmentAccusesEverybodyAboveTheHighWater() throws IOException {
        Map<String, byte[]> image = smallLog(5, false);
        String name = SegmentFormat.fileName(0);
        int lastGroup = new LogPosition(ledger.lastGroup().get(0)).offset() & -512;
        byte[] cut = Arrays.copyOf(image.get(name), lastGroup);
        openTwice("cut", changed(image, name, cut), List.of());
    }

    @Test
    void aDeletedSegment() throws IOException {
        Map<String, byte[]> image = smallLog(60, true);
        for (String name : image.keySet()) {
            if (SegmentFormat.segmentOf(name) >= 0) openTwice(name + " deleted", without(image, name), List.of());
        }
        image.keySet().removeIf(name -> SegmentFormat.segmentOf(name) >= 0);
        openTwice("all segments deleted", image, List.of());
    }

    @Test
    void aDeletedOldSegmentIsReportedAlthoughNobodyReadsIt() throws IOException {
        Map<String, byte[]> image = smallLog(60, true);
        SimulatedFiles files = SimulatedFiles.restored(without(image, SegmentFormat.fileName(1)));
        long from = ledger.entries.lastKey();
        Recording opening = new Recording();
        FileSegmentLog log = TestLog.open(files, TestLog.TINY, from, opening);
        Recording live = new Recording();
        log.scan(from, live);
        Recording.Range missing = new Recording.Range(
                LogPosition.of(0, 1, 0).packed(), LogPosition.of(0, 2, 0).packed(), List.of());
        assertEquals(List.of(missing), opening.damages);
        assertEquals(List.of(missing), live.damages);
        assertEquals(1, live.records.size());
    }

    @Test
    void swappedSegments() throws IOException {
        Map<String, byte[]> image = smallLog(60, true);
        List<String> names = image.keySet().stream()
                .filter(name -> SegmentFormat.segmentOf(name) >= 0)
                .toList();
        for (String a : names) {
            for (String b : names) {
                if (a.equals(b)) continue;
                Map<String, byte[]> swapped = changed(changed(image, a, image.get(b)), b, image.get(a));
                openTwice(a + " and " + b + " swapped", swapped, List.of());
            }
        }
    }

    @Test
    void aSegmentOfAnotherLogOrOfAnEarlierTime() throws IOException {
        SimulatedFiles files = new SimulatedFiles();
        FileSegmentLog log = TestLog.open(files, new Recording());
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) ledger.append(log, random, 4, 400);
        Map<String, byte[]> earlier = files.image();
        for (int i = 0; i < 20; i++) ledger.append(log, random, 4, 400);
        log.close();
        for (Map.Entry<String, byte[]> old : earlier.entrySet()) {
            if (SegmentFormat.segmentOf(old.getKey()) < 0) continue;
            openTwice("earlier " + old.getKey(), changed(files.image(), old.getKey(), old.getValue()), List.of());
        }
        SimulatedFiles other = new SimulatedFiles();
        FileSegmentLog.open(other, 0, TestLog.TINY, -1, new Recording(), Runnable::run, 77)
                .close();
        String first = SegmentFormat.fileName(0);
        openTwice("other log's", changed(files.image(), first, other.image().get(first)), List.of());
    }

    @Test
    void anUnusableHighWaterStopsTheOpening() throws IOException {
        Map<String, byte[]> image = smallLog(10, true);
        byte[] bad = image.get(HighWaterFile.NAME).clone();
        bad[20] ^= 1;
        bad[HighWater.SLOT_BYTES + 20] ^= 1;
        for (Map<String, byte[]> broken : List.of(
                changed(image, HighWaterFile.NAME, bad),
                changed(image, HighWaterFile.NAME, new byte[0]),
                changed(image, HighWaterFile.NAME, image.get(SegmentFormat.fileName(0))),
                without(image, HighWaterFile.NAME))) {
            SimulatedFiles files = SimulatedFiles.restored(broken);
            String text = assertThrows(IOException.class, () -> TestLog.open(files, new Recording()))
                    .getMessage();
            assertTrue(text.contains("memory/high-water") && text.contains("escrow journal salvage"), text);
        }
    }

    @Test
    void oneHighWaterSlotIsEnough() throws IOException {
        Map<String, byte[]> image = smallLog(10, true);
        for (int slot = 0; slot < 2; slot++) {
            byte[] bad = image.get(HighWaterFile.NAME).clone();
            Arrays.fill(bad, slot * HighWater.SLOT_BYTES, (slot + 1) * HighWater.SLOT_BYTES, (byte) 0xff);
            Recording recording = new Recording();
            TestLog.open(SimulatedFiles.restored(changed(image, HighWaterFile.NAME, bad)), recording)
                    .close();
            ledger.checkWhole("slot " + slot, recording);
        }
    }

    @Test
    void aNewerFormatIsRefused() throws IOException {
        SimulatedFiles files = SimulatedFiles.restored(smallLog(3, true));
        String name = SegmentFormat.fileName(0);
        SegmentHeader header = new SegmentHeader(2, new StreamIdentity(TestLog.LOG_ID, 0, 512), 0, 8192);
        header.encode().get(files.bytes(name), 0, SegmentFormat.SEGMENT_HEADER_BYTES);
        String text = assertThrows(IOException.class, () -> TestLog.open(files, new Recording()))
                .getMessage();
        assertTrue(text.contains("format version 2") && text.contains(name), text);
    }
}
