package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.escrowmq.model.Epoch;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.Claim;
import org.escrowmq.persistence.FaultHandler;
import org.escrowmq.persistence.FencedException;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.JournalFaultException;
import org.escrowmq.persistence.JournalSnapshot;
import org.escrowmq.persistence.JournalStatus;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.TableReader;
import org.escrowmq.persistence.WriteAnswer;
import org.escrowmq.persistence.log.CorruptRecordException;
import org.escrowmq.persistence.log.SegmentLog;
import org.escrowmq.persistence.replication.ReplicatedLog;
import org.escrowmq.persistence.tables.RowKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal of one node: the state machine over the local log, with its readers, checkpoints and collector. */
public final class LocalJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(LocalJournal.class);

    private final OpenStore store;
    private final JournalEnvironment environment;
    private final LocalCommitLog local;
    private final CommitLog commits;
    private final EntryReader reader;
    private final TableView tableView;
    private final SpaceGuard space;
    private final ExecutorService readers;
    private final Upkeep upkeep;
    private volatile Fences fences;
    private boolean closed;

    /** Where a journal is one of several members that have the same content. */
    public record Replication(ReplicatedLog log, int member) {}

    private LocalJournal(
            PersistenceSettings settings,
            JournalEnvironment environment,
            OpenStore store,
            @Nullable Replication replication) {
        this.store = store;
        this.environment = environment;
        reader = new EntryReader(store.streams(), store.tables());
        tableView = new TableView(store.tables(), store.numbers());
        space = new SpaceGuard(
                environment.freeBytes(), environment.nanoTime(), settings.minFreeBytes(), settings.resumeFreeBytes());
        readers = Executors.newFixedThreadPool(settings.readerThreads(), numbered("escrow-journal-reader-"));
        fences = store.machine().fences();
        upkeep = new Upkeep(settings, environment, store, this::fault);
        CommitSettings limits = new CommitSettings(
                settings.queueItemsMax(),
                settings.queueBytesMax(),
                settings.groupBytesMax(),
                settings.groupBytesMax() + (long) settings.groupBytesMax() / 4,
                settings.highWaterIdle().toNanos());
        local = new LocalCommitLog(
                store.streams().hot(),
                store.tables(),
                store.machine(),
                store.places(),
                store.tableWriter(),
                environment.faults(),
                limits,
                this::committed);
        ReplicatedCommitLog replicated = replication == null ? null : replicated(settings, replication, store.places());
        commits = replicated == null ? local : replicated;
        upkeep.start(commits);
        local.start();
    }

    private ReplicatedCommitLog replicated(PersistenceSettings settings, Replication replication, Places recovered) {
        long incarnation = Math.max(environment.clock().millis(), recovered.incarnation(replication.member()) + 1);
        return new ReplicatedCommitLog(
                replication.log(),
                local,
                recovered,
                replication.member(),
                incarnation,
                settings.queueBytesMax(),
                environment.faults());
    }

    /** Opens or creates the store. A start after a crash replays at most two checkpoint intervals of log. */
    public static LocalJournal open(PersistenceSettings settings, FaultHandler faults) throws IOException {
        return open(settings, JournalEnvironment.system(settings, faults));
    }

    /** Opens or creates the store in another environment. */
    public static LocalJournal open(PersistenceSettings settings, JournalEnvironment environment) throws IOException {
        OpenStore store = OpenStore.open(settings, environment);
        if (store.places().position() >= 0) {
            store.close();
            throw new JournalFaultException(
                    "The store in " + settings.directory()
                            + " is a member's of a replicated log, and cannot be used alone: it would not be like the others any more");
        }
        return new LocalJournal(settings, environment, store, null);
    }

    /**
     * Opens or creates the store of a member, and joins the others. What is written is answered once a majority has it on disk and it is applied
     * here.
     *
     * @throws JournalFaultException when the store is damaged: it has to be filled from another member
     */
    public static LocalJournal open(
            PersistenceSettings settings, JournalEnvironment environment, Replication replication) throws IOException {
        OpenStore store = OpenStore.open(settings, environment);
        if (!store.machine().fences().none()) {
            store.close();
            throw new JournalFaultException("The store in " + settings.directory()
                    + " is damaged; a member's store has to be filled again from another one");
        }
        LocalJournal journal = new LocalJournal(settings, environment, store, replication);
        try {
            if (journal.commits instanceof ReplicatedCommitLog replicated) replicated.start();
            return journal;
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private static java.util.concurrent.ThreadFactory numbered(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** The writing thread, after each group. */
    private void committed() throws IOException {
        fences = store.machine().fences();
        upkeep.committed(local.counters().bytes());
    }

    private void fault(String what, Throwable cause) {
        commits.execute(() -> {
            throw new JournalFaultException(what, cause);
        });
    }

    @Override
    public CompletionStage<Claim> claim(PersistenceId id) {
        byte[] name = id.value().getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length > 255 || name[0] == 0) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "a persistence id has 1 to 255 UTF-8 bytes and does not start with a zero byte: " + id.value()));
        }
        ClaimFuture claim = new ClaimFuture(id, this::fencedBecause);
        commits.propose(Proposal.claim(id, environment.clock().millis()), claim);
        return claim;
    }

    @Override
    public CompletionStage<WriteAnswer> write(
            PersistenceId id, Epoch epoch, SequenceNumber number, JournalEntry entry) {
        return writeAll(id, epoch, new SequenceNumber(number.value() - 1), number, List.of(entry));
    }

    @Override
    public CompletionStage<WriteAnswer> writeAll(
            PersistenceId id, Epoch epoch, SequenceNumber after, SequenceNumber first, List<JournalEntry> entries) {
        if (entries.isEmpty()) throw new IllegalArgumentException("nothing to write");
        if (after.value() >= first.value()) {
            throw new IllegalArgumentException("entry " + first.value() + " cannot follow " + after.value());
        }
        List<EntryContent> contents = new ArrayList<>(entries.size());
        for (JournalEntry entry : entries) {
            if (!entry.blobs().isEmpty() && !space.acceptsBodies()) return full();
            contents.add(EntryContent.of(entry));
        }
        return propose(Proposal.entries(
                id,
                epoch.value(),
                after.value(),
                first.value(),
                contents,
                environment.clock().millis()));
    }

    private static CompletionStage<WriteAnswer> full() {
        return CompletableFuture.completedFuture(WriteAnswer.STORAGE_FULL);
    }

    @Override
    public CompletionStage<WriteAnswer> trim(PersistenceId id, Epoch epoch, SequenceNumber upTo) {
        return propose(Proposal.of(RecordKind.TRIM, id, epoch.value(), 0, upTo.value(), now()));
    }

    @Override
    public CompletionStage<WriteAnswer> delete(PersistenceId id, Epoch epoch) {
        return propose(Proposal.of(RecordKind.DELETE, id, epoch.value(), 0, 0, now()));
    }

    @Override
    public CompletionStage<WriteAnswer> saveSnapshot(PersistenceId id, Epoch epoch, JournalSnapshot snapshot) {
        return snapshot(RecordKind.SNAPSHOT, id, epoch, snapshot);
    }

    @Override
    public CompletionStage<WriteAnswer> addSnapshot(PersistenceId id, Epoch epoch, JournalSnapshot snapshot) {
        return snapshot(RecordKind.SNAPSHOT_BESIDE, id, epoch, snapshot);
    }

    private CompletionStage<WriteAnswer> snapshot(
            RecordKind kind, PersistenceId id, Epoch epoch, JournalSnapshot snapshot) {
        EntryContent state = EntryContent.ofState(snapshot.state());
        long upTo = snapshot.upTo().value();
        return propose(Proposal.snapshot(kind, id, epoch.value(), upTo, state, snapshot.takenEpochMillis()));
    }

    @Override
    public CompletionStage<WriteAnswer> dropSnapshots(
            PersistenceId id, Epoch epoch, SequenceNumber from, SequenceNumber to) {
        return propose(Proposal.of(RecordKind.DROP_SNAPSHOTS, id, epoch.value(), from.value(), to.value(), now()));
    }

    private long now() {
        return environment.clock().millis();
    }

    CompletionStage<WriteAnswer> propose(Proposal proposal) {
        AnswerFuture answer = new AnswerFuture();
        commits.propose(proposal, answer);
        return answer;
    }

    @Override
    public Optional<JournalSnapshot> latestSnapshot(PersistenceId id, SequenceNumber atMost) {
        refuseFenced(id);
        long writer = store.numbers().of(id);
        if (writer == 0) return Optional.empty();
        byte[] prefix = RowKey.prefix(JournalTable.SNAPSHOTS, writer);
        while (true) {
            var found = store.tables().floor(prefix, JournalTable.snapshot(writer, atMost.value()));
            if (found == null) return Optional.empty();
            EntryRow row = EntryRow.decode(found.getValue());
            Optional<ByteBuffer> state = checked(id, () -> reader.head(found.getKey(), row));
            long upTo = RowKey.number(found.getKey(), 0);
            if (state.isPresent()) {
                return Optional.of(new JournalSnapshot(new SequenceNumber(upTo), row.timeMillis(), state.get()));
            }
        }
    }

    @Override
    public void replay(PersistenceId id, SequenceNumber from, SequenceNumber to, long max, ReplayVisitor visitor) {
        refuseFenced(id);
        long writer = store.numbers().of(id);
        byte[] stored = store.tables().get(JournalTable.writer(id));
        if (writer == 0 || stored == null || max <= 0) return;
        long trimmed = WriterState.decode(stored).trimmed;
        new Replay(store.tables(), reader, writer)
                .run(Math.max(from.value(), trimmed + 1), to.value(), max, visitor, task -> checked(id, task));
    }

    @Override
    public CompletionStage<List<Recorded>> history(
            PersistenceId id, SequenceNumber from, int entriesMax, long bytesMax) {
        return CompletableFuture.supplyAsync(() -> historyHere(id, from, entriesMax, bytesMax), readers);
    }

    private List<Recorded> historyHere(PersistenceId id, SequenceNumber from, int entriesMax, long bytesMax) {
        refuseFenced(id);
        long writer = store.numbers().of(id);
        byte[] stored = store.tables().get(JournalTable.writer(id));
        if (writer == 0 || stored == null) return List.of();
        long first = Math.max(from.value(), WriterState.decode(stored).trimmed + 1);
        return new Replay(store.tables(), reader, writer)
                .history(first, entriesMax, bytesMax, task -> checked(id, task));
    }

    @Override
    public CompletionStage<List<Optional<ByteBuffer>>> readBlobs(PersistenceId id, List<BlobReference> references) {
        return CompletableFuture.supplyAsync(() -> readBlobsHere(id, references), readers);
    }

    @Override
    public List<Optional<ByteBuffer>> readBlobsHere(PersistenceId id, List<BlobReference> references) {
        long writer = store.numbers().of(id);
        byte[] stored = store.tables().get(JournalTable.writer(id));
        if (writer == 0 || stored == null) {
            return new ArrayList<>(java.util.Collections.nCopies(references.size(), Optional.empty()));
        }
        long trimmed = WriterState.decode(stored).trimmed;
        return checked(
                id,
                () -> reader.blobs(
                        writer,
                        references,
                        number -> number > trimmed || store.tables().get(JournalTable.pin(writer, number)) != null));
    }

    private void refuseFenced(PersistenceId id) {
        String why = fencedBecause(id);
        if (why != null) throw new FencedException(id, why);
    }

    private @Nullable String fencedBecause(PersistenceId id) {
        Fences now = fences;
        return now.none() ? null : now.reason(id, store.numbers().of(id) != 0);
    }

    /** A read that fences the id when what it finds is damaged. */
    private <T> T checked(PersistenceId id, Read<T> read) {
        try {
            return read.run();
        } catch (CorruptRecordException damaged) {
            String why = String.valueOf(damaged.getMessage());
            LOG.error("{} is fenced: {}", id.value(), why);
            commits.execute(() -> fence(id, why));
            throw new FencedException(id, why);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot read entries of " + id.value(), e);
        }
    }

    interface Read<T> {
        T run() throws IOException;
    }

    private void fence(PersistenceId id, String why) {
        store.machine().fences(store.machine().fences().with(id, why));
        fences = store.machine().fences();
        try (var batch = store.tables().batch()) {
            FenceTable.write(batch, fences);
            store.tables().write(batch);
        }
    }

    @Override
    public TableReader tables() {
        return tableView;
    }

    @Override
    public boolean acceptsBodies() {
        return space.acceptsBodies();
    }

    @Override
    public JournalStatus status() {
        long bytes = 0;
        int segments = 0;
        for (int stream : store.streams().numbers()) {
            SegmentLog.Size size = store.streams().of(stream).size();
            bytes += size.bytes();
            segments += size.segments();
        }
        CommitCounters counters = local.counters();
        return new JournalStatus(
                counters.entries(),
                counters.bytes(),
                counters.groups(),
                bytes,
                segments,
                environment.freeBytes().getAsLong(),
                space.minFreeBytes(),
                space.acceptsBodies(),
                fences.list(),
                fences.atLarge());
    }

    @Override
    public CompletionStage<Void> backup(Path directory) {
        return upkeep.backup(directory);
    }

    /** Collects what is due now, for tests and tools; the background does it by itself. */
    Upkeep upkeep() {
        return upkeep;
    }

    CommitLog commits() {
        return commits;
    }

    OpenStore store() {
        return store;
    }

    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        upkeep.stop();
        commits.close();
        readers.shutdown();
        try {
            readers.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            if (!local.failed()) upkeep.lastCheckpoint();
            store.close();
        } catch (IOException e) {
            environment.faults().fault("The store cannot be closed in order", e);
        }
    }
}
