package org.escrowmq.transaction;

import java.nio.ByteBuffer;
import java.util.function.ToIntFunction;
import org.escrowmq.model.ByteReader;
import org.escrowmq.model.ByteWriter;
import org.escrowmq.model.Offset;
import org.escrowmq.model.StoredBody;

/**
 * A transaction as a row of its queue's tables, without its number, which is the row's key (docs/formats/queue-tables.md).
 *
 * <pre>
 * row    = version:u8 (2)  id:text  sender:text  stored:num
 *          body (org.escrowmq.model.StoredBody)
 *          state:u8  since:change  decided in:num  checks:num  next check:num  visible from:num  late:u8 (0, or 1 and answer)
 * change = time:num  source:u8  by:text  offset + 1:num (0 for none)
 * answer = resolution:u8  time:num  by:text
 * </pre>
 */
public final class TransactionRow {
    private static final int VERSION = 2;
    private static final int WITHOUT_TIME = 1;

    private TransactionRow() {}

    /** The row's value. */
    public static byte[] encode(Transaction transaction) {
        ByteWriter out = new ByteWriter(128).octet(VERSION);
        out.text(transaction.messageId()).text(transaction.sender()).number(transaction.storedEpochMillis());
        transaction.body().write(out);
        out.octet(transaction.state().code());
        write(out, transaction.since());
        out.number(transaction.decidedIn());
        out.number(transaction.checks()).number(transaction.nextCheckEpochMillis());
        out.number(transaction.visibleFromEpochMillis());
        Transaction.Answer late = transaction.late();
        out.octet(late == null ? 0 : 1);
        if (late != null) write(out, late);
        ByteBuffer bytes = out.finish();
        byte[] row = new byte[bytes.remaining()];
        bytes.get(row);
        return row;
    }

    /**
     * Reads a row's value.
     *
     * @throws IllegalArgumentException when it is not a row of a known version
     */
    public static Transaction decode(long number, byte[] row) {
        ByteReader in = new ByteReader("transaction", ByteBuffer.wrap(row));
        int version = in.octet();
        if (version != VERSION && version != WITHOUT_TIME) throw in.malformed("unknown version " + version);
        String messageId = in.text();
        String sender = in.text();
        long stored = in.number();
        StoredBody body = StoredBody.read(in);
        TransactionState state = state(in);
        Transaction.Change since = change(in);
        long decidedIn = in.number();
        int checks = in.smallNumber("checks");
        long nextCheck = in.number();
        long visibleFrom = version == WITHOUT_TIME ? 0 : in.number();
        Transaction.Answer late = in.octet() == 0 ? null : answer(in);
        return new Transaction(
                number, messageId, body, sender, stored, state, since, decidedIn, checks, nextCheck, visibleFrom, late);
    }

    static void write(ByteWriter out, Transaction.Change change) {
        Offset offset = change.offset();
        out.number(change.epochMillis()).octet(change.source().code()).text(change.by());
        out.number(offset == null ? 0 : offset.value() + 1);
    }

    static void write(ByteWriter out, Transaction.Answer answer) {
        out.octet(answer.resolution().code()).number(answer.epochMillis()).text(answer.by());
    }

    static Transaction.Change change(ByteReader in) {
        long at = in.number();
        Source source = ofCode(in, "source", Source.values(), Source::code);
        String by = in.text();
        long offset = in.number();
        return new Transaction.Change(at, source, by, offset == 0 ? null : new Offset(offset - 1));
    }

    static Transaction.Answer answer(ByteReader in) {
        Resolution resolution = resolution(in);
        return new Transaction.Answer(resolution, in.number(), in.text());
    }

    static Resolution resolution(ByteReader in) {
        return ofCode(in, "resolution", Resolution.values(), Resolution::code);
    }

    private static TransactionState state(ByteReader in) {
        return ofCode(in, "state", TransactionState.values(), TransactionState::code);
    }

    private static <E> E ofCode(ByteReader in, String what, E[] all, ToIntFunction<E> codeOf) {
        int code = in.octet();
        for (E each : all) if (codeOf.applyAsInt(each) == code) return each;
        throw in.malformed("unknown " + what + " " + code);
    }
}
