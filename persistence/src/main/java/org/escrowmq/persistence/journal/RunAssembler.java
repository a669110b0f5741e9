package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the records of a log together again to the proposals that they were. The records of a proposal stand one after another;
 * one that is not complete when something else follows was torn before it was answered, and never happened.
 */
final class RunAssembler {
    /** Receives what is complete. */
    interface Receiver {
        /** {@code positions} holds the parts of each content; the blobs of the contents are left on disk. */
        void proposal(Proposal proposal, long writer, long revision, long[][] positions) throws IOException;
    }

    private final Receiver receiver;
    private @Nullable RecordHeader first;
    private final List<EntryContent> contents = new ArrayList<>();
    private final List<long[]> positions = new ArrayList<>();
    private long[] partPositions = {};
    private int nextPart;
    private ByteBuffer prefix = ByteBuffer.allocate(0);

    RunAssembler(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Takes the next record of the log. */
    void record(long position, ByteBuffer record) throws IOException {
        RecordHeader header = RecordHeader.read(record);
        if (!header.kind().hasContent()) {
            forget();
            receiver.proposal(proposal(header, List.of()), header.writer(), header.revision(), new long[][] {{}});
            return;
        }
        if (!continues(header)) {
            forget();
            if (header.number() != header.from() || header.part() != 0) return;
            first = header;
        }
        part(header, position, record);
    }

    private boolean continues(RecordHeader header) {
        return first != null
                && first.writer() == header.writer()
                && first.revision() == header.revision()
                && first.epoch() == header.epoch()
                && header.number() == first.from() + contents.size()
                && header.part() == nextPart;
    }

    private void part(RecordHeader header, long position, ByteBuffer record) throws IOException {
        if (header.part() == 0) {
            partPositions = new long[header.parts()];
            prefix = ByteBuffer.allocate(EntryContent.prefixBytes(record));
        }
        partPositions[header.part()] = position;
        if (prefix.hasRemaining()) {
            int bytes = Math.min(prefix.remaining(), record.remaining());
            prefix.put(record.slice(record.position(), bytes));
        }
        nextPart = header.part() + 1;
        if (nextPart == header.parts()) entry(header);
    }

    private void entry(RecordHeader header) throws IOException {
        contents.add(EntryContent.ofPrefix(prefix.flip(), header.retention(), header.checksum()));
        positions.add(partPositions);
        prefix = ByteBuffer.allocate(0);
        nextPart = 0;
        if (!header.last()) return;
        Proposal complete = proposal(header, List.copyOf(contents));
        long[][] all = positions.toArray(long[][]::new);
        forget();
        receiver.proposal(complete, header.writer(), header.revision(), all);
    }

    private static Proposal proposal(RecordHeader header, List<EntryContent> contents) {
        return new Proposal(
                header.kind(),
                header.id(),
                header.epoch(),
                header.after(),
                header.from(),
                header.to(),
                header.timeMillis(),
                contents);
    }

    /** What was begun is given up. */
    void forget() {
        first = null;
        contents.clear();
        positions.clear();
        nextPart = 0;
    }
}
