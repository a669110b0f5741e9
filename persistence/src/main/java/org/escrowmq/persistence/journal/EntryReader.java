package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.log.DroppedSegmentException;
import org.escrowmq.persistence.tables.Tables;
import org.jspecify.annotations.Nullable;

/** Reads heads, states and blobs from where the rows say that they are. Any thread. */
final class EntryReader {
    private static final int ATTEMPTS = 3;

    private final Streams streams;
    private final Tables tables;

    EntryReader(Streams streams, Tables tables) {
        this.streams = streams;
        this.tables = tables;
    }

    /** The head of an entry or the state of a snapshot; empty when its row has gone meanwhile. */
    Optional<ByteBuffer> head(byte[] address, EntryRow known) throws IOException {
        EntryRow row = known;
        for (int attempt = 1; ; attempt++) {
            try {
                return Optional.of(EntryContent.head(prefix(row)));
            } catch (DroppedSegmentException moved) {
                if (attempt == ATTEMPTS) throw moved;
                EntryRow again = row(address);
                if (again == null) return Optional.empty();
                row = again;
            }
        }
    }

    private ByteBuffer prefix(EntryRow row) throws IOException {
        ByteBuffer first = content(row.positions()[0]);
        int parts = row.layout().prefixParts();
        if (parts == 1) return first;
        ByteBuffer whole = ByteBuffer.allocate(row.layout().prefixBytes()).put(first);
        for (int part = 1; part < parts; part++) whole.put(content(row.positions()[part]));
        return whole.flip();
    }

    private ByteBuffer content(long position) throws IOException {
        return RecordHeader.content(streams.read(position));
    }

    @Nullable
    EntryRow row(byte[] address) {
        byte[] stored = tables.get(address);
        return stored == null ? null : EntryRow.decode(stored);
    }

    /** The blobs of a writer, in the order of {@code references}; entries that {@code alive} denies are empty. */
    List<Optional<ByteBuffer>> blobs(long writer, List<BlobReference> references, Alive alive) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return blobsOnce(writer, references, alive);
            } catch (DroppedSegmentException moved) {
                if (attempt == ATTEMPTS) throw moved;
            }
        }
    }

    /** Whether an entry may still be seen. */
    interface Alive {
        boolean test(long number);
    }

    private List<Optional<ByteBuffer>> blobsOnce(long writer, List<BlobReference> references, Alive alive)
            throws IOException {
        Map<Long, Optional<EntryRow>> rows = new HashMap<>();
        for (BlobReference reference : references) {
            rows.computeIfAbsent(
                    reference.sequenceNumber(),
                    number -> alive.test(number)
                            ? Optional.ofNullable(row(JournalTable.entry(writer, number)))
                            : Optional.empty());
        }
        Wanted[] wanted = new Wanted[references.size()];
        for (int i = 0; i < wanted.length; i++) wanted[i] = wanted(i, references.get(i), rows);
        Arrays.sort(wanted, Comparator.comparingLong(Wanted::position));
        List<Optional<ByteBuffer>> found =
                new java.util.ArrayList<>(java.util.Collections.nCopies(references.size(), Optional.empty()));
        PartCache parts = new PartCache();
        for (Wanted one : wanted) {
            EntryRow row = one.row();
            if (row != null) found.set(one.slot(), Optional.of(blob(row, one.index(), parts)));
        }
        return found;
    }

    private record Wanted(int slot, @Nullable EntryRow row, int index, long position) {}

    private static Wanted wanted(int slot, BlobReference reference, Map<Long, Optional<EntryRow>> rows) {
        EntryRow row =
                rows.getOrDefault(reference.sequenceNumber(), Optional.empty()).orElse(null);
        if (row == null
                || reference.index() < 0
                || reference.index() >= row.layout().blobBytes().length) {
            return new Wanted(slot, null, 0, 0);
        }
        long start = row.layout().blobStart(reference.index());
        int part = Math.min(row.layout().partOfBlobByte(start), row.positions().length - 1);
        return new Wanted(slot, row, reference.index(), row.positions()[part]);
    }

    private ByteBuffer blob(EntryRow row, int index, PartCache parts) throws IOException {
        EntryLayout layout = row.layout();
        int bytes = layout.blobBytes()[index];
        if (bytes == 0) return ByteBuffer.allocate(0);
        long at = layout.blobStart(index);
        int part = layout.partOfBlobByte(at);
        int offset = layout.offsetOfBlobByte(at);
        ByteBuffer content = parts.of(row.positions()[part]);
        boolean inOnePart = content.remaining() - offset >= bytes;
        // A small one must not keep the whole part in memory.
        if (inOnePart && bytes >= content.remaining() / 2) return content.slice(content.position() + offset, bytes);
        ByteBuffer whole = ByteBuffer.allocate(bytes);
        while (true) {
            int piece = Math.min(whole.remaining(), content.remaining() - offset);
            whole.put(content.slice(content.position() + offset, piece));
            if (!whole.hasRemaining()) return whole.flip();
            content = parts.of(row.positions()[++part]);
            offset = 0;
        }
    }

    /** The part read last: neighbours in the sorted order share it. */
    private final class PartCache {
        private long position = -1;
        private ByteBuffer content = ByteBuffer.allocate(0);

        ByteBuffer of(long wanted) throws IOException {
            if (wanted != position) {
                content = content(wanted);
                position = wanted;
            }
            return content;
        }

        private ByteBuffer content(long wanted) throws IOException {
            return EntryReader.this.content(wanted);
        }
    }
}
