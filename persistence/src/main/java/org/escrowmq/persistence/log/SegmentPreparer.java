package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the next segment ahead of need: zero-filled, headed and synced under the name {@link SegmentFormat#PREPARED}. So a
 * roll is a rename, appends never grow a file, and a segment in place is never empty of its header.
 */
final class SegmentPreparer {
    private static final String UNFINISHED = "preparing";
    /** Small steps with a sync each, and a rest after each, keep the disk free for the appender. */
    private static final int STEP_BYTES = 256 << 10;

    /** The disk is left alone for this many times as long as a step took it, until somebody waits for the segment. */
    private static final int REST = 4;

    private final LogFiles files;
    private final StreamIdentity identity;
    private final Executor background;
    private volatile boolean stopped;
    private volatile @Nullable CompletableFuture<SegmentHeader> next;
    /** Opened when the segment is wanted now; a new one for each segment. */
    private volatile CountDownLatch wanted = new CountDownLatch(1);

    SegmentPreparer(LogFiles files, StreamIdentity identity, Executor background) {
        this.files = files;
        this.identity = identity;
        this.background = background;
    }

    /** Begins with a segment, unless one is being prepared already. */
    void begin(int segment, int bytes) {
        if (next != null) return;
        SegmentHeader header = SegmentHeader.of(identity, segment, bytes);
        CompletableFuture<SegmentHeader> future = new CompletableFuture<>();
        next = future;
        wanted = new CountDownLatch(1);
        background.execute(() -> {
            try {
                make(header);
                future.complete(header);
            } catch (IOException | RuntimeException e) {
                future.completeExceptionally(e);
            }
        });
    }

    /** Puts the segment into place, waiting for it when it is not ready. Durable at return. */
    SegmentHeader take(int segment, int bytes) throws IOException {
        CompletableFuture<SegmentHeader> early = next;
        // A preparation that failed for lack of room may work now.
        if (early != null && early.isCompletedExceptionally() && ranOutOfRoom(early)) next = null;
        begin(segment, bytes);
        wanted.countDown();
        SegmentHeader header = await(Objects.requireNonNull(next));
        next = null;
        files.rename(SegmentFormat.PREPARED, SegmentFormat.fileName(header.segment()));
        files.syncFolder();
        return header;
    }

    private static boolean ranOutOfRoom(CompletableFuture<SegmentHeader> future) {
        return future.handle((header, failure) -> failure instanceof DiskFullException)
                .join();
    }

    private SegmentHeader await(CompletableFuture<SegmentHeader> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the next segment", e);
        } catch (ExecutionException e) {
            next = null;
            if (e.getCause() instanceof DiskFullException full) throw full;
            throw new IOException("the next segment could not be prepared: " + e.getCause(), e.getCause());
        }
    }

    private void make(SegmentHeader header) throws IOException {
        if (isThere(header)) return;
        if (files.freeBytes() < header.bytes()) {
            throw new DiskFullException(
                    files.describe(SegmentFormat.PREPARED) + " needs " + header.bytes() + " bytes, " + files.freeBytes()
                            + " are free",
                    null);
        }
        LogFile file = files.create(UNFINISHED);
        try (file) {
            fill(file, header.bytes());
            file.write(header.encode(), 0);
            file.sync();
        } catch (DiskFullException e) {
            files.delete(UNFINISHED);
            throw e;
        }
        files.rename(UNFINISHED, SegmentFormat.PREPARED);
    }

    /** A segment that an earlier run prepared and did not need. */
    private boolean isThere(SegmentHeader header) throws IOException {
        if (!files.list().contains(SegmentFormat.PREPARED)) return false;
        try (LogFile file = files.open(SegmentFormat.PREPARED)) {
            return header.equals(StreamFolder.header(file)) && file.size() == header.bytes();
        }
    }

    private void fill(LogFile file, int bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(bytes, STEP_BYTES));
        for (int at = 0; at < bytes; at += STEP_BYTES) {
            if (stopped) throw new IOException("the log was closed");
            long begin = System.nanoTime();
            file.write(zeros.clear().limit(Math.min(STEP_BYTES, bytes - at)), at);
            file.sync();
            rest(REST * (System.nanoTime() - begin));
        }
    }

    private void rest(long nanos) throws IOException {
        try {
            wanted.await(
                    nanos,
                    TimeUnit.NANOSECONDS); // over at once when somebody waits, and then for the steps to come too
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the next segment was prepared", e);
        }
    }

    /** Gives up what is not finished and waits until the background has let go of the folder. */
    void stop() {
        stopped = true;
        wanted.countDown();
        CompletableFuture<SegmentHeader> future = next;
        if (future != null) future.handle((header, failure) -> null).join();
    }
}
