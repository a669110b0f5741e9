package org.escrowmq.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.model.ByteReader;
import org.escrowmq.model.ByteWriter;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;

/**
 * The compact binary form of a batch of events: the head of a journal entry (docs/formats/queue-events.md).
 *
 * <pre>
 * head  = version:u8 (3; 1 and 2 are read too)  { kind:u8 event }        to the end
 * </pre>
 *
 * Acknowledgements of one group that follow each other are one record, so most cost one byte.
 */
public final class QueueEventCodec {
    static final int VERSION = 3;
    static final int APPENDED = 1;
    static final int GROUP_STARTED = 2;
    static final int GROUP_DELETED = 3;
    static final int DELIVERED = 4;
    static final int ACKNOWLEDGED = 5;
    static final int INVISIBLE_CHANGED = 6;
    static final int CLIENT_RELEASED = 7;
    static final int TRIMMED = 8;
    static final int DELIVERED_IN_ORDER = 9;
    static final int GROUP_RESET = 10;
    static final int MOVE_INTENDED = 11;
    static final int MOVED = 12;
    static final int MOVE_GIVEN_UP = 13;
    static final int ARRIVED = 14;
    static final int ARRIVAL_FORGOTTEN = 15;

    /** The last kind that each version has, by version. */
    private static final int[] LAST_KINDS = {0, TRIMMED, GROUP_RESET, ARRIVAL_FORGOTTEN};

    /** Bytes of the shortest message in an Appended event: size, fingerprint. */
    private static final int INCOMING_BYTES_MIN = 9;

    private QueueEventCodec() {}

    /** Encodes a batch, in a buffer of its own. */
    public static ByteBuffer encode(List<QueueEvent> events) {
        ByteWriter out = new ByteWriter(64 + 4 * events.size());
        out.octet(VERSION);
        EventWriter writer = new EventWriter(out);
        for (int i = 0; i < events.size(); ) {
            if (events.get(i) instanceof QueueEvent.Acknowledged first) {
                List<Offset> run = acknowledgedFrom(events, i, first.groupNumber());
                writer.acknowledged(first.groupNumber(), run);
                i += run.size();
            } else {
                events.get(i++).fold(writer);
            }
        }
        return out.finish();
    }

    /**
     * Decodes a batch; {@code head}'s position stays.
     *
     * @throws IllegalArgumentException when it is not a batch of a known version
     */
    public static List<QueueEvent> decode(ByteBuffer head) {
        ByteReader in = new ByteReader("head of queue events", head);
        int version = in.octet();
        if (version < 1 || version > VERSION) throw in.malformed("unknown version " + version);
        List<QueueEvent> events = new ArrayList<>();
        while (!in.atEnd()) read(in, version, events);
        return events;
    }

    private static List<Offset> acknowledgedFrom(List<QueueEvent> events, int from, int groupNumber) {
        List<Offset> run = new ArrayList<>();
        for (int i = from; i < events.size() && run.size() < OffsetRuns.COUNT_MAX; i++) {
            if (!(events.get(i) instanceof QueueEvent.Acknowledged next) || next.groupNumber() != groupNumber) break;
            run.add(next.offset());
        }
        return run;
    }

    private static void read(ByteReader in, int version, List<QueueEvent> events) {
        int kind = in.octet();
        if (kind > LAST_KINDS[version]) throw in.malformed("unknown kind of event " + kind);
        switch (kind) {
            case APPENDED -> events.add(appended(in));
            case GROUP_STARTED -> events.add(groupStarted(in));
            case GROUP_DELETED -> events.add(new QueueEvent.GroupDeleted(groupNumber(in)));
            case DELIVERED -> events.add(delivered(in));
            case DELIVERED_IN_ORDER -> events.add(deliveredInOrder(in));
            case ACKNOWLEDGED -> acknowledged(in, events);
            case INVISIBLE_CHANGED -> events.add(invisibleChanged(in));
            case CLIENT_RELEASED -> events.add(new QueueEvent.ClientReleased(in.text(), in.number()));
            case TRIMMED -> events.add(new QueueEvent.Trimmed(new Offset(in.number())));
            case GROUP_RESET -> events.add(new QueueEvent.GroupReset(groupNumber(in), new Offset(in.number())));
            case MOVE_INTENDED -> events.add(moveIntended(in));
            case MOVED -> events.add(new QueueEvent.Moved(groupNumber(in), new Offset(in.number())));
            case MOVE_GIVEN_UP -> events.add(new QueueEvent.MoveGivenUp(groupNumber(in), new Offset(in.number())));
            case ARRIVED -> events.add(new QueueEvent.Arrived(moveId(in), new Offset(in.number())));
            case ARRIVAL_FORGOTTEN -> events.add(new QueueEvent.ArrivalForgotten(moveId(in)));
            default -> throw in.malformed("unknown kind of event " + kind);
        }
    }

