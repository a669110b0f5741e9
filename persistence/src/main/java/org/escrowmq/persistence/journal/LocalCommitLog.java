package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.escrowmq.persistence.FaultHandler;
import org.escrowmq.persistence.JournalFaultException;
import org.escrowmq.persistence.WriteAnswer;
import org.escrowmq.persistence.log.DiskFullException;
import org.escrowmq.persistence.log.SegmentLog;
import org.escrowmq.persistence.tables.Tables;
import org.jspecify.annotations.Nullable;

/**
 * The commit step of one node: a thread that takes what waits, decides it, appends what was applied as one group with one
 * fsync, changes the tables in one batch, and answers. An idle server answers after one fsync; a busy one batches more.
 *
 * <p>Any failure ends it at once and for good: nothing is retried, since after a failed fsync nobody knows what is on disk.
 */
final class LocalCommitLog implements CommitLog {
    /** What follows a group that is durable and in the tables. Runs on the writing thread. */
    interface AfterGroup {
        void committed() throws IOException;
    }

    private final SegmentLog log;
    private final Tables tables;
    private final JournalStateMachine machine;
    private final Places places;
    private final TableWriter tableWriter;
    private final FaultHandler faults;
    private final CommitSettings settings;
    private final AfterGroup afterGroup;
    private final CommitCounters counters = new CommitCounters();
    private final ProposalQueue queue;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<ProposalQueue.Item> taken = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final List<Decided> decided = new ArrayList<>();
    private final GroupEncoder encoder = new GroupEncoder();
    private int placesInGroup;
    private volatile @Nullable JournalFaultException stopped;

    /** An answer that waits for its group to be durable. */
    private record Answer(Completion completion, WriteAnswer answer, long epoch, long highest) {}

    LocalCommitLog(
            SegmentLog log,
            Tables tables,
            JournalStateMachine machine,
            Places places,
            TableWriter tableWriter,
            FaultHandler faults,
            CommitSettings settings,
            AfterGroup afterGroup) {
        this.log = log;
        this.tables = tables;
        this.machine = machine;
        this.places = places;
        this.tableWriter = tableWriter;
        this.faults = faults;
        this.settings = settings;
        this.afterGroup = afterGroup;
        queue = new ProposalQueue(settings.queueItemsMax(), settings.queueBytesMax());
        thread = new Thread(this::run, "escrow-journal-writer");
    }

    void start() {
        thread.start();
    }

    CommitCounters counters() {
        return counters;
    }

    @Override
    public void propose(Proposal proposal, Completion completion) {
        if (!queue.put(new ProposalQueue.Item(null, proposal, completion, null, proposal.bytes()))) {
            completion.failed(stopReason());
        }
    }

    /** Applies what a replicated log holds at this place, unless it was applied before. Nobody may wait for its answer. */
    void propose(Place place, Proposal proposal, @Nullable Completion completion) {
        if (queue.put(new ProposalQueue.Item(place, proposal, completion, null, proposal.bytes()))) return;
        if (completion != null) completion.failed(stopReason());
        throw stopReason();
    }

    @Override
    public boolean execute(Task task) {
        return queue.put(new ProposalQueue.Item(null, null, null, task, 0));
    }

    /** Why nothing is taken any more. */
    JournalFaultException stopReason() {
        JournalFaultException reason = stopped;
        return reason != null ? reason : new JournalFaultException("The journal is closed.");
    }

    private void run() {
        try {
            boolean synced = true;
            while (true) {
                long idle = synced ? -1 : settings.idleNanos();
                if (!queue.take(taken, settings.groupBytesMax(), idle)) break;
                if (taken.isEmpty()) {
                    log.syncHighWater();
                    synced = true;
                } else {
                    synced &= !processTaken();
                }
            }
        } catch (Throwable failure) {
            stop(failure);
        } finally {
            ended.countDown();
        }
    }

    /** Answers whether the log has grown. */
    private boolean processTaken() throws Exception {
        boolean grown = false;
        for (ProposalQueue.Item item : taken) {
            if (item.task() != null) {
                grown |= commitGroup();
                item.task().run();
            } else if (item.proposal() != null) {
                grown |= decide(item.place(), item.proposal(), item.completion());
            }
        }
        grown |= commitGroup();
        taken.clear();
        return grown;
    }

    /** Answers whether the log has grown, where the group had to end first. */
    private boolean decide(@Nullable Place place, Proposal proposal, @Nullable Completion completion)
            throws IOException {
        boolean grown = machine.mustSettleBefore(proposal) && commitGroup();
        if (place == null || takes(place)) decide(proposal, completion);
        return grown;
    }

    private void decide(Proposal proposal, @Nullable Completion completion) {
        WriteAnswer answer = machine.decide(proposal);
        WriterState state = machine.writers().of(proposal.id());
        if (completion != null) answers.add(new Answer(completion, answer, state.epoch, state.highest));
        if (answer != WriteAnswer.APPLIED) return;
        Decided applied = Decided.of(withEpoch(proposal, state), state);
        decided.add(applied);
        encoder.add(applied);
    }

