package org.escrowmq.persistence.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a replicated log: several small proposals of one member, or a part of a large one. Big-endian; see
 * docs/formats/proposal.md.
 *
 * <pre>
 *   version:u8 (1) kind:u8 (1 whole; 2 part) member:u16 incarnation:u64
 *   whole:  { number:u64 bytes:u32 proposal }...
 *   part:   number:u64 total:u32 from:u32  bytes...
 * </pre>
 */
final class ProposalMessages {
    static final int HEADER_BYTES = 12;
    static final int WHOLE_BYTES = 12;
    static final int PART_BYTES = 16;
    private static final int BEGUN_BYTES = 26;

    private static final byte VERSION = 1;
    private static final byte WHOLE = 1;
    private static final byte PART = 2;

    /** A proposal's bytes and its number. */
    record Numbered(long number, ByteBuffer bytes) {}

    private ProposalMessages() {}

    /** A message of several whole proposals. */
    static ByteBuffer whole(int member, long incarnation, List<Numbered> proposals) {
        int bytes = HEADER_BYTES;
        for (Numbered one : proposals) bytes += WHOLE_BYTES + one.bytes().remaining();
        ByteBuffer to = ByteBuffer.allocate(bytes);
        header(to, WHOLE, member, incarnation);
        for (Numbered one : proposals) {
            to.putLong(one.number()).putInt(one.bytes().remaining());
            to.put(one.bytes().duplicate());
        }
        return to.flip();
    }

    /** A message with {@code bytes} bytes of a proposal, from {@code from} on. */
    static ByteBuffer part(int member, long incarnation, Numbered proposal, int from, int bytes) {
        ByteBuffer to = ByteBuffer.allocate(HEADER_BYTES + PART_BYTES + bytes);
        header(to, PART, member, incarnation);
        to.putLong(proposal.number()).putInt(proposal.bytes().remaining()).putInt(from);
        to.put(proposal.bytes().slice(proposal.bytes().position() + from, bytes));
        return to.flip();
    }

    private static void header(ByteBuffer to, byte kind, int member, long incarnation) {
        to.put(VERSION).put(kind).putShort((short) member).putLong(incarnation);
    }

    /** Receives proposals in the order of the log. */
    interface Receiver {
        void proposal(Place place, Proposal proposal);
    }

    /**
     * Takes messages apart, and puts large proposals together. It follows from the log alone; what is begun is part of a snapshot. One
     * thread.
     */
    static final class Reader {
        private final Receiver receiver;
        private final Map<Integer, Parts> parts = new HashMap<>();

        private record Parts(long incarnation, long number, ByteBuffer bytes) {}

        Reader(Receiver receiver) {
            this.receiver = receiver;
        }

        /** Takes the message that ends at {@code position}; answers whose it is. */
        int message(long position, ByteBuffer message) throws UnreadableRecordException {
            try {
                byte version = message.get();
                if (version != VERSION) {
                    throw new UnreadableRecordException(
                            "message of format " + version + "; this release reads format " + VERSION);
                }
                byte kind = message.get();
                int member = message.getShort() & 0xffff;
                long incarnation = message.getLong();
                if (kind == PART) part(position, member, incarnation, message);
                else whole(position, member, incarnation, message);
                return member;
            } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
                throw new UnreadableRecordException("message that is cut short");
            }
        }

        private void whole(long position, int member, long incarnation, ByteBuffer message)
                throws UnreadableRecordException {
            for (int index = 0; message.hasRemaining(); index++) {
                long number = message.getLong();
                ByteBuffer bytes = message.slice(message.position() + Integer.BYTES, message.getInt());
                message.position(message.position() + bytes.remaining());
                receiver.proposal(new Place(position, index, member, incarnation, number), ProposalCodec.decode(bytes));
            }
        }

        private void part(long position, int member, long incarnation, ByteBuffer message)
                throws UnreadableRecordException {
            long number = message.getLong();
            int total = message.getInt();
            int from = message.getInt();
            Parts begun = from == 0
                    ? new Parts(incarnation, number, ByteBuffer.allocate(total))
                    : fitting(parts.get(member), incarnation, number, total, from);
            if (begun == null) {
                parts.remove(member);
                return;
            }
            begun.bytes().put(message);
            if (begun.bytes().hasRemaining()) {
                parts.put(member, begun);
                return;
            }
            parts.remove(member);
            receiver.proposal(
                    new Place(position, 0, member, incarnation, number),
                    ProposalCodec.decode(begun.bytes().flip()));
        }

        private static @Nullable Parts fitting(
                @Nullable Parts begun, long incarnation, long number, int total, int from) {
            boolean fits = begun != null
                    && begun.incarnation() == incarnation
                    && begun.number() == number
                    && begun.bytes().capacity() == total
                    && begun.bytes().position() == from;
            return fits ? begun : null;
        }

        /** What is begun, for a snapshot: {@code { member:u16 incarnation:u64 number:u64 total:u32 have:u32 bytes }...}. */
        ByteBuffer begun() {
            int bytes = 0;
            for (Parts begun : parts.values())
                bytes += BEGUN_BYTES + begun.bytes().position();
            ByteBuffer to = ByteBuffer.allocate(bytes);
            new TreeMap<>(parts).forEach((member, begun) -> {
                ByteBuffer have = begun.bytes().duplicate().flip();
                to.putShort(member.shortValue()).putLong(begun.incarnation()).putLong(begun.number());
                to.putInt(begun.bytes().capacity()).putInt(have.remaining()).put(have);
            });
            return to.flip();
        }

        /** Takes over what a snapshot says was begun. */
        void restore(ByteBuffer begun) {
            parts.clear();
            while (begun.hasRemaining()) {
                int member = begun.getShort() & 0xffff;
                long incarnation = begun.getLong();
                long number = begun.getLong();
                ByteBuffer bytes = ByteBuffer.allocate(begun.getInt());
                int have = begun.getInt();
                bytes.put(begun.slice(begun.position(), have));
                begun.position(begun.position() + have);
                parts.put(member, new Parts(incarnation, number, bytes));
            }
        }
    }
}
