package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.escrowmq.persistence.JournalFaultException;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.tables.Checkpoints;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store needs beside its writes: checkpoints, collection, backups. Has one background thread; what must see the tables
 * between two commit groups is handed to the applying thread in small pieces.
 */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    /** What a checkpoint may copy, and something to spare. */
    private static final long CHECKPOINT_ROOM_BYTES = 32L << 20;

    /** Where its faults go. */
    interface Fault {
        void report(String what, Throwable cause);
    }

    private final PersistenceSettings settings;
    private final JournalEnvironment environment;
    private final OpenStore store;
    private final Fault fault;
    private final ScheduledExecutorService background;
    private @Nullable CommitLog commits;
    private @Nullable Collector collector;
    private long checkpointAtBytes;
    private volatile boolean checkpointing;

    Upkeep(PersistenceSettings settings, JournalEnvironment environment, OpenStore store, Fault fault) {
        this.settings = settings;
        this.environment = environment;
        this.store = store;
        this.fault = fault;
        checkpointAtBytes = settings.checkpointLogBytes();
        background = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "escrow-journal-upkeep");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start(CommitLog commits) {
        this.commits = commits;
        collector = new Collector(settings, environment, store, commits);
        if (!settings.collectorEnabled()) return;
        long millis = settings.collectorInterval().toMillis();
        Collector scheduled = collector;
        background.scheduleWithFixedDelay(() -> guarded(scheduled::run), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** The applying thread, after each group. Takes a checkpoint when the log has grown enough. */
    void committed(long bytesWritten) throws IOException {
        if (bytesWritten < checkpointAtBytes || checkpointing) return;
        checkpointAtBytes = bytesWritten + settings.checkpointLogBytes();
        if (!roomForCheckpoint()) return;
        checkpointing = true;
        Checkpoints.Pending pending = takeCheckpoint();
        Runnable finish = () -> guarded(() -> {
            LOG.debug("Checkpoint {} is durable", pending.finish());
            checkpointing = false;
        });
        try {
            background.execute(finish);
        } catch (RejectedExecutionException closing) {
            // What is still applied while the journal closes may be worth a checkpoint too.
            finish.run();
        }
    }

    private Checkpoints.Pending takeCheckpoint() throws IOException {
        store.noteFigures();
        return store.checkpoints().take(store.tables());
    }

    /** A full disk is no fault: the next start replays more. */
    private boolean roomForCheckpoint() {
        boolean room = environment.freeBytes().getAsLong() >= CHECKPOINT_ROOM_BYTES;
        if (!room) LOG.warn("No checkpoint is taken: less than {} bytes are free", CHECKPOINT_ROOM_BYTES);
        return room;
    }

    /** At a clean close, when nothing else runs any more. */
    void lastCheckpoint() throws IOException {
        if (!roomForCheckpoint()) return;
        takeCheckpoint().finish();
    }

    CompletionStage<Void> backup(Path directory) {
        return onUpkeepThread(() -> {
            BackupCopy.requireEmpty(directory);
            Mover mover = new Mover(store, Objects.requireNonNull(commits), Long.MAX_VALUE);
            long number = Objects.requireNonNull(collector).checkpoint(mover);
            BackupCopy.copy(store.folder().root(), store.checkpoints().path(number), directory);
        });
    }

    /** Collects now. */
    CompletionStage<Void> collect() {
        return onUpkeepThread(() -> Objects.requireNonNull(collector).run());
    }

    private CompletionStage<Void> onUpkeepThread(CommitLog.Task task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        background.execute(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (IOException | RuntimeException e) { // the caller decides; the store itself is unharmed
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private void guarded(CommitLog.Task task) {
        try {
            task.run();
        } catch (IOException | RuntimeException e) { // the way to the fault handler
            if (e instanceof IOException && environment.freeBytes().getAsLong() < settings.minFreeBytes()) {
                LOG.warn("Upkeep waits for space: {}", e.getMessage());
                checkpointing = false;
                return;
            }
            fault.report("The upkeep of the store failed: " + e.getMessage(), e);
        }
    }

    /** Finishes what runs. */
    void stop() {
        background.shutdown();
        try {
            if (!background.awaitTermination(60, TimeUnit.SECONDS)) {
                throw new JournalFaultException("the upkeep of the store does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
