package org.escrowmq.persistence.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.RetentionClass;

/**
 * A proposal as it travels between members. Big-endian; see docs/formats/proposal.md.
 *
 * <pre>
 *   kind:u8 idBytes:u8 contents:u16  epoch:u64 after:u64 from:u64 to:u64 time:u64  id (UTF-8)
 *   each content: retention:u8 zero:u8 zero:u16 checksum:u32 prefixBytes:u32  prefix  blobs
 * </pre>
 */
final class ProposalCodec {
    private static final int HEADER_BYTES = 44;
    private static final int CONTENT_BYTES = 12;
    private static final int CONTENTS_MAX = 0xffff;

    private ProposalCodec() {}

    /** The bytes of a proposal, from position 0. */
    static ByteBuffer encode(Proposal proposal) {
        if (proposal.contents().size() > CONTENTS_MAX) {
            throw new IllegalArgumentException("a write has at most " + CONTENTS_MAX + " entries, got "
                    + proposal.contents().size());
        }
        byte[] id = JournalTable.bytes(proposal.id());
        ByteBuffer to = ByteBuffer.allocate(bytes(proposal, id));
        to.put((byte) proposal.kind().code()).put((byte) id.length).putShort((short)
                proposal.contents().size());
        to.putLong(proposal.epoch()).putLong(proposal.after()).putLong(proposal.from());
        to.putLong(proposal.to()).putLong(proposal.timeMillis());
        to.put(id);
        for (EntryContent content : proposal.contents()) {
            to.put((byte) content.retention().code()).put((byte) 0).putShort((short) 0);
            to.putInt(content.checksum()).putInt(content.layout().prefixBytes());
            to.put(content.prefix().duplicate());
            for (ByteBuffer blob : content.blobs()) to.put(blob.duplicate());
        }
        return to.flip();
    }

    private static int bytes(Proposal proposal, byte[] id) {
        long bytes = HEADER_BYTES + id.length;
        for (EntryContent content : proposal.contents()) {
            bytes += CONTENT_BYTES + content.layout().bytes();
        }
        return Math.toIntExact(bytes);
    }

    /** Reads a proposal, whose contents stay slices of {@code from}. */
    static Proposal decode(ByteBuffer from) throws UnreadableRecordException {
        try {
            RecordKind kind = RecordKind.ofCode(from.get());
            byte[] id = new byte[from.get() & 0xff];
            int count = from.getShort() & 0xffff;
            long epoch = from.getLong();
            long after = from.getLong();
            long first = from.getLong();
            long last = from.getLong();
            long timeMillis = from.getLong();
            from.get(id);
            List<EntryContent> contents = new ArrayList<>(count);
            for (int i = 0; i < count; i++) contents.add(content(from));
            PersistenceId named = new PersistenceId(new String(id, StandardCharsets.UTF_8));
            return new Proposal(kind, named, epoch, after, first, last, timeMillis, contents);
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new UnreadableRecordException("proposal that is cut short");
        }
    }

    private static EntryContent content(ByteBuffer from) throws UnreadableRecordException {
        RetentionClass retention = RetentionClass.ofCode(from.get());
        from.get();
        from.getShort();
        int checksum = from.getInt();
        int prefixBytes = from.getInt();
        EntryContent read = EntryContent.ofPrefix(slice(from, prefixBytes), retention, checksum);
        List<ByteBuffer> blobs = new ArrayList<>();
        for (int bytes : read.layout().blobBytes()) blobs.add(slice(from, bytes));
        return read.with(blobs);
    }

    private static ByteBuffer slice(ByteBuffer from, int bytes) {
        ByteBuffer slice = from.slice(from.position(), bytes);
        from.position(from.position() + bytes);
        return slice;
    }
}
