package org.escrowmq.persistence.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Readers, scans and interrupts beside the appender, on the real file system. */
@Timeout(60)
class ConcurrentReadTest {
    private static final int GROUPS = 400;

    @TempDir
    Path folder;

    private FileSegmentLog open() throws IOException {
        return FileSegmentLog.open(FolderFiles.in(folder, System::nanoTime), 0, TestLog.TINY, -1, new Recording());
    }

    private static String text(int i) {
        return i + ":" + "t".repeat(i % 900);
    }

    @Test
    void readersSeeWhatWasAcknowledgedWhileTheLogGrows() throws Exception {
        AtomicReferenceArray<Long> positions = new AtomicReferenceArray<>(GROUPS);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try (FileSegmentLog log = open()) {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int r = 0; r < 2; r++) {
                Random random = new Random(r);
                readers.add(pool.submit(() -> readAtRandom(log, positions, done, random)));
            }
            Future<Integer> scans = pool.submit(() -> scanAgainAndAgain(log, done));
            for (int i = 0; i < GROUPS; i++) positions.set(i, TestLog.append(log, 1, i, text(i))[0]);
            done.set(true);
            for (Future<Integer> reader : readers) assertTrue(reader.get() > 0);
            assertTrue(scans.get() > 0);
        } finally {
            pool.shutdownNow();
        }
    }

    private static int readAtRandom(
            FileSegmentLog log, AtomicReferenceArray<Long> positions, AtomicBoolean done, Random random)
            throws IOException {
        int reads = 0;
        while (!done.get() || reads == 0) {
            int i = random.nextInt(GROUPS);
            Long position = positions.get(i);
            if (position == null) continue;
            assertEquals(text(i), Recording.text(log.read(position)));
            reads++;
        }
        return reads;
    }

    private static int scanAgainAndAgain(FileSegmentLog log, AtomicBoolean done) throws IOException {
        int scans = 0;
        while (!done.get() || scans == 0) {
            Recording recording = new Recording();
            log.scan(-1, recording);
            assertEquals(List.of(), recording.damages);
            int i = 0;
            for (String found : recording.texts()) assertEquals(text(i++), found);
            scans++;
        }
        return scans;
    }

    @Test
    void anInterruptedReaderHarmsNobody() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (FileSegmentLog log = open()) {
            long[] positions = new long[50];
            for (int i = 0; i < 50; i++) positions[i] = TestLog.append(log, 1, i, text(i))[0];
            AtomicBoolean done = new AtomicBoolean();
            Future<?> victim = pool.submit(() -> readAll(log, positions, done));
            Future<Boolean> interrupted = pool.submit(() -> readWhileInterrupted(log, positions));
            assertTrue(interrupted.get(), "the interrupt is still there after the reads");
            done.set(true);
            assertNull(victim.get());
            TestLog.append(log, 1, 99, "the appender goes on");
        } finally {
            pool.shutdownNow();
        }
    }

    private static boolean readWhileInterrupted(FileSegmentLog log, long[] positions) throws IOException {
        boolean kept = true;
        for (int round = 0; round < 200; round++) {
            Thread.currentThread().interrupt();
            int i = round % positions.length;
            assertEquals(text(i), Recording.text(log.read(positions[i])));
            kept &= Thread.interrupted();
        }
        return kept;
    }

    private static Void readAll(FileSegmentLog log, long[] positions, AtomicBoolean done) throws IOException {
        while (!done.get()) {
            for (int i = 0; i < positions.length; i++) {
                assertEquals(text(i), Recording.text(log.read(positions[i])));
            }
        }
        return null;
    }

    @Test
    void anInterruptThatIsPendingDoesNotFailAnAppend() throws IOException {
        try (FileSegmentLog log = open()) {
            Thread.currentThread().interrupt();
            long position = TestLog.append(log, 1, 1, "written")[0];
            assertTrue(Thread.interrupted());
            assertEquals("written", Recording.text(log.read(position)));
        }
    }

    @Test
    void aDropBesideReadersIsAClearAnswer() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (FileSegmentLog log = open()) {
            long[] positions = new long[100];
            for (int i = 0; i < 100; i++) positions[i] = TestLog.append(log, 1, i, text(i))[0];
            Future<Integer> reader = pool.submit(() -> readUntilDropped(log, positions));
            for (int i = 0; i < 100; i += 10) log.dropBefore(positions[i]);
            log.dropBefore(positions[99]);
            assertTrue(reader.get() >= 0);
        } finally {
            pool.shutdownNow();
        }
    }

    private static int readUntilDropped(FileSegmentLog log, long[] positions) throws IOException {
        int reads = 0;
        while (true) {
            for (int i = 0; i < 50; i++) {
                try {
                    assertEquals(text(i), Recording.text(log.read(positions[i])));
                    reads++;
                } catch (DroppedSegmentException e) {
                    return reads;
                }
            }
        }
    }

    @Test
    void moreSegmentsThanOpenFiles() throws IOException, InterruptedException, ExecutionException {
        try (FileSegmentLog log = open()) {
            long[] positions = new long[100];
            for (int i = 0; i < 100; i++) positions[i] = TestLog.append(log, 1, i, text(i))[0];
            assertTrue(log.size().segments() > 2 * TestLog.TINY.openFilesMax());
            for (int i = 0; i < 100; i++) {
                int any = (i * 37) % 100;
                assertEquals(text(any), Recording.text(log.read(positions[any])));
            }
        }
    }
}
