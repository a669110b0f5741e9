package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.IntToLongFunction;
import java.util.function.LongFunction;
import org.escrowmq.model.Offset;
import org.escrowmq.model.StoredBody;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.persistence.TableReader;
import org.jspecify.annotations.Nullable;

/** Reads a queue's messages from the store, by offset, key or id. Thread-safe; table look-ups run on the caller's thread. */
public final class StoredMessages {
    private static final int ROWS_PAGE = 64;
    private static final int HOURS_SCANNED_MAX = 24 * 366;

    private final Journal journal;
    private final PersistenceId id;

    /** The messages of the queue with this persistence id. */
    public StoredMessages(Journal journal, PersistenceId id) {
        this.journal = journal;
        this.id = id;
    }

    /**
     * The stored messages among the {@code count} offsets from {@code from} on, in order; fewer when they would have more
     * than about {@code bytesMax} bytes, but always one if there is one.
     */
    public CompletionStage<Map<Offset, StoredBlob>> range(Offset from, int count, long bytesMax) {
        Rows rows = new Rows();
        return read(count, place -> from.value() + place, rows::covering, bytesMax);
    }

    /** The stored messages at these offsets, in this order, bounded like those of a range; those that are gone are left out. */
    public CompletionStage<Map<Offset, StoredBlob>> read(List<Long> offsets, long bytesMax) {
        return read(
                offsets.size(),
                offsets::get,
                offset -> batchOf(new Offset(offset)).orElse(null),
                bytesMax);
    }

    /** The stored messages at these offsets; those that are gone are left out. */
    public CompletionStage<Map<Offset, StoredBlob>> read(List<Long> offsets) {
        return read(offsets, Long.MAX_VALUE);
    }

    private CompletionStage<Map<Offset, StoredBlob>> read(
            int count, IntToLongFunction offsets, LongFunction<@Nullable BatchRow> rows, long bytesMax) {
        List<BlobReference> references = new ArrayList<>(count);
        List<Offset> found = new ArrayList<>(count);
        List<Long> stored = new ArrayList<>(count);
        long bytes = 0;
        for (int place = 0; place < count; place++) {
            long offset = offsets.applyAsLong(place);
            BatchRow row = rows.apply(offset);
            if (row == null) continue;
            bytes += row.bytes() / row.count();
            if (bytes > bytesMax && !found.isEmpty()) break;
            references.add(row.reference(offset));
            found.add(new Offset(offset));
            stored.add(row.storedEpochMillis());
        }
        return journal.readBlobs(id, references).thenApply(blobs -> {
            Map<Offset, StoredBlob> messages = new LinkedHashMap<>(blobs.size() * 2);
            for (int i = 0; i < blobs.size(); i++) {
                int at = i;
                blobs.get(i).ifPresent(blob -> messages.put(found.get(at), StoredBlob.of(blob, stored.get(at))));
            }
            return messages;
        });
    }

    /** The stored form of a message that has no offset yet; empty when it is gone. */
    public CompletionStage<Optional<ByteBuffer>> body(StoredBody body) {
        return bodies(List.of(body)).thenApply(blobs -> blobs.get(0));
    }

    /** The stored forms of messages that have no offsets yet, in this order; empty for those that are gone. */
    public CompletionStage<List<Optional<ByteBuffer>>> bodies(List<StoredBody> bodies) {
        List<BlobReference> references = new ArrayList<>(bodies.size());
        for (StoredBody body : bodies) references.add(new BlobReference(body.sequenceNumber(), body.index()));
        return journal.readBlobs(id, references);
    }

    /** Offsets at which a message with this key may be, newest first, at most {@code max}; the caller compares the key. */
    public List<Long> offsetsOfKey(String key, int max) {
        return search(PartitionTables.KEYS, Fingerprint.of(key), max);
    }

    /** Offsets at which a message with this id may be; only messages that have keys are indexed. */
    public List<Long> offsetsOfId(String messageId, int max) {
        return search(PartitionTables.IDS, Fingerprint.of(messageId), max);
    }

    private List<Long> search(Table table, long fingerprint, int max) {
        List<Long> found = new ArrayList<>();
        byte[] last = new byte[20];
        Arrays.fill(last, (byte) 0x7f);
        Optional<TableReader.Row> newest = journal.tables().floor(id, table, last);
        for (int hours = 0; newest.isPresent() && found.size() < max && hours < HOURS_SCANNED_MAX; hours++) {
            int hour = ByteBuffer.wrap(newest.get().key()).getInt();
            addNewestFirst(table, hour, fingerprint, max, found);
            newest = before(table, hour);
        }
        return found;
    }

    private Optional<TableReader.Row> before(Table table, int hour) {
        byte[] lastOfEarlierHour = new byte[20];
        Arrays.fill(lastOfEarlierHour, (byte) 0xff);
        ByteBuffer.wrap(lastOfEarlierHour).putInt(hour - 1);
        return journal.tables().floor(id, table, lastOfEarlierHour);
    }

