package org.escrowmq.persistence.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was acknowledged survives; what was not is there whole or not at all; nothing of it comes back later. */
class PowerCutTest {
    /** {@code -Descrow.seed=N} runs one seed alone. */
    static LongStream seeds() {
        Long one = Long.getLong("escrow.seed");
        return one != null ? LongStream.of(one) : LongStream.range(0, 400);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void tornWritesAgainAndAgain(long seed) throws IOException {
        Random random = new Random(seed);
        Ledger ledger = new Ledger();
        SimulatedFiles files = new SimulatedFiles();
        for (int life = 0; life < 6; life++) {
            Recording recording = new Recording();
            runUntilTheCut(files, ledger, recording, random);
            boolean loseAll = random.nextInt(4) == 0;
            files = files.afterPowerCut(loseAll ? null : random);
        }
        Recording last = new Recording();
        TestLog.open(files, last).close();
        checkAgainst(ledger, last);
    }

    /** One life of the process. The cut comes in the middle of some disk operation. */
    private static void runUntilTheCut(SimulatedFiles files, Ledger ledger, Recording recording, Random random) {
        AtomicInteger operations = new AtomicInteger(random.nextInt(90));
        files.failWhen(step -> step.operation() != SimulatedFiles.Operation.READ && operations.decrementAndGet() < 0);
        try {
            FileSegmentLog log = TestLog.open(files, recording);
            checkAgainst(ledger, recording);
            while (true) {
                ledger.append(log, random, 5, 900);
                if (random.nextInt(5) == 0) log.syncHighWater();
                if (random.nextInt(12) == 0) drop(log, ledger, random);
            }
        } catch (IOException planted) {
            assertTrue(String.valueOf(planted.getMessage()).contains("planted"), planted::toString);
        } finally {
            files.failWhen(null);
        }
    }

    private static void drop(FileSegmentLog log, Ledger ledger, Random random) throws IOException {
        List<Long> positions = List.copyOf(ledger.entries.keySet());
        long keep = positions.get(random.nextInt(positions.size()));
        LogPosition segment = LogPosition.of(0, new LogPosition(keep).segment(), 0);
        ledger.entries.headMap(segment.packed()).clear();
        log.dropBefore(keep);
    }

    /** A group whose acknowledgement the cut prevented may be there: then it counts as written from now on. */
    private static void checkAgainst(Ledger ledger, Recording recording) {
        assertEquals(List.of(), recording.damages);
        ledger.entries.forEach((position, entry) -> assertEquals(entry.text(), recording.records.get(position)));
        recording.records.forEach((position, text) -> ledger.adopt(position, text));
    }

    @Test
    void cutAtEveryByteOfTheLastGroups() throws IOException {
        Ledger ledger = new Ledger();
        SimulatedFiles files = new SimulatedFiles();
        FileSegmentLog log = TestLog.open(files, new Recording());
        Random random = new Random(5);
        for (int i = 0; i < 3; i++) ledger.append(log, random, 3, 300);
        int certain = new LogPosition(log.durableEnd()).offset();
        for (int i = 0; i < 3; i++) ledger.append(log, random, 3, 300);
        int end = new LogPosition(log.durableEnd()).offset();
        Map<String, byte[]> image = files.image();
        String name = SegmentFormat.fileName(0);
        for (int cut = certain; cut <= end; cut++) {
            byte[] content = image.get(name).clone();
            Arrays.fill(content, cut, content.length, (byte) 0);
            SimulatedFiles after = SimulatedFiles.restored(image);
            after.replace(name, content);
            checkPrefix(ledger, after, "cut at " + cut);
        }
    }

    private static void checkPrefix(Ledger ledger, SimulatedFiles files, String what) throws IOException {
        Recording recording = new Recording();
        FileSegmentLog log = TestLog.open(files, recording);
        List<String> found = recording.texts();
        assertEquals(ledger.texts().subList(0, found.size()), found, what);
        assertEquals(List.of(), recording.damages, what);
        assertTrue(ledger.endsAGroup(found.size()), what + ": half a group");
        TestLog.append(log, 1, 1, "after");
        log.close();
        Recording again = new Recording();
        TestLog.open(files, again).close();
        assertEquals(found.size() + 1, again.records.size(), what);
        assertEquals(List.of(), again.damages, what);
    }

    @Test
    void theSameCutsBelowTheHighWaterAreDamage() throws IOException {
        Ledger ledger = new Ledger();
        SimulatedFiles files = new SimulatedFiles();
        FileSegmentLog log = TestLog.open(files, new Recording());
        Random random = new Random(6);
        for (int i = 0; i < 6; i++) ledger.append(log, random, 3, 300);
        log.syncHighWater();
        Map<String, byte[]> image = files.image();
        String name = SegmentFormat.fileName(0);
        for (int cut = 512; cut < new LogPosition(log.durableEnd()).offset(); cut += 3) {
            byte[] content = image.get(name).clone();
            Arrays.fill(content, cut, content.length, (byte) 0);
            SimulatedFiles after = SimulatedFiles.restored(image);
            after.replace(name, content);
            Recording recording = new Recording();
            TestLog.open(after, recording).close();
            ledger.check("cut at " + cut, recording);
        }
    }

    @Test
    void whatWasOnlyReadFromThePageCacheIsDurableAfterAnOpening() throws IOException {
        SimulatedFiles files = new SimulatedFiles();
        FileSegmentLog log = TestLog.open(files, new Recording());
        TestLog.append(log, 1, 1, "acknowledged");
        files.failWhen(step -> step.operation() == SimulatedFiles.Operation.SYNC);
        assertThrows(IOException.class, () -> TestLog.append(log, 1, 2, "written only"));
        files.failWhen(null);
        Recording seen = new Recording();
        TestLog.open(files, seen);
        assertEquals(List.of("acknowledged", "written only"), seen.texts());
        Recording afterCut = new Recording();
        TestLog.open(files.afterPowerCut(null), afterCut).close();
        assertEquals(seen.texts(), afterCut.texts());
    }
}
