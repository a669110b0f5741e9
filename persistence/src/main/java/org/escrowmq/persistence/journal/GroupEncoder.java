package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.persistence.log.SegmentLog;

/**
 * The records of one commit group, as the buffers that the log gathers into its file: headers from a scratch buffer of our
 * own, prefixes and blobs where they are. Owned by the writing thread and used again for each group.
 */
final class GroupEncoder {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final List<ByteBuffer[]> records = new ArrayList<>();
    private final List<SegmentLog.ManifestLine> manifest = new ArrayList<>();
    private final ByteBuffer firstChunk = ByteBuffer.allocate(CHUNK_BYTES);
    private ByteBuffer chunk = firstChunk;

    /** Adds the records of a proposal that was decided. */
    void add(Decided decided) {
        byte[] id = JournalTable.bytes(decided.proposal().id());
        List<EntryContent> contents = decided.proposal().contents();
        if (contents.isEmpty()) records.add(new ByteBuffer[] {header(decided, id, 0, 0)});
        for (int content = 0; content < contents.size(); content++) add(decided, id, content);
        if (decided.proposal().kind() == RecordKind.PLACE) return;
        manifest.add(new SegmentLog.ManifestLine(decided.writer(), decided.revision()));
    }

    private void add(Decided decided, byte[] id, int index) {
        EntryContent content = decided.proposal().contents().get(index);
        EntryLayout layout = content.layout();
        if (layout.single()) {
            ByteBuffer[] record = new ByteBuffer[2 + content.blobs().size()];
            record[0] = header(decided, id, index, 0);
            record[1] = content.prefix();
            for (int i = 2; i < record.length; i++) record[i] = content.blobs().get(i - 2);
            records.add(record);
            return;
        }
        int part = 0;
        for (int at = 0; at < layout.prefixBytes(); at += EntryLayout.PART_BYTES_MAX) {
            int bytes = Math.min(EntryLayout.PART_BYTES_MAX, layout.prefixBytes() - at);
            ByteBuffer slice = content.prefix().slice(content.prefix().position() + at, bytes);
            records.add(new ByteBuffer[] {header(decided, id, index, part++), slice});
        }
        BlobCursor cursor = new BlobCursor(content.blobs());
        for (; part < layout.parts(); part++) {
            List<ByteBuffer> pieces = new ArrayList<>();
            pieces.add(header(decided, id, index, part));
            cursor.take(EntryLayout.PART_BYTES_MAX, pieces);
            records.add(pieces.toArray(ByteBuffer[]::new));
        }
    }

    private ByteBuffer header(Decided decided, byte[] id, int content, int part) {
        int bytes = RecordHeader.FIXED_BYTES + id.length;
        if (chunk.remaining() < bytes) chunk = ByteBuffer.allocate(CHUNK_BYTES);
        int start = chunk.position();
        RecordHeader.write(
                chunk, decided.proposal(), id, decided.writer(), decided.revision(), decided.epoch(), content, part);
        return chunk.slice(start, bytes);
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    List<ByteBuffer[]> records() {
        return records;
    }

    /** One line a writer: its last revision in the group. */
    List<SegmentLog.ManifestLine> manifest() {
        if (manifest.size() < 2) return manifest;
        java.util.LinkedHashMap<Long, SegmentLog.ManifestLine> last = new java.util.LinkedHashMap<>();
        for (SegmentLog.ManifestLine line : manifest) last.put(line.writer(), line);
        return new ArrayList<>(last.values());
    }

    void clear() {
        records.clear();
        manifest.clear();
        chunk = firstChunk.clear();
    }

    /** Walks through the bytes of blobs. */
    private static final class BlobCursor {
        private final List<ByteBuffer> blobs;
        private int blob;
        private int at;

        BlobCursor(List<ByteBuffer> blobs) {
            this.blobs = blobs;
        }

        void take(int bytesMax, List<ByteBuffer> into) {
            int left = bytesMax;
            while (left > 0 && blob < blobs.size()) {
                ByteBuffer current = blobs.get(blob);
                int bytes = Math.min(left, current.remaining() - at);
                if (bytes > 0) into.add(current.slice(current.position() + at, bytes));
                left -= bytes;
                at += bytes;
                if (at == current.remaining()) {
                    blob++;
                    at = 0;
                }
            }
        }
    }
}
