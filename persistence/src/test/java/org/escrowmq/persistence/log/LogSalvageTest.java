package org.escrowmq.persistence.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogSalvageTest {
    private final Ledger ledger = new Ledger();

    private Map<String, byte[]> log(int groups) throws IOException {
        SimulatedFiles files = new SimulatedFiles();
        try (FileSegmentLog log = TestLog.open(files, new Recording())) {
            Random random = new Random(groups);
            for (int i = 0; i < groups; i++) ledger.append(log, random, 4, 400);
        }
        return files.image();
    }

    /** Every record that an opening found before is found after, nothing is reported, and the log takes new records. */
    private LogSalvage.Salvaged salvage(String what, Map<String, byte[]> damaged) throws IOException {
        Recording before = new Recording();
        LogCheck.stream(SimulatedFiles.restored(damaged), before);
        SimulatedFiles files = SimulatedFiles.restored(damaged);
        LogSalvage.Salvaged salvaged = LogSalvage.run(files, TestLog.TINY, "now");
        Recording after = new Recording();
        FileSegmentLog log = TestLog.open(files, after);
        before.assertSameRecords(what, after);
        assertEquals(List.of(), after.damages, what);
        long position = TestLog.append(log, 1, 1, "new")[0];
        log.close();
        Recording later = new Recording();
        TestLog.open(files, later).close();
        assertEquals("new", later.records.remove(position), what);
        before.assertSameRecords(what, later);
        assertEquals(List.of(), later.damages, what);
        assertEquals(before.damages.isEmpty(), later.accepted.isEmpty(), what);
        for (String name : damaged.keySet()) assertNothingVanished(what, name, damaged.get(name), files);
        return salvaged;
    }

    /** A file that holds something else now is kept as it was. */
    private static void assertNothingVanished(String what, String name, byte[] old, SimulatedFiles files)
            throws IOException {
        if (SegmentFormat.segmentOf(name) < 0 || !files.listAll().contains("damaged-now/" + name)) return;
        assertArrayEquals(old, files.bytes("damaged-now/" + name), what);
    }

    static List<Long> seeds() {
        return java.util.stream.LongStream.range(0, 120).boxed().toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void opensAgainAfterAnyDamage(long seed) throws IOException {
        Map<String, byte[]> image = log(30);
        Random random = new Random(seed);
        Map<String, byte[]> damaged = new TreeMap<>(image);
        int accidents = 1 + random.nextInt(3);
        for (int i = 0; i < accidents; i++) {
            List<String> names = damaged.keySet().stream()
                    .filter(name -> !name.equals(SegmentFormat.PREPARED))
                    .toList();
            accident(damaged, names.get(random.nextInt(names.size())), random);
        }
        salvage("seed " + seed, damaged);
    }

    private static void accident(Map<String, byte[]> damaged, String name, Random random) {
        byte[] content = damaged.get(name).clone();
        damaged.put(name, content);
        switch (random.nextInt(4)) {
            case 0 -> {
                for (int i = 0; i < 4 && content.length > 0; i++) content[random.nextInt(content.length)] ^= 4;
            }
            case 1 -> {
                int from = random.nextInt(content.length + 1);
                Arrays.fill(content, from, Math.min(content.length, from + 1500), (byte) 0);
            }
            case 2 -> damaged.put(name, Arrays.copyOf(content, random.nextInt(content.length + 1)));
            default -> damaged.remove(name);
        }
    }

    @Test
    void saysWhatItFoundAndDid() throws IOException {
        Map<String, byte[]> image = log(10);
        long position = ledger.entries.firstKey();
        image.get(SegmentFormat.fileName(0))[new LogPosition(position).offset() + 20] ^= 1;
        LogSalvage.Salvaged salvaged = salvage("one", image);
        assertFalse(salvaged.before().sound());
        LogCheck.Damage damage = salvaged.before().damages().get(0);
        assertEquals("memory/00000000.seg", damage.file());
        assertEquals(position, damage.from().packed());
        assertTrue(salvaged.actions().get(0).contains("damaged-now/00000000.seg"), salvaged.actions()::toString);
    }

    @Test
    void aSoundLogIsLeftAsItIs() throws IOException {
        Map<String, byte[]> image = log(10);
        SimulatedFiles files = SimulatedFiles.restored(image);
        assertEquals(List.of(), LogSalvage.run(files, TestLog.TINY, "now").actions());
        assertArrayEquals(image.get(SegmentFormat.fileName(0)), files.bytes(SegmentFormat.fileName(0)));
    }

    @Test
    void checkFindsTheStreamsBelowAFolder(@TempDir Path root) throws IOException {
        for (int stream = 0; stream < 2; stream++) {
            FolderFiles files = FolderFiles.in(root.resolve("stream-" + stream), System::nanoTime);
            try (FileSegmentLog log = FileSegmentLog.open(files, stream, TestLog.TINY, -1, new Recording())) {
                TestLog.append(log, 1, 1, "here");
            }
        }
        Files.createDirectory(root.resolve("tables"));
        List<Path> streams = LogCheck.streams(root);
        assertEquals(List.of(root.resolve("stream-0"), root.resolve("stream-1")), streams);
        LogCheck.StreamReport report =
                LogCheck.stream(FolderFiles.in(streams.get(1), System::nanoTime), new Recording());
        assertTrue(report.sound());
        assertEquals(1, report.stream());
        assertEquals(1, report.records());
        assertEquals(1, report.segments());
    }
}
