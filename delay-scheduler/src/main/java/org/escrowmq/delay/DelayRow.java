package org.escrowmq.delay;

import java.nio.ByteBuffer;
import org.escrowmq.model.ByteReader;
import org.escrowmq.model.ByteWriter;
import org.escrowmq.model.StoredBody;
import org.jspecify.annotations.Nullable;

/**
 * Waiting and recalled messages as rows of their queue's tables, without what is in the rows' keys (docs/formats/queue-tables.md).
 *
 * <pre>
 * waiting  = version:u8 (1)  id:text  stored:num  body (org.escrowmq.model.StoredBody)  transaction + 1:num  moved:u8 (0, or 1 and change)
 * recalled = version:u8 (1)  id:text  fingerprint:i64  stored:num  due:num  change  recalled in:num
 * change   = time:num  source:u8  by:text
 * </pre>
 */
public final class DelayRow {
    private static final int VERSION = 1;

    private DelayRow() {}

    /** The value of a waiting message's row; its key has the time and the number. */
    public static byte[] encode(Delayed message) {
        ByteWriter out =
                new ByteWriter(96).octet(VERSION).text(message.messageId()).number(message.storedEpochMillis());
        message.body().write(out);
        out.number(message.transaction() + 1);
        Delayed.Change moved = message.moved();
        out.octet(moved == null ? 0 : 1);
        if (moved != null) write(out, moved);
        return bytes(out);
    }

    /**
     * Reads a waiting message's row.
     *
     * @throws IllegalArgumentException when it is not a row of a known version
     */
    public static Delayed decode(DueTime key, byte[] row) {
        ByteReader in = begin("waiting message", row);
        String messageId = in.text();
        long stored = in.number();
        StoredBody body = StoredBody.read(in);
        long transaction = in.number() - 1;
        Delayed.@Nullable Change moved = in.octet() == 0 ? null : change(in);
        return new Delayed(key.number(), messageId, body, stored, key.epochMillis(), transaction, moved);
    }

    /** The value of a recalled message's row; its key has the number. */
    public static byte[] encode(Recalled message) {
        ByteWriter out =
                new ByteWriter(96).octet(VERSION).text(message.messageId()).fixed(message.fingerprint());
        out.number(message.storedEpochMillis()).number(message.dueEpochMillis());
        write(out, message.change());
        return bytes(out.number(message.recalledIn()));
    }

    /**
     * Reads a recalled message's row.
     *
     * @throws IllegalArgumentException when it is not a row of a known version
     */
    public static Recalled decodeRecalled(long number, byte[] row) {
        ByteReader in = begin("recalled message", row);
        return new Recalled(number, in.text(), in.fixed(), in.number(), in.number(), change(in), in.number());
    }

    private static ByteReader begin(String what, byte[] row) {
        ByteReader in = new ByteReader(what, ByteBuffer.wrap(row));
        int version = in.octet();
        if (version != VERSION) throw in.malformed("unknown version " + version);
        return in;
    }

    static void write(ByteWriter out, Delayed.Change change) {
        out.number(change.epochMillis()).octet(change.source().code()).text(change.by());
    }

    static Delayed.Change change(ByteReader in) {
        long at = in.number();
        int code = in.octet();
        for (Source source : Source.values()) {
            if (source.code() == code) return new Delayed.Change(at, source, in.text());
        }
        throw in.malformed("unknown source " + code);
    }

    private static byte[] bytes(ByteWriter out) {
        ByteBuffer bytes = out.finish();
        byte[] row = new byte[bytes.remaining()];
        bytes.get(row);
        return row;
    }
}
