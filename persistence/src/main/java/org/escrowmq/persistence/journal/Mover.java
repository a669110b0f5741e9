package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.escrowmq.persistence.JournalFaultException;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.log.SegmentLog;
import org.escrowmq.persistence.tables.Tables;
import org.jspecify.annotations.Nullable;

/**
 * Copies survivors into the streams of their retention classes, in bulk, and lets the rows follow: append and fsync first, then
 * the rows on the applying thread, which looks again whether they still point to the old place. Owned by the upkeep thread.
 */
final class Mover {
    private static final long BULK_BYTES = 1 << 20;
    private static final int ROWS_A_TASK = 512;

    private final OpenStore store;
    private final CommitLog commits;
    private final long bytesPerSecond;
    private final Map<RetentionClass, List<Survivors.Found>> bulks = new EnumMap<>(RetentionClass.class);
    private final Map<RetentionClass, Long> bulkBytes = new EnumMap<>(RetentionClass.class);
    private final List<Survivors.Found> dead = new ArrayList<>();
    private long copiedBytes;

    Mover(OpenStore store, CommitLog commits, long bytesPerSecond) {
        this.store = store;
        this.commits = commits;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Takes a survivor; it may be copied later. */
    void keep(Survivors.Found found) throws IOException {
        RetentionClass target = found.target();
        bulks.computeIfAbsent(target, t -> new ArrayList<>()).add(found);
        if (bulkBytes.merge(target, found.bytes(), Long::sum) >= BULK_BYTES) copy(target);
    }

    /** Takes one that nobody wants: its row goes, if it has one. */
    void drop(Survivors.Found found) {
        dead.add(new Survivors.Found(found.header(), found.positions(), List.of()));
        if (dead.size() >= ROWS_A_TASK) dropRows();
    }

    /** Finishes: at return all copies are durable and all rows point to them. */
    long finish() throws IOException {
        for (RetentionClass target : List.copyOf(bulks.keySet())) copy(target);
        dropRows();
        onApplyingThread(() -> {});
        return copiedBytes;
    }

    private void copy(RetentionClass target) throws IOException {
        List<Survivors.Found> bulk = bulks.remove(target);
        bulkBytes.remove(target);
        if (bulk == null || bulk.isEmpty()) return;
        SegmentLog log = store.streams().ofClass(target);
        int stream = Streams.number(target);
        List<ByteBuffer[]> records = new ArrayList<>();
        List<SegmentLog.ManifestLine> manifest = new ArrayList<>();
        List<Survivors.Found> group = new ArrayList<>();
        long bytes = 0;
        for (Survivors.Found found : bulk) {
            if (bytes > 0 && bytes + found.bytes() > store.groupBytesMax()) {
                write(log, stream, records, manifest, group);
                bytes = 0;
            }
            for (ByteBuffer record : found.records()) records.add(new ByteBuffer[] {record});
            manifest.add(new SegmentLog.ManifestLine(
                    found.header().writer(), found.header().revision()));
            group.add(found);
            bytes += found.bytes();
            if (found.bytes() > store.groupBytesMax()) {
                writeInPieces(log, stream, found);
                records.clear();
                manifest.clear();
                group.clear();
                bytes = 0;
            }
        }
        write(log, stream, records, manifest, group);
        log.syncHighWater();
    }

    private void write(
            SegmentLog log,
            int stream,
            List<ByteBuffer[]> records,
            List<SegmentLog.ManifestLine> manifest,
            List<Survivors.Found> group)
            throws IOException {
        if (group.isEmpty()) return;
        long[] positions = log.append(records, distinct(manifest));
        follow(stream, log.durableEnd(), List.copyOf(group), positions);
        records.clear();
        manifest.clear();
        group.clear();
    }

    /** An entry that is larger than a group of the log. */
    private void writeInPieces(SegmentLog log, int stream, Survivors.Found found) throws IOException {
        long[] positions = new long[found.records().size()];
        List<SegmentLog.ManifestLine> line = List.of(new SegmentLog.ManifestLine(
                found.header().writer(), found.header().revision()));
        for (int i = 0; i < positions.length; i++) {
            positions[i] = log.append(
                            List.<ByteBuffer[]>of(
                                    new ByteBuffer[] {found.records().get(i)}),
                            line)[0];
        }
        follow(stream, log.durableEnd(), List.of(found), positions);
    }

    private static List<SegmentLog.ManifestLine> distinct(List<SegmentLog.ManifestLine> lines) {
        Map<Long, SegmentLog.ManifestLine> byWriter = new java.util.LinkedHashMap<>();
        for (SegmentLog.ManifestLine line : lines) byWriter.put(line.writer(), line);
        return List.copyOf(byWriter.values());
    }

    private void follow(int stream, long end, List<Survivors.Found> moved, long[] positions) {
        long bytes = 0;
        for (Survivors.Found found : moved) bytes += found.bytes();
        copiedBytes += bytes;
        commits.execute(() -> {
            try (Tables.Batch batch = store.tables().batch()) {
                int at = 0;
                for (Survivors.Found found : moved) {
                    long[] now = Arrays.copyOfRange(positions, at, at + found.positions().length);
                    at += now.length;
                    EntryRow row = pointing(found);
                    if (row != null) batch.put(found.address(), row.at(now).encode());
                }
                store.tables().write(batch);
            }
            store.followed(stream, end);
        });
        if (bytesPerSecond < Long.MAX_VALUE) LockSupport.parkNanos(bytes * 1_000_000_000 / bytesPerSecond);
    }

    private void dropRows() {
        if (dead.isEmpty()) return;
        List<Survivors.Found> gone = List.copyOf(dead);
        dead.clear();
        commits.execute(() -> {
            try (Tables.Batch batch = store.tables().batch()) {
                for (Survivors.Found found : gone) {
                    if (pointing(found) != null) batch.delete(found.address());
                }
                store.tables().write(batch);
            }
        });
    }

    /** The row, if it still points to where the entry was found. */
    private @Nullable EntryRow pointing(Survivors.Found found) {
        byte[] stored = store.tables().get(found.address());
        if (stored == null) return null;
        EntryRow row = EntryRow.decode(stored);
        return Arrays.equals(row.positions(), found.positions()) ? row : null;
    }

    /** Runs a task between two commit groups and waits for it. */
    void onApplyingThread(CommitLog.Task task) throws IOException {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        boolean taken = commits.execute(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (IOException | RuntimeException e) { // for both: who waits for it, and the thread that ran it
                done.completeExceptionally(e);
                throw e;
            }
        });
        if (!taken) throw new JournalFaultException("The journal is closed.");
        try {
            while (true) {
                try {
                    done.get(1, java.util.concurrent.TimeUnit.SECONDS);
                    return;
                } catch (java.util.concurrent.TimeoutException e) {
                    if (commits.ended()) throw new JournalFaultException("The journal has stopped.");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
