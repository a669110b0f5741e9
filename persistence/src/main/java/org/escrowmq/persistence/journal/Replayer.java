package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.log.SegmentLog;
import org.escrowmq.persistence.tables.RowKey;
import org.escrowmq.persistence.tables.Tables;

/**
 * Brings the tables up to the end of the log after they were opened from a checkpoint, an image or nothing: applies the tail
 * of the hot stream, then follows the collector's copies. What damage took is fenced.
 */
final class Replayer {
    private static final int BATCH_PROPOSALS = 8192;

    private final Streams streams;
    private final Tables tables;
    private final JournalStateMachine machine;
    private final Places places;
    private final TableWriter tableWriter;
    private final Map<Long, Long> suspects = new HashMap<>();
    private Tables.Batch batch;
    private int inBatch;
    private long proposals;

    Replayer(Streams streams, Tables tables, JournalStateMachine machine, Places places, TableWriter tableWriter) {
        this.streams = streams;
        this.tables = tables;
        this.machine = machine;
        this.places = places;
        this.tableWriter = tableWriter;
        batch = tables.batch();
    }

    /** Applies everything from {@code figures} on. Answers how many proposals that were. */
    long run(StoreFigures figures) throws IOException {
        machine.writers().taken(figures.nextWriter() - 1);
        machine.fences(FenceTable.read(tables));
        byte[] prefix = RowKey.prefix(JournalTable.PLACES, 0);
        tables.scan(prefix, prefix, (address, row) -> {
            places.recovered(Place.decode(row));
            return true;
        });
        Tail tail = new Tail();
        streams.hot().scan(figures.applied(), tail);
        flush();
        for (int stream : streams.classes()) {
            long from = figures.classEnds().getOrDefault(stream, -1L);
            streams.of(stream).scan(from, new Copies());
        }
        judgeSuspects();
        FenceTable.write(batch, machine.fences());
        flush();
        batch.close();
        return proposals;
    }

    private void apply(Proposal proposal, long writer, long revision, long[][] positions) {
        if (proposal.kind() == RecordKind.PLACE) {
            places.recovered(Place.of(proposal, writer));
            tableWriter.apply(batch, new Decided(proposal, new WriterState(), writer, 0, 0, 0), positions);
            return;
        }
        if (machine.mustSettleBefore(proposal)) flush();
        machine.recover(proposal, writer, revision);
        if (proposal.kind() == RecordKind.SALVAGE_STORE) suspects.clear();
        WriterState state = machine.writers().of(proposal.id());
        if (proposal.kind() == RecordKind.SALVAGE) suspects.remove(state.number);
        long trimmed = state.trimmed;
        tableWriter.apply(batch, new Decided(proposal, state, writer, revision, proposal.epoch(), trimmed), positions);
        proposals++;
        if (++inBatch >= BATCH_PROPOSALS) flush();
    }

    private void flush() {
        tableWriter.writers(batch, machine.writers().touched());
        tables.write(batch);
        batch.close();
        tableWriter.published(machine.writers().touched());
        machine.writers().settled();
        batch = tables.batch();
        inBatch = 0;
    }

    /** A writer that is named by damage has lost something, unless all its changes are there. */
    private void judgeSuspects() {
        suspects.forEach((writer, last) -> {
            byte[] name = tables.get(JournalTable.name(writer));
            if (name == null) {
                machine.fences(machine.fences().strangers("damage hides the beginning of an id nobody knows"));
                return;
            }
            PersistenceId id = JournalTable.id(name);
            WriterState state = machine.writers().of(id);
            if (state.number != writer || state.revision >= last) return;
            machine.fences(machine.fences()
                    .with(id, "changes " + (state.revision + 1) + " to " + last + " of it are damaged"));
            state.revision = last;
            machine.writers().touch(id, state);
        });
    }

    /** The hot stream. */
    private final class Tail implements SegmentLog.RecordVisitor {
        private final RunAssembler assembler = new RunAssembler(Replayer.this::apply);

        @Override
        public void record(long position, ByteBuffer payload) throws IOException {
            assembler.record(position, payload);
        }

        @Override
        public void damage(long from, long to, List<SegmentLog.ManifestLine> lines) {
            assembler.forget();
            if (lines.isEmpty()) {
                machine.fences(machine.fences().everyone("the log is damaged at " + Positions.text(from)));
            }
            for (SegmentLog.ManifestLine line : lines) {
                suspects.merge(line.writer(), line.lastSequenceNumber(), Math::max);
            }
        }

        /** The record that opens the ids again follows, unless the salvage was interrupted. */
        @Override
        public void acceptedLoss(long from, long to, List<SegmentLog.ManifestLine> lines) {
            damage(from, to, lines);
        }
    }

    /** A class stream: copies, whose rows may still point to where they came from. */
    private final class Copies implements SegmentLog.RecordVisitor {
        private final CopyAssembler assembler = new CopyAssembler(this::copy);

        private void copy(RecordHeader header, long[] positions) {
            byte[] address = CopyAssembler.address(header);
            byte[] stored = tables.get(address);
            if (stored == null) return;
            EntryRow row = EntryRow.decode(stored);
            if (row.epoch() != header.epoch() || row.checksum() != header.checksum()) return;
            batch.put(address, row.at(positions).encode());
            if (++inBatch >= BATCH_PROPOSALS) flush();
        }

        @Override
        public void record(long position, ByteBuffer payload) throws IOException {
            assembler.record(position, payload);
        }

        @Override
        public void damage(long from, long to, List<SegmentLog.ManifestLine> lines) {
            assembler.forget();
            String why = "its stored entries are damaged at " + Positions.text(from);
            if (lines.isEmpty()) machine.fences(machine.fences().everyone(why));
            for (SegmentLog.ManifestLine line : lines) {
                byte[] name = tables.get(JournalTable.name(line.writer()));
                if (name != null) machine.fences(machine.fences().with(JournalTable.id(name), why));
            }
        }
    }
}
