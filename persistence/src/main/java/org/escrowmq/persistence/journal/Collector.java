package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.log.LogPosition;
import org.escrowmq.persistence.log.SegmentLog;
import org.escrowmq.persistence.tables.Checkpoints;
import org.escrowmq.persistence.tables.TableImage;
import org.iq80.leveldb.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees old segments. Of the hot stream: copies what is still wanted, once and in bulk, into the streams of the retention
 * classes, lets the rows follow, secures the tables (an image and two checkpoints that need nothing of what goes), and only then
 * drops the segments. Of a class stream: drops the first segment when nothing in it is wanted, or rewrites what is when it has
 * become little. Owned by the upkeep thread.
 */
final class Collector {
    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

    private final PersistenceSettings settings;
    private final JournalEnvironment environment;
    private final OpenStore store;
    private final CommitLog commits;
    private final Survivors survivors;

    Collector(PersistenceSettings settings, JournalEnvironment environment, OpenStore store, CommitLog commits) {
        this.settings = settings;
        this.environment = environment;
        this.store = store;
        this.commits = commits;
        survivors = new Survivors(store.tables(), store.numbers());
    }

    /** Does everything that is due. */
    void run() throws IOException {
        new GarbageSweep(store, mover()).run();
        int end = dueEnd();
        if (end > firstSegment(store.streams().hot())) collectHot(end);
        for (int stream : store.streams().classes()) collectClass(stream);
    }

    /** The first hot segment that is not due. */
    private int dueEnd() throws IOException {
        SegmentLog hot = store.streams().hot();
        int first = firstSegment(hot);
        int current = new LogPosition(hot.durableEnd()).segment();
        long excess = (long) (current - first + 1) * settings.segmentBytes() - settings.hotBytesMax();
        int bySize = first + (int) Math.max(0, Math.min(current - first, excess / settings.segmentBytes()));
        if (excess > 0) bySize = Math.min(current, Math.max(bySize, (first + current + 1) / 2));
        long oldEnough = environment.clock().millis() - settings.hotAgeMax().toMillis();
        int byAge = first;
        SegmentReader reader = new SegmentReader(hot);
        while (byAge < current && reader.firstTimeMillis(byAge + 1, Streams.HOT) <= oldEnough) byAge++;
        return Math.max(bySize, byAge);
    }

    private static int firstSegment(SegmentLog log) {
        return new LogPosition(log.firstPosition()).segment();
    }

    private Mover mover() {
        return new Mover(store, commits, settings.collectorBytesPerSecond());
    }

    /** Collects the hot segments before {@code wantedEnd}; stops before one that is damaged. */
    void collectHot(int wantedEnd) throws IOException {
        SegmentLog hot = store.streams().hot();
        Mover mover = mover();
        int end = new SegmentReader(hot).read(wantedEnd, found -> sort(found, mover));
        long copied = mover.finish();
        if (end < wantedEnd) {
            LOG.error("Segment {} of the hot log is damaged and stays; see `escrow journal check`", end);
        }
        if (end <= firstSegment(hot)) return;
        secureTables(mover);
        hot.dropBefore(LogPosition.of(Streams.HOT, end, 0).packed());
        LOG.info("Hot segments before {} are collected, {} bytes were kept", end, copied);
    }

    private void sort(Survivors.Found found, Mover mover) throws IOException {
        if (survivors.wanted(found)) {
            mover.keep(found);
        } else {
            mover.drop(found);
        }
    }

    /** After this neither an image nor a checkpoint needs what the log held until now. */
    void secureTables(Mover mover) throws IOException {
        CompletableFuture<Snapshot> frozen = new CompletableFuture<>();
        mover.onApplyingThread(() -> {
            store.noteFigures();
            frozen.complete(store.tables().freeze());
        });
        Snapshot content = frozen.join();
        try {
            TableImage.write(store.tables(), content, store.folder().image());
        } finally {
            store.tables().release(content);
        }
        for (int i = 0; i < Checkpoints.KEPT; i++) checkpoint(mover);
    }

    /** Takes a checkpoint now; durable at return. */
    long checkpoint(Mover mover) throws IOException {
        CompletableFuture<Checkpoints.Pending> pending = new CompletableFuture<>();
        mover.onApplyingThread(() -> {
            store.noteFigures();
            pending.complete(store.checkpoints().take(store.tables()));
        });
        return pending.join().finish();
    }

    private void collectClass(int stream) throws IOException {
        SegmentLog log = store.streams().of(stream);
        while (firstSegment(log) < new LogPosition(log.durableEnd()).segment()) {
            int end = firstSegment(log) + 1;
            long[] bytes = {0, 0};
            int read = new SegmentReader(log).read(end, found -> {
                bytes[0] += found.bytes();
                if (survivors.wanted(found)) bytes[1] += found.bytes();
            });
            if (read < end) {
                LOG.error("The first segment of stream {} is damaged and stays; see `escrow journal check`", stream);
                return;
            }
            if (bytes[1] * 100 > bytes[0] * settings.sparsePercent()) return;
            Mover mover = mover();
            new SegmentReader(log).read(end, found -> sort(found, mover));
            mover.finish();
            log.dropBefore(LogPosition.of(stream, end, 0).packed());
            LOG.info(
                    "Segment {} of stream {} is collected, {} of {} bytes were kept",
                    end - 1,
                    stream,
                    bytes[1],
                    bytes[0]);
        }
    }
}
