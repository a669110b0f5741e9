package org.escrowmq.transaction;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.model.ByteReader;
import org.escrowmq.model.ByteWriter;

/**
 * The compact binary form of a batch of events: the part about transactions of a journal entry's head
 * (docs/formats/transaction-events.md).
 *
 * <pre>
 * part  = version:u8 (1)  { kind:u8  number:num  event }        to the end
 * </pre>
 */
public final class TransactionEventCodec {
    private static final int VERSION = 1;
    private static final int STORED = 1;
    private static final int CHECKED = 2;
    private static final int RESOLVED = 3;
    private static final int PARKED = 4;
    private static final int UNPARKED = 5;
    private static final int CHECK_MOVED = 6;
    private static final int ANSWERED_LATE = 7;

    private TransactionEventCodec() {}

    /** Encodes a batch, in a buffer of its own. */
    public static ByteBuffer encode(List<TransactionEvent> events) {
        ByteWriter out = new ByteWriter(16 + 64 * events.size()).octet(VERSION);
        Writer writer = new Writer(out);
        for (TransactionEvent event : events) event.fold(writer);
        return out.finish();
    }

    /**
     * Decodes a batch; {@code part}'s position stays.
     *
     * @throws IllegalArgumentException when it is not a batch of a known version
     */
    public static List<TransactionEvent> decode(ByteBuffer part) {
        ByteReader in = new ByteReader("part about transactions", part);
        int version = in.octet();
        if (version != VERSION) throw in.malformed("unknown version " + version);
        List<TransactionEvent> events = new ArrayList<>();
        while (!in.atEnd()) events.add(event(in));
        return events;
    }

    private static TransactionEvent event(ByteReader in) {
        int kind = in.octet();
        long number = in.number();
        return switch (kind) {
            case STORED -> new TransactionEvent.Stored(number, in.text(), in.text(), in.number());
            case CHECKED -> new TransactionEvent.Checked(number, in.text(), in.smallNumber("checks"), in.number());
            case RESOLVED ->
                new TransactionEvent.Resolved(number, TransactionRow.resolution(in), TransactionRow.change(in));
            case PARKED -> new TransactionEvent.Parked(number, TransactionRow.change(in));
            case UNPARKED -> new TransactionEvent.Unparked(number, TransactionRow.change(in), in.number());
            case CHECK_MOVED -> new TransactionEvent.CheckMoved(number, in.text(), in.number());
            case ANSWERED_LATE -> new TransactionEvent.AnsweredLate(number, TransactionRow.answer(in));
            default -> throw in.malformed("unknown kind of event " + kind);
        };
    }

    private record Writer(ByteWriter out) implements TransactionEvent.Cases<ByteWriter> {
        private ByteWriter begin(int kind, TransactionEvent event) {
            return out.octet(kind).number(event.number());
        }

        @Override
        public ByteWriter stored(TransactionEvent.Stored event) {
            return begin(STORED, event)
                    .text(event.messageId())
                    .text(event.sender())
                    .number(event.firstCheckEpochMillis());
        }

        @Override
        public ByteWriter checked(TransactionEvent.Checked event) {
            return begin(CHECKED, event)
                    .text(event.client())
                    .number(event.checks())
                    .number(event.nextCheckEpochMillis());
        }

        @Override
        public ByteWriter resolved(TransactionEvent.Resolved event) {
            begin(RESOLVED, event).octet(event.resolution().code());
            TransactionRow.write(out, event.change());
            return out;
        }

        @Override
        public ByteWriter parked(TransactionEvent.Parked event) {
            begin(PARKED, event);
            TransactionRow.write(out, event.change());
            return out;
        }

        @Override
        public ByteWriter unparked(TransactionEvent.Unparked event) {
            begin(UNPARKED, event);
            TransactionRow.write(out, event.change());
            return out.number(event.nextCheckEpochMillis());
        }

        @Override
        public ByteWriter checkMoved(TransactionEvent.CheckMoved event) {
            return begin(CHECK_MOVED, event).text(event.by()).number(event.nextCheckEpochMillis());
        }

        @Override
        public ByteWriter answeredLate(TransactionEvent.AnsweredLate event) {
            begin(ANSWERED_LATE, event);
            TransactionRow.write(out, event.answer());
            return out;
        }
    }
}
