package org.escrowmq.persistence.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** I/O errors and a full disk while the log is running. */
class FaultTest {
    private final SimulatedFiles files = new SimulatedFiles();

    @ParameterizedTest
    @EnumSource(names = {"WRITE", "SYNC"})
    void anErrorEndsTheLogAndIsNeverRetried(SimulatedFiles.Operation operation) throws IOException {
        Recording first = new Recording();
        FileSegmentLog log = TestLog.open(files, first);
        long good = TestLog.append(log, 1, 1, "good")[0];
        files.failWhen(step -> step.operation() == operation && step.file().endsWith(".seg"));
        IOException cause = assertThrows(IOException.class, () -> TestLog.append(log, 1, 2, "bad"));
        files.failWhen(null);
        int syncs = files.syncs();
        LogFailedException later = assertThrows(LogFailedException.class, () -> TestLog.append(log, 1, 2, "bad"));
        assertSame(cause, later.getCause());
        assertThrows(LogFailedException.class, log::syncHighWater);
        assertThrows(LogFailedException.class, () -> log.dropBefore(good));
        assertEquals("good", Recording.text(log.read(good)));
        log.close();
        assertEquals(syncs, files.syncs());
    }

    @Test
    void anErrorOfTheHighWaterEndsTheLogToo() throws IOException {
        FileSegmentLog log = TestLog.open(files, new Recording());
        TestLog.append(log, 1, 1, "good");
        files.failWhen(step ->
                step.operation() == SimulatedFiles.Operation.SYNC && step.file().startsWith(HighWaterFile.NAME));
        assertThrows(IOException.class, log::syncHighWater);
        files.failWhen(null);
        assertThrows(LogFailedException.class, () -> TestLog.append(log, 1, 2, "bad"));
    }

    @Test
    void anErrorWhilePreparingASegmentIsSeenByTheRoll() throws IOException {
        files.failWhen(step -> step.operation() == SimulatedFiles.Operation.SYNC
                && step.file().equals("preparing")
                && files.syncs() > 8);
        FileSegmentLog log = TestLog.open(files, new Recording());
        IOException failure = assertThrows(IOException.class, () -> {
            for (int i = 0; i < 20; i++) TestLog.append(log, 1, i, "x".repeat(3000));
        });
        assertTrue(failure.getMessage().contains("planted"), failure::getMessage);
        assertThrows(LogFailedException.class, () -> TestLog.append(log, 1, 2, "bad"));
    }

    @Test
    void aFullDiskIsReportedAndTheLogRecoversAlone() throws IOException {
        FileSegmentLog log = TestLog.open(files, new Recording());
        files.limitFreeBytes(100);
        int written = 0;
        DiskFullException full = null;
        while (full == null) {
            try {
                TestLog.append(log, 1, written, "x".repeat(1000));
                written++;
            } catch (DiskFullException e) {
                full = e;
            }
        }
        assertTrue(full.getMessage().contains("100 are free"), full.getMessage());
        assertTrue(written >= 8, "the segment in place and the prepared one take what fits");
        assertThrows(DiskFullException.class, () -> TestLog.append(log, 1, 1, "x".repeat(1000)));
        files.limitFreeBytes(1 << 20);
        TestLog.append(log, 1, 1, "room again");
        log.close();
        Recording recording = new Recording();
        TestLog.open(files, recording).close();
        assertEquals(written + 1, recording.records.size());
        assertEquals(List.of(), recording.damages);
    }

    @Test
    void aFailingReadFailsThatReadOnly() throws IOException {
        FileSegmentLog log = TestLog.open(files, new Recording());
        long position = TestLog.append(log, 1, 1, "good")[0];
        files.failWhen(step -> step.operation() == SimulatedFiles.Operation.READ);
        assertThrows(IOException.class, () -> log.read(position));
        files.failWhen(null);
        assertEquals("good", Recording.text(log.read(position)));
        TestLog.append(log, 1, 2, "more");
    }
}