    /** Every member decides the same: one whose store is damaged cannot. */
    private boolean takes(Place place) {
        if (!machine.fences().none()) {
            throw new JournalFaultException(
                    "the store of this member is damaged; it has to be filled again from another member");
        }
        return places.take(place);
    }

    private static Proposal withEpoch(Proposal proposal, WriterState state) {
        if (proposal.kind() != RecordKind.CLAIM) return proposal;
        return Proposal.of(RecordKind.CLAIM, proposal.id(), state.epoch, 0, 0, proposal.timeMillis());
    }

    private boolean commitGroup() throws IOException {
        boolean grows = !encoder.isEmpty();
        if (answers.isEmpty() && !grows) return false;
        if (grows) addPlaces();
        if (grows && !writeGroup()) return false;
        for (Answer answer : answers) answer.completion().decided(answer.answer(), answer.epoch(), answer.highest());
        clear();
        if (grows) afterGroup.committed();
        return grows;
    }

    /** What was applied, and how far, are durable together. */
    private void addPlaces() {
        placesInGroup = 0;
        for (Place place : places.takeChanged()) {
            Decided written = new Decided(place.record(), new WriterState(), place.member(), 0, place.incarnation(), 0);
            decided.add(written);
            encoder.add(written);
            placesInGroup++;
        }
    }

    /** Makes durable that a replicated log was followed up to here, also by what changed nothing. For a task. */
    void writePlaces(long position) throws IOException {
        places.reached(position);
        writePlaces();
    }

    /** Makes durable what was taken of a replicated log, also what changed nothing. For a task. */
    void writePlaces() throws IOException {
        addPlaces();
        if (!encoder.isEmpty()) writeGroup();
        clear();
    }

    /** Answers false when there was no room, and then everybody was told. */
    private boolean writeGroup() throws IOException {
        long[] positions;
        try {
            positions = append();
        } catch (DiskFullException full) {
            // The other members have applied it.
            if (places.position() >= 0) throw full;
            machine.writers().undo();
            for (Answer answer : answers) {
                answer.completion().decided(WriteAnswer.STORAGE_FULL, answer.epoch(), answer.highest());
            }
            clear();
            return false;
        }
        try (Tables.Batch batch = tables.batch()) {
            int next = 0;
            for (Decided applied : decided) {
                long[][] parts = PositionCursor.parts(applied.proposal(), positions, next);
                next += PositionCursor.count(parts);
                tableWriter.apply(batch, applied, parts);
            }
            tableWriter.writers(batch, machine.writers().touched());
            tables.write(batch);
        }
        tableWriter.published(machine.writers().touched());
        machine.writers().settled();
        return true;
    }

    private long[] append() throws IOException {
        List<ByteBuffer[]> records = encoder.records();
        long bytes = 0;
        for (ByteBuffer[] record : records) bytes += bytes(record);
        long entries = 0;
        for (Decided applied : decided) entries += applied.proposal().contents().size();
        long[] positions =
                bytes <= settings.appendBytesMax() ? log.append(records, encoder.manifest()) : appendInPieces(records);
        counters.group(entries, bytes);
        return positions;
    }

    /** One proposal that is larger than a group of the log: its parts count for nothing until the last one is there. */
    private long[] appendInPieces(List<ByteBuffer[]> records) throws IOException {
        long[] positions = new long[records.size()];
        int from = 0;
        while (from < records.size()) {
            int to = from;
            long bytes = 0;
            while (to < records.size() && (to == from || bytes + bytes(records.get(to)) <= settings.appendBytesMax())) {
                bytes += bytes(records.get(to++));
            }
            // How far it was followed is durable with the last record, or neither is.
            int left = records.size() - to;
            if (left > 0 && left <= placesInGroup) to = Math.max(from + 1, to - 1);
            long[] piece = log.append(records.subList(from, to), encoder.manifest());
            System.arraycopy(piece, 0, positions, from, piece.length);
            from = to;
        }
        return positions;
    }

    private static long bytes(ByteBuffer[] record) {
        long bytes = 0;
        for (ByteBuffer piece : record) bytes += piece.remaining();
        return bytes;
    }

    private void clear() {
        answers.clear();
        decided.clear();
        encoder.clear();
    }

    private void stop(Throwable failure) {
        JournalFaultException reason =
                new JournalFaultException("The journal has stopped: " + failure.getMessage(), failure);
        stopped = reason;
        List<ProposalQueue.Item> rest = queue.closeAndDrain();
        for (Answer answer : answers) answer.completion().failed(reason);
        for (ProposalQueue.Item item : taken) {
            if (item.completion() != null) item.completion().failed(reason);
        }
        for (ProposalQueue.Item item : rest) {
            if (item.completion() != null) item.completion().failed(reason);
        }
        faults.fault("The journal cannot write", failure);
    }

    @Override
    public boolean ended() {
        return ended.getCount() == 0;
    }

    /** Whether a fault has ended it. */
    boolean failed() {
        return stopped != null;
    }

    @Override
    public void close() {
        queue.close();
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