    private void addNewestFirst(Table table, int hour, long fingerprint, int max, List<Long> found) {
        long below = Long.MAX_VALUE;
        while (found.size() < max) {
            Optional<TableReader.Row> row =
                    journal.tables().floor(id, table, PartitionTables.searchKey(hour, fingerprint, below));
            if (row.isEmpty()) return;
            ByteBuffer key = ByteBuffer.wrap(row.get().key());
            if (key.getInt() != hour || key.getLong() != fingerprint) return;
            long offset = key.getLong();
            found.add(offset);
            if (offset == 0) return;
            below = offset - 1;
        }
    }

    /** Batches that are older than {@code epochMillis} or lie below {@code first}, in order, at most {@code max}. */
    public List<BatchRow> storedBefore(long epochMillis, Offset first, int max) {
        List<BatchRow> expired = new ArrayList<>();
        for (TableReader.Row row : journal.tables().scan(id, PartitionTables.OFFSETS, new byte[8], max)) {
            BatchRow batch = BatchRow.read(row.key(), row.value());
            boolean below = batch.end().compareTo(first) <= 0;
            if (batch.storedEpochMillis() >= epochMillis && !below) break;
            expired.add(batch);
        }
        return expired;
    }

    /**
     * The first of the messages from {@code first} to {@code end} that was stored at {@code epochMillis} or later; {@code end} when there
     * is none. A binary search over batches: where the server's clock was set back, one of the places that fit.
     */
    public Offset storedFrom(long epochMillis, Offset first, Offset end) {
        long low = first.value();
        long high = end.value();
        while (low < high) {
            long middle = (low + high) >>> 1;
            Optional<BatchRow> row = batchOf(new Offset(middle));
            if (row.isEmpty()) low = middle + 1;
            else if (row.get().storedEpochMillis() < epochMillis)
                low = row.get().end().value();
            else high = row.get().firstOffset();
        }
        return new Offset(low);
    }

    /** The batch that holds the message at an offset. */
    public Optional<BatchRow> batchOf(Offset offset) {
        return journal.tables()
                .floor(id, PartitionTables.OFFSETS, PartitionTables.offsetKey(offset.value()))
                .map(found -> BatchRow.read(found.key(), found.value()))
                .filter(found -> found.covers(offset.value()));
    }

    /** The batch that ends right before {@code first}, where its row is still there. */
    public Optional<BatchRow> batchBefore(Offset first) {
        if (first.value() == 0) return Optional.empty();
        return batchOf(new Offset(first.value() - 1))
                .filter(batch -> batch.end().equals(first));
    }

    /** The first batch at or after {@code first}. */
    public Optional<BatchRow> oldest(Offset first) {
        return journal.tables().scan(id, PartitionTables.OFFSETS, PartitionTables.offsetKey(first.value()), 1).stream()
                .map(row -> BatchRow.read(row.key(), row.value()))
                .findFirst();
    }

    /** The last batch. */
    public Optional<BatchRow> newest() {
        return journal.tables()
                .floor(id, PartitionTables.OFFSETS, PartitionTables.offsetKey(Long.MAX_VALUE))
                .map(row -> BatchRow.read(row.key(), row.value()));
    }

    /** Search-index rows of hours before the one of {@code epochMillis}, at most {@code max}, as operations that remove them. */
    public List<TableOperation> staleSearchRows(long epochMillis, int max) {
        List<TableOperation> removals = new ArrayList<>();
        int hour = PartitionTables.hourOf(epochMillis);
        for (Table table : List.of(PartitionTables.KEYS, PartitionTables.IDS)) {
            for (TableReader.Row row : journal.tables().scan(id, table, new byte[20], max)) {
                if (ByteBuffer.wrap(row.key()).getInt() >= hour) break;
                removals.add(new TableOperation.Delete(table, row.key()));
            }
        }
        return removals;
    }

    /** Walks the table of offsets forward, a page at a time. One read, one thread. */
    private final class Rows {
        private List<BatchRow> page = List.of();
        private int at;

        @Nullable
        BatchRow covering(long offset) {
            while (at < page.size() && page.get(at).end().value() <= offset) at++;
            if (at == page.size()) load(offset);
            if (at == page.size()) return null;
            BatchRow row = page.get(at);
            return row.covers(offset) ? row : null;
        }

        private void load(long offset) {
            at = 0;
            page = new ArrayList<>();
            Optional<TableReader.Row> floor =
                    journal.tables().floor(id, PartitionTables.OFFSETS, PartitionTables.offsetKey(offset));
            byte[] from = floor.map(TableReader.Row::key).orElse(PartitionTables.offsetKey(offset));
            for (TableReader.Row row : journal.tables().scan(id, PartitionTables.OFFSETS, from, ROWS_PAGE)) {
                page.add(BatchRow.read(row.key(), row.value()));
            }
            while (at < page.size() && page.get(at).end().value() <= offset) at++;
        }
    }
}
