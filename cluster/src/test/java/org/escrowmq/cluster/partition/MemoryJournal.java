package org.escrowmq.cluster.partition;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.delay.DelayPolicy;
import org.escrowmq.model.Epoch;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.Claim;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.JournalSnapshot;
import org.escrowmq.persistence.JournalStatus;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.persistence.TableReader;
import org.escrowmq.persistence.WriteAnswer;
import org.escrowmq.queue.QueueSettings;
import org.escrowmq.transaction.CheckPolicy;

/** One writer's journal in maps: entries are applied at once and in order. Copies what it is given. One thread. */
final class MemoryJournal implements Journal, TableReader {
    static final PersistenceId ID = new PersistenceId("q/1/0");

    private final NavigableMap<Long, List<ByteBuffer>> blobs = new TreeMap<>();
    private final Map<Table, NavigableMap<byte[], byte[]>> tables =
            new TreeMap<>(Comparator.comparingInt(Table::number));
    private final List<ByteBuffer> heads = new ArrayList<>();
    private long last;
    private long trimmedUpTo;
    private long wakeAt = Long.MAX_VALUE;
    private final Set<Long> pins = new TreeSet<>();

    /** Writes the entry with this number, which must be the next one. */
    void apply(long number, JournalEntry entry) {
        if (number != last + 1) throw new IllegalArgumentException("expected entry " + (last + 1) + ", got " + number);
        last = number;
        heads.add(copy(entry.head()));
        blobs.put(number, entry.blobs().stream().map(MemoryJournal::copy).toList());
        for (TableOperation operation : entry.operations()) apply(operation);
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private void apply(TableOperation operation) {
        if (operation instanceof TableOperation.Put put) table(put.table()).put(put.key(), put.value());
        else if (operation instanceof TableOperation.Delete gone)
            table(gone.table()).remove(gone.key());
        else if (operation instanceof TableOperation.WakeAt wake) wakeAt = wake.epochMillis();
        else if (operation instanceof TableOperation.NoWake) wakeAt = Long.MAX_VALUE;
        else if (operation instanceof TableOperation.Pin pin) pins.add(pin.sequenceNumber());
        else pins.remove(((TableOperation.Unpin) operation).sequenceNumber());
    }

    private NavigableMap<byte[], byte[]> table(Table table) {
        return tables.computeIfAbsent(table, absent -> new TreeMap<>(Arrays::compareUnsigned));
    }

    /** An empty partition whose transactions are here. */
    Partition partition(CacheBudget budget) {
        return new Partition(
                QueueSettings.STANDARD,
                1 << 20,
                budget,
                new QueueTables(this, ID),
                CheckPolicy.STANDARD,
                DelayPolicy.STANDARD,
                0);
    }

    /** The heads of all entries, for a replay. */
    List<ByteBuffer> heads() {
        return heads.stream().map(ByteBuffer::duplicate).toList();
    }

    /** The entries that a trim passes. */
    Set<Long> pins() {
        return Set.copyOf(pins);
    }

    /** Gives up the bodies up to this number. */
    void trimTo(long number) {
        trimmedUpTo = number;
    }

    @Override
    public CompletionStage<List<Optional<ByteBuffer>>> readBlobs(PersistenceId id, List<BlobReference> references) {
        return CompletableFuture.completedFuture(readBlobsHere(id, references));
    }

    @Override
    public List<Optional<ByteBuffer>> readBlobsHere(PersistenceId id, List<BlobReference> references) {
        if (!id.equals(ID)) throw new IllegalArgumentException("only " + ID + " is here, not " + id);
        return references.stream().map(this::blob).toList();
    }

    private Optional<ByteBuffer> blob(BlobReference reference) {
        List<ByteBuffer> entry = blobs.get(reference.sequenceNumber());
        if (entry == null || reference.index() >= entry.size()) return Optional.empty();
        boolean trimmed = reference.sequenceNumber() <= trimmedUpTo;
        if (trimmed && !pins.contains(reference.sequenceNumber())) return Optional.empty();
        return Optional.of(entry.get(reference.index()).duplicate());
    }

    @Override
    public TableReader tables() {
        return this;
    }

    @Override
    public Optional<byte[]> get(PersistenceId id, Table table, byte[] key) {
        return Optional.ofNullable(table(table).get(key));
    }

    @Override
    public Optional<Row> floor(PersistenceId id, Table table, byte[] key) {
        return Optional.ofNullable(table(table).floorEntry(key)).map(row -> new Row(row.getKey(), row.getValue()));
    }

    @Override
    public List<Row> scan(PersistenceId id, Table table, byte[] from, int limit) {
        return table(table).tailMap(from, true).entrySet().stream()
                .limit(limit)
                .map(row -> new Row(row.getKey(), row.getValue()))
                .toList();
    }

    @Override
    public List<Wake> wakesUntil(long untilEpochMillis, int limit) {
        return wakeAt <= untilEpochMillis ? List.of(new Wake(ID, wakeAt)) : List.of();
    }

    @Override
    public CompletionStage<Claim> claim(PersistenceId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<WriteAnswer> write(
            PersistenceId id, Epoch epoch, SequenceNumber number, JournalEntry entry) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<WriteAnswer> writeAll(
            PersistenceId id, Epoch epoch, SequenceNumber after, SequenceNumber first, List<JournalEntry> entries) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<WriteAnswer> trim(PersistenceId id, Epoch epoch, SequenceNumber upTo) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<WriteAnswer> delete(PersistenceId id, Epoch epoch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<WriteAnswer> saveSnapshot(PersistenceId id, Epoch epoch, JournalSnapshot snapshot) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<WriteAnswer> addSnapshot(PersistenceId id, Epoch epoch, JournalSnapshot snapshot) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<WriteAnswer> dropSnapshots(
            PersistenceId id, Epoch epoch, SequenceNumber from, SequenceNumber to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<JournalSnapshot> latestSnapshot(PersistenceId id, SequenceNumber atMost) {
        return Optional.empty();
    }

    @Override
    public void replay(PersistenceId id, SequenceNumber from, SequenceNumber to, long max, ReplayVisitor visitor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<Recorded>> history(
            PersistenceId id, SequenceNumber from, int entriesMax, long bytesMax) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean acceptsBodies() {
        return true;
    }

    @Override
    public JournalStatus status() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> backup(Path directory) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
