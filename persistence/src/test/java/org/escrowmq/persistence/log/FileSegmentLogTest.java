package org.escrowmq.persistence.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSegmentLogTest {
    private final SimulatedFiles files = new SimulatedFiles();

    @Test
    void recordsComeBackByPositionAndInOrder() throws IOException {
        try (FileSegmentLog log = TestLog.open(files, new Recording())) {
            long[] first = TestLog.append(log, 1, 1, "alpha", "", "gamma");
            long[] second = TestLog.append(log, 2, 1, "delta");
            assertEquals("alpha", Recording.text(log.read(first[0])));
            assertEquals("", Recording.text(log.read(first[1])));
            assertEquals("delta", Recording.text(log.read(second[0])));
            Recording all = new Recording();
            log.scan(-1, all);
            assertEquals(List.of("alpha", "", "gamma", "delta"), all.texts());
            Recording rest = new Recording();
            log.scan(first[2], rest);
            assertEquals(List.of("gamma", "delta"), rest.texts());
            Recording nothing = new Recording();
            log.scan(log.durableEnd(), nothing);
            assertEquals(List.of(), nothing.texts());
        }
    }

    @Test
    void aRecordMayComeInPiecesWhichAreNotMoved() throws IOException {
        try (FileSegmentLog log = TestLog.open(files, new Recording())) {
            ByteBuffer direct = ByteBuffer.allocateDirect(8)
                    .put(new byte[] {'x', 'b', 'c', 'x'})
                    .flip();
            direct.position(1).limit(3);
            ByteBuffer[] pieces = {TestLog.bytes("a"), direct, TestLog.bytes("d")};
            long[] positions = log.append(List.<ByteBuffer[]>of(pieces), List.of());
            assertEquals("abcd", Recording.text(log.read(positions[0])));
            assertEquals(2, direct.remaining());
        }
    }

    @Test
    void rollsThroughSegmentsAndOpensAgain() throws IOException {
        Map<Long, String> written = new TreeMap<>();
        try (FileSegmentLog log = TestLog.open(files, new Recording())) {
            for (int i = 0; i < 100; i++) {
                String text = "record " + i + "-".repeat(i * 7);
                written.put(TestLog.append(log, i % 3, i, text)[0], text);
            }
            assertTrue(log.size().segments() > 5);
        }
        Recording recording = new Recording();
        try (FileSegmentLog log = TestLog.open(files, recording)) {
            assertEquals(written, recording.records);
            assertEquals(List.of(), recording.damages);
            assertEquals(List.of(), log.repairs());
            for (Map.Entry<Long, String> entry : written.entrySet()) {
                assertEquals(entry.getValue(), Recording.text(log.read(entry.getKey())));
            }
            long next = TestLog.append(log, 1, 1, "next")[0];
            assertEquals("next", Recording.text(log.read(next)));
        }
    }

    @Test
    void opensFromEveryPosition() throws IOException {
        List<Long> positions = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        try (FileSegmentLog log = TestLog.open(files, new Recording())) {
            for (int i = 0; i < 40; i++) {
                for (long position : TestLog.append(log, 1, i, "a" + i, "b".repeat(300))) positions.add(position);
                ends.add(log.durableEnd());
            }
        }
        Map<String, byte[]> image = files.image();
        List<Long> starts = new ArrayList<>(positions);
        starts.addAll(ends);
        for (long start : starts) {
            Recording recording = new Recording();
            TestLog.open(SimulatedFiles.restored(image), TestLog.TINY, start, recording)
                    .close();
            List<Long> expected = positions.stream().filter(p -> p >= start).toList();
            assertEquals(expected, List.copyOf(recording.records.keySet()));
            assertEquals(List.of(), recording.damages);
        }
    }

    @Test
    void dropsOldSegmentsForGood() throws IOException {
        List<Long> positions = new ArrayList<>();
        try (FileSegmentLog log = TestLog.open(files, new Recording())) {
            for (int i = 0; i < 60; i++) positions.add(TestLog.append(log, 1, i, "x".repeat(700))[0]);
            long keep = positions.get(30);
            log.dropBefore(keep);
            assertEquals(new LogPosition(keep).segment(), new LogPosition(log.firstPosition()).segment());
            assertThrows(DroppedSegmentException.class, () -> log.read(positions.get(0)));
            assertEquals(700, log.read(keep).remaining());
        }
        long first = LogPosition.of(0, new LogPosition(positions.get(30)).segment(), 0)
                .packed();
        Recording recording = new Recording();
        TestLog.open(files, recording).close();
        assertEquals(positions.stream().filter(p -> p >= first).toList(), List.copyOf(recording.records.keySet()));
        assertEquals(List.of(), recording.damages);
    }

    @Test
    void refusesWhatIsTooLargeAndGoesOn() throws IOException {
        try (FileSegmentLog log = TestLog.open(files, new Recording())) {
            String text = "y".repeat(4097);
            String message = assertThrows(IllegalArgumentException.class, () -> TestLog.append(log, 1, 1, text))
                    .getMessage();
            assertEquals("a record of 4097 bytes is above recordBytesMax, which is 4096", message);
            String part = "y".repeat(4000);
            assertThrows(IllegalArgumentException.class, () -> TestLog.append(log, 1, 1, part, part));
            assertEquals("ok", Recording.text(log.read(TestLog.append(log, 1, 1, "ok")[0])));
        }
    }

    @Test
    void worksOnTheRealFileSystem(@TempDir Path folder) throws IOException {
        long[] positions;
        try (FileSegmentLog log = FileSegmentLog.open(
                FolderFiles.in(folder.resolve("stream"), System::nanoTime), 3, TestLog.TINY, -1, new Recording())) {
            positions = log.append(
                    List.<ByteBuffer[]>of(new ByteBuffer[] {TestLog.bytes("kept")}), List.of(new ManifestLine(7, 1)));
            for (int i = 0; i < 30; i++) TestLog.append(log, 1, i, "z".repeat(900));
            assertTrue(log.freeBytes() > 0);
        }
        Recording recording = new Recording();
        try (FileSegmentLog log = FileSegmentLog.open(
                FolderFiles.in(folder.resolve("stream"), System::nanoTime), 3, TestLog.TINY, -1, recording)) {
            assertEquals(31, recording.records.size());
            assertArrayEquals("kept".getBytes(), log.read(positions[0]).array());
        }
    }
}
