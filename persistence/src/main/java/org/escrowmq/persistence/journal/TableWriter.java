package org.escrowmq.persistence.journal;

import java.util.List;
import java.util.Map;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.persistence.tables.RowKey;
import org.escrowmq.persistence.tables.Tables;

/**
 * Turns applied proposals into changes of the tables. Owned by the thread that applies; a commit group is one batch.
 * Everything here follows from the proposal and the writer's state, but for the positions, which are this member's own.
 */
final class TableWriter {
    private final Tables tables;
    private final WriterNumbers numbers;

    TableWriter(Tables tables, WriterNumbers numbers) {
        this.tables = tables;
        this.numbers = numbers;
    }

    /** Adds what an applied proposal changes. {@code positions} holds the parts of each content. */
    void apply(Tables.Batch batch, Decided decided, long[][] positions) {
        Proposal proposal = decided.proposal();
        switch (proposal.kind()) {
            case ENTRIES -> entries(batch, decided, positions);
            case DELETE -> delete(batch, decided);
            case SNAPSHOT, SNAPSHOT_BESIDE -> snapshot(batch, decided, positions[0]);
            case DROP_SNAPSHOTS -> dropSnapshots(batch, decided, proposal.from(), proposal.to());
            case TRIM -> trim(batch, decided);
            case SALVAGE -> batch.delete(JournalTable.fence(proposal.id()));
            case SALVAGE_STORE -> {
                batch.delete(JournalTable.fenceAtLarge(FenceTable.EVERYONE));
                batch.delete(JournalTable.fenceAtLarge(FenceTable.STRANGERS));
            }
            case PLACE -> place(batch, Place.of(proposal, decided.writer()));
            case CLAIM -> {}
        }
    }

    /** Adds the rows of the writers that the group has changed. */
    void writers(Tables.Batch batch, Map<PersistenceId, WriterState> touched) {
        touched.forEach((id, state) -> {
            byte[] name = JournalTable.bytes(id);
            batch.put(RowKey.of(JournalTable.WRITERS, 0, name), state.encode());
            if (numbers.cached(id) != state.number) batch.put(JournalTable.name(state.number), name);
        });
    }

    /** Tells readers the numbers of the writers that the group has changed; call when the batch is written. */
    void published(Map<PersistenceId, WriterState> touched) {
        touched.forEach((id, state) -> numbers.put(id, state.deleted ? 0 : state.number));
    }

    private static void place(Tables.Batch batch, Place place) {
        batch.put(JournalTable.place(place.member()), place.encode());
    }

    private void entries(Tables.Batch batch, Decided decided, long[][] positions) {
        Proposal proposal = decided.proposal();
        List<EntryContent> contents = proposal.contents();
        for (int i = 0; i < contents.size(); i++) {
            EntryContent content = contents.get(i);
            byte[] address = JournalTable.entry(decided.writer(), proposal.from() + i);
            batch.put(address, row(proposal, content, positions[i]).encode());
            for (TableOperation operation : content.operations()) operation(batch, decided, operation);
        }
    }

    private static EntryRow row(Proposal proposal, EntryContent content, long[] positions) {
        return new EntryRow(
                content.retention(),
                proposal.epoch(),
                proposal.timeMillis(),
                content.checksum(),
                content.layout(),
                positions);
    }

    private static void operation(Tables.Batch batch, Decided decided, TableOperation operation) {
        long writer = decided.writer();
        if (operation instanceof TableOperation.Put put) {
            batch.put(RowKey.of(put.table().number(), writer, put.key()), put.value());
        } else if (operation instanceof TableOperation.Delete delete) {
            batch.delete(RowKey.of(delete.table().number(), writer, delete.key()));
        } else if (operation instanceof TableOperation.Pin pin) {
            batch.put(JournalTable.pin(writer, pin.sequenceNumber()), JournalTable.NOTHING);
        } else if (operation instanceof TableOperation.Unpin unpin) {
            batch.delete(JournalTable.pin(writer, unpin.sequenceNumber()));
        } else if (operation instanceof TableOperation.WakeAt wake) {
            wake(batch, decided, wake.epochMillis());
        } else {
            wake(batch, decided, WriterState.NO_WAKE);
        }
    }

    private static void wake(Tables.Batch batch, Decided decided, long epochMillis) {
        long before = decided.state().wakeMillis;
        if (before == epochMillis) return;
        if (before != WriterState.NO_WAKE) batch.delete(JournalTable.wake(before, decided.writer()));
        if (epochMillis != WriterState.NO_WAKE) {
            batch.put(JournalTable.wake(epochMillis, decided.writer()), JournalTable.NOTHING);
        }
        decided.state().wakeMillis = epochMillis;
    }

    private static void delete(Tables.Batch batch, Decided decided) {
        wake(batch, decided, WriterState.NO_WAKE);
        batch.put(JournalTable.garbage(decided.writer()), JournalTable.NOTHING);
    }

    private void snapshot(Tables.Batch batch, Decided decided, long[] positions) {
        Proposal proposal = decided.proposal();
        if (proposal.kind() == RecordKind.SNAPSHOT) dropSnapshots(batch, decided, 0, Long.MAX_VALUE);
        byte[] address = JournalTable.snapshot(decided.writer(), proposal.to());
        batch.put(address, row(proposal, proposal.contents().get(0), positions).encode());
    }

    /** A trim gives up all snapshots but the newest. */
    private void trim(Tables.Batch batch, Decided decided) {
        long[] newest = {-1};
        byte[] prefix = RowKey.prefix(JournalTable.SNAPSHOTS, decided.writer());
        tables.scan(prefix, prefix, (address, value) -> {
            newest[0] = RowKey.number(address, 0);
            return true;
        });
        dropSnapshots(batch, decided, 0, Math.min(newest[0] - 1, decided.trimmed()));
    }

    private void dropSnapshots(Tables.Batch batch, Decided decided, long from, long to) {
        byte[] prefix = RowKey.prefix(JournalTable.SNAPSHOTS, decided.writer());
        tables.scan(prefix, JournalTable.snapshot(decided.writer(), from), (address, value) -> {
            if (RowKey.number(address, 0) > to) return false;
            batch.delete(address);
            return true;
        });
    }
}
