package org.escrowmq.delay;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.model.ByteReader;
import org.escrowmq.model.ByteWriter;
import org.escrowmq.model.Offset;

/**
 * The compact binary form of a batch of events: the part about delays of a journal entry's head (docs/formats/delay-events.md).
 *
 * <pre>
 * part  = version:u8 (1)  { kind:u8  number:num  event }        to the end
 * </pre>
 */
public final class DelayEventCodec {
    private static final int VERSION = 1;
    private static final int STORED = 1;
    private static final int RESCHEDULED = 2;
    private static final int RECALLED = 3;
    private static final int DUE = 4;

    private DelayEventCodec() {}

    /** Encodes a batch, in a buffer of its own. */
    public static ByteBuffer encode(List<DelayEvent> events) {
        ByteWriter out = new ByteWriter(16 + 24 * events.size()).octet(VERSION);
        for (DelayEvent event : events) write(out, event);
        return out.finish();
    }

    private static void write(ByteWriter out, DelayEvent event) {
        if (event instanceof DelayEvent.Stored stored) {
            out.octet(STORED).number(stored.number()).text(stored.messageId()).number(stored.dueEpochMillis());
        } else if (event instanceof DelayEvent.Rescheduled moved) {
            out.octet(RESCHEDULED).number(moved.number()).number(moved.dueEpochMillis());
            DelayRow.write(out, moved.change());
        } else if (event instanceof DelayEvent.Recalled recalled) {
            out.octet(RECALLED).number(recalled.number()).text(recalled.messageId());
            DelayRow.write(out, recalled.change());
        } else if (event instanceof DelayEvent.Due due) {
            out.octet(DUE).number(due.number()).number(due.offset().value());
        }
    }

    /**
     * Decodes a batch; {@code part}'s position stays.
     *
     * @throws IllegalArgumentException when it is not a batch of a known version
     */
    public static List<DelayEvent> decode(ByteBuffer part) {
        ByteReader in = new ByteReader("part about delays", part);
        int version = in.octet();
        if (version != VERSION) throw in.malformed("unknown version " + version);
        List<DelayEvent> events = new ArrayList<>();
        while (!in.atEnd()) events.add(event(in));
        return events;
    }

    private static DelayEvent event(ByteReader in) {
        int kind = in.octet();
        long number = in.number();
        return switch (kind) {
            case STORED -> new DelayEvent.Stored(number, in.text(), in.number());
            case RESCHEDULED -> new DelayEvent.Rescheduled(number, in.number(), DelayRow.change(in));
            case RECALLED -> new DelayEvent.Recalled(number, in.text(), DelayRow.change(in));
            case DUE -> new DelayEvent.Due(number, new Offset(in.number()));
            default -> throw in.malformed("unknown kind of event " + kind);
        };
    }
}
