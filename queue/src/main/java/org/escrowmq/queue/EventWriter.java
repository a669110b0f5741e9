package org.escrowmq.queue;

import java.util.List;
import org.escrowmq.model.ByteWriter;
import org.escrowmq.model.Offset;

/** Writes events one after another; {@link QueueEventCodec} reads them. */
final class EventWriter implements QueueEvent.Cases<ByteWriter> {
    private final ByteWriter out;

    EventWriter(ByteWriter out) {
        this.out = out;
    }

    @Override
    public ByteWriter appended(QueueEvent.Appended event) {
        out.octet(QueueEventCodec.APPENDED).number(event.first().value()).signed(event.storedEpochMillis());
        out.number(event.messages().size());
        for (QueueCommand.Incoming message : event.messages()) {
            boolean grouped = message.groupHash() != 0;
            out.number(2L * message.bytes() + (grouped ? 1 : 0)).fixed(message.fingerprint());
            if (grouped) out.fixed(message.groupHash());
        }
        return out;
    }

    @Override
    public ByteWriter groupStarted(QueueEvent.GroupStarted event) {
        out.octet(QueueEventCodec.GROUP_STARTED).number(event.groupNumber());
        out.text(event.group().namespace()).text(event.group().name());
        return out.number(event.at().value());
    }

    @Override
    public ByteWriter groupDeleted(QueueEvent.GroupDeleted event) {
        return out.octet(QueueEventCodec.GROUP_DELETED).number(event.groupNumber());
    }

    @Override
    public ByteWriter delivered(QueueEvent.Delivered event) {
        out.octet(QueueEventCodec.DELIVERED).number(event.groupNumber());
        OffsetRuns.write(out, event.taken());
        OffsetRuns.write(out, event.skipped());
        out.number(event.firstDeliveryNumber()).number(event.autoRenew() ? 1 : 0);
        return out.number(event.leaseMillis()).text(event.clientId());
    }

    @Override
    public ByteWriter deliveredInOrder(QueueEvent.DeliveredInOrder event) {
        out.octet(QueueEventCodec.DELIVERED_IN_ORDER).number(event.groupNumber());
        grouped(event.taken());
        OffsetRuns.write(out, event.skipped());
        grouped(event.passed());
        out.number(event.firstDeliveryNumber()).number((event.autoRenew() ? 1 : 0) + (event.repeated() ? 2 : 0));
        return out.number(event.leaseMillis()).text(event.clientId()).fixed(event.attempt());
    }

    private void grouped(List<QueueCommand.Grouped> messages) {
        OffsetRuns.write(
                out, messages.stream().map(QueueCommand.Grouped::offset).toList());
        for (QueueCommand.Grouped message : messages) out.fixed(message.groupHash());
    }

    @Override
    public ByteWriter acknowledged(QueueEvent.Acknowledged event) {
        return acknowledged(event.groupNumber(), List.of(event.offset()));
    }

    /** Acknowledgements of one group, as one record. */
    ByteWriter acknowledged(int groupNumber, List<Offset> offsets) {
        out.octet(QueueEventCodec.ACKNOWLEDGED).number(groupNumber);
        OffsetRuns.write(out, offsets);
        return out;
    }

    @Override
    public ByteWriter invisibleChanged(QueueEvent.InvisibleChanged event) {
        out.octet(QueueEventCodec.INVISIBLE_CHANGED).number(event.groupNumber());
        out.number(event.offset().value()).number(event.deliveryNumber());
        return out.number(event.invisibleMillis()).number(event.countsAsAttempt() ? 1 : 0);
    }

    @Override
    public ByteWriter clientReleased(QueueEvent.ClientReleased event) {
        return out.octet(QueueEventCodec.CLIENT_RELEASED).text(event.clientId()).number(event.delayMillis());
    }

    @Override
    public ByteWriter trimmed(QueueEvent.Trimmed event) {
        return out.octet(QueueEventCodec.TRIMMED).number(event.first().value());
    }

    @Override
    public ByteWriter moveIntended(QueueEvent.MoveIntended event) {
        out.octet(QueueEventCodec.MOVE_INTENDED).number(event.groupNumber());
        out.number(event.offset().value()).number(event.moveNumber());
        return out.number(event.destination().code());
    }

    @Override
    public ByteWriter moved(QueueEvent.Moved event) {
        return out.octet(QueueEventCodec.MOVED)
                .number(event.groupNumber())
                .number(event.offset().value());
    }

    @Override
    public ByteWriter moveGivenUp(QueueEvent.MoveGivenUp event) {
        return out.octet(QueueEventCodec.MOVE_GIVEN_UP)
                .number(event.groupNumber())
                .number(event.offset().value());
    }

    @Override
    public ByteWriter arrived(QueueEvent.Arrived event) {
        out.octet(QueueEventCodec.ARRIVED);
        return moveId(out, event.id()).number(event.offset().value());
    }

    @Override
    public ByteWriter arrivalForgotten(QueueEvent.ArrivalForgotten event) {
        out.octet(QueueEventCodec.ARRIVAL_FORGOTTEN);
        return moveId(out, event.id());
    }

    static ByteWriter moveId(ByteWriter out, MoveId id) {
        out.number(id.from().topic().value()).number(id.from().number());
        return out.number(id.groupNumber()).number(id.number());
    }

    @Override
    public ByteWriter groupReset(QueueEvent.GroupReset event) {
        return out.octet(QueueEventCodec.GROUP_RESET)
                .number(event.groupNumber())
                .number(event.at().value());
    }
}