    private static QueueEvent appended(ByteReader in) {
        Offset first = new Offset(in.number());
        long storedEpochMillis = in.signed();
        int count = in.count("count of messages", INCOMING_BYTES_MIN);
        List<QueueCommand.Incoming> messages = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long size = in.number("size of a message", 2L * Integer.MAX_VALUE + 1);
            long fingerprint = in.fixed();
            long groupHash = (size & 1) == 0 ? 0 : in.fixed();
            messages.add(new QueueCommand.Incoming(fingerprint, groupHash, (int) (size >>> 1)));
        }
        return new QueueEvent.Appended(first, messages, storedEpochMillis);
    }

    private static QueueEvent groupStarted(ByteReader in) {
        int number = groupNumber(in);
        GroupName name = new GroupName(in.text(), in.text());
        return new QueueEvent.GroupStarted(name, number, new Offset(in.number()));
    }

    private static QueueEvent delivered(ByteReader in) {
        int group = groupNumber(in);
        List<Offset> taken = OffsetRuns.read(in);
        List<Offset> skipped = OffsetRuns.read(in);
        long firstDeliveryNumber = in.number();
        boolean autoRenew = in.number("auto-renew flag", 1) == 1;
        return new QueueEvent.Delivered(group, taken, skipped, firstDeliveryNumber, in.number(), autoRenew, in.text());
    }

    private static QueueEvent deliveredInOrder(ByteReader in) {
        int group = groupNumber(in);
        List<QueueCommand.Grouped> taken = grouped(in);
        List<Offset> skipped = OffsetRuns.read(in);
        List<QueueCommand.Grouped> passed = grouped(in);
        long firstDeliveryNumber = in.number();
        long flags = in.number("flags of a delivery", 3);
        return new QueueEvent.DeliveredInOrder(
                group,
                taken,
                skipped,
                passed,
                firstDeliveryNumber,
                in.number(),
                (flags & 1) != 0,
                in.text(),
                in.fixed(),
                (flags & 2) != 0);
    }

    private static List<QueueCommand.Grouped> grouped(ByteReader in) {
        List<Offset> offsets = OffsetRuns.read(in);
        List<QueueCommand.Grouped> messages = new ArrayList<>(offsets.size());
        for (Offset offset : offsets) messages.add(new QueueCommand.Grouped(offset, in.fixed()));
        return messages;
    }

    private static void acknowledged(ByteReader in, List<QueueEvent> events) {
        int group = groupNumber(in);
        for (Offset offset : OffsetRuns.read(in)) events.add(new QueueEvent.Acknowledged(group, offset));
    }

    private static QueueEvent invisibleChanged(ByteReader in) {
        return new QueueEvent.InvisibleChanged(
                groupNumber(in),
                new Offset(in.number()),
                in.number(),
                in.number(),
                in.number("counts-as-attempt flag", 1) == 1);
    }

    private static QueueEvent moveIntended(ByteReader in) {
        return new QueueEvent.MoveIntended(groupNumber(in), new Offset(in.number()), in.number(), destination(in));
    }

    static Move.Destination destination(ByteReader in) {
        long code = in.number();
        for (Move.Destination destination : Move.Destination.values()) {
            if (destination.code() == code) return destination;
        }
        throw in.malformed("unknown destination of a move " + code);
    }

    static MoveId moveId(ByteReader in) {
        TopicId topic = new TopicId(in.number());
        return new MoveId(new QueueId(topic, in.smallNumber("queue number")), groupNumber(in), in.number());
    }

    private static int groupNumber(ByteReader in) {
        return in.smallNumber("group number");
    }
}
