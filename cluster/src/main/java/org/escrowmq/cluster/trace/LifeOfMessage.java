package org.escrowmq.cluster.trace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.escrowmq.cluster.MessageEvent;
import org.escrowmq.cluster.MessageLife.Moment;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.queue.Move;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueEvent;
import org.jspecify.annotations.Nullable;

/**
 * Picks out of a queue's events what happened to one message. It counts attempts and knows who holds the message as
 * {@code queue.GroupState} does, for one message instead of all. Owned by one thread at a time.
 */
final class LifeOfMessage implements QueueEvent.Cases<List<MessageEvent>> {
    /** What a group has done with the message so far. */
    private static final class Holding {
        private int attempt;
        private boolean counted = true;
        private @Nullable String renewedBy;
    }

    private final Offset offset;
    private final Map<Integer, GroupName> names = new HashMap<>();
    private final Map<Integer, Holding> holdings = new HashMap<>();
    private final List<Moment> moments = new ArrayList<>();
    private boolean begun;
    private boolean over;

    /** {@code openGroups}: the names of the groups that are open by now. */
    LifeOfMessage(Offset offset, Map<Integer, GroupName> openGroups) {
        this.offset = offset;
        names.putAll(openGroups);
    }

    /** Takes the events of the next entry. */
    void take(long epochMillis, long entry, List<QueueEvent> events) {
        for (QueueEvent event : events) {
            for (MessageEvent happened : event.fold(this)) moments.add(new Moment(epochMillis, entry, happened));
        }
    }

    /** What happened so far, in order. */
    List<Moment> moments() {
        return moments;
    }

    /** Whether the message's own beginning was seen. */
    boolean begun() {
        return begun;
    }

    /** Whether the message is gone, so that nothing more can happen to it. */
    boolean over() {
        return over;
    }

    @Override
    public List<MessageEvent> appended(QueueEvent.Appended event) {
        long index = offset.value() - event.first().value();
        if (index < 0 || index >= event.messages().size()) return List.of();
        begun = true;
        // What groups did before it was stored is no part of its life.
        moments.clear();
        return List.of(new MessageEvent.Stored(event.messages().get((int) index).bytes()));
    }

    @Override
    public List<MessageEvent> groupStarted(QueueEvent.GroupStarted event) {
        names.put(event.groupNumber(), event.group());
        return List.of(new MessageEvent.GroupOpened(reader(event.groupNumber()), event.at()));
    }

    @Override
    public List<MessageEvent> groupDeleted(QueueEvent.GroupDeleted event) {
        holdings.remove(event.groupNumber());
        return List.of(new MessageEvent.GroupDeleted(reader(event.groupNumber())));
    }

    @Override
    public List<MessageEvent> delivered(QueueEvent.Delivered event) {
        if (event.skipped().contains(offset)) return skipped(event.groupNumber());
        int place = event.taken().indexOf(offset);
        if (place < 0) return List.of();
        return delivered(
                event.groupNumber(),
                event.firstDeliveryNumber() + place,
                event.clientId(),
                event.leaseMillis(),
                event.autoRenew(),
                false);
    }

    @Override
    public List<MessageEvent> deliveredInOrder(QueueEvent.DeliveredInOrder event) {
        if (event.skipped().contains(offset)) return skipped(event.groupNumber());
        if (placeIn(event.passed()) >= 0) return List.of(new MessageEvent.Blocked(reader(event.groupNumber())));
        int place = placeIn(event.taken());
        if (place < 0) return List.of();
        return delivered(
                event.groupNumber(),
                event.firstDeliveryNumber() + place,
                event.clientId(),
                event.leaseMillis(),
                event.autoRenew(),
                event.repeated());
    }

    private int placeIn(List<QueueCommand.Grouped> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).offset().equals(offset)) return i;
        }
        return -1;
    }

    private List<MessageEvent> delivered(
            int group, long deliveryNumber, String clientId, long leaseMillis, boolean autoRenew, boolean repeated) {
        Holding holding = holdings.computeIfAbsent(group, absent -> new Holding());
        if (holding.counted && !repeated) holding.attempt++;
        holding.counted = true;
        holding.renewedBy = autoRenew ? clientId : null;
        return List.of(new MessageEvent.Delivered(
                reader(group),
                begun ? holding.attempt : 0,
                deliveryNumber,
                clientId,
                Duration.ofMillis(leaseMillis),
                autoRenew,
                repeated));
    }

    private List<MessageEvent> skipped(int group) {
        holdings.remove(group);
        return List.of(new MessageEvent.Skipped(reader(group)));
    }

    @Override
    public List<MessageEvent> acknowledged(QueueEvent.Acknowledged event) {
        if (!event.offset().equals(offset)) return List.of();
        holdings.remove(event.groupNumber());
        return List.of(new MessageEvent.Acknowledged(reader(event.groupNumber())));
    }

    @Override
    public List<MessageEvent> invisibleChanged(QueueEvent.InvisibleChanged event) {
        if (!event.offset().equals(offset)) return List.of();
        Holding holding = holdings.computeIfAbsent(event.groupNumber(), absent -> new Holding());
        holding.counted = event.countsAsAttempt();
        holding.renewedBy = null;
        return List.of(new MessageEvent.InvisibleChanged(
                reader(event.groupNumber()),
                event.deliveryNumber(),
                Duration.ofMillis(event.invisibleMillis()),
                event.countsAsAttempt()));
    }

    /** One client may hold the message for several groups. */
    @Override
    public List<MessageEvent> clientReleased(QueueEvent.ClientReleased event) {
        List<MessageEvent> released = new ArrayList<>();
        holdings.forEach((group, holding) -> {
            if (!event.clientId().equals(holding.renewedBy)) return;
            holding.renewedBy = null;
            released.add(
                    new MessageEvent.Released(reader(group), event.clientId(), Duration.ofMillis(event.delayMillis())));
        });
        return released;
    }

    @Override
    public List<MessageEvent> trimmed(QueueEvent.Trimmed event) {
        if (over || event.first().compareTo(offset) <= 0) return List.of();
        over = true;
        return List.of(new MessageEvent.GivenUp(event.first(), begun));
    }

    @Override
    public List<MessageEvent> groupReset(QueueEvent.GroupReset event) {
        holdings.remove(event.groupNumber());
        return List.of(new MessageEvent.GroupMoved(reader(event.groupNumber()), event.at()));
    }

    @Override
    public List<MessageEvent> moveIntended(QueueEvent.MoveIntended event) {
        if (!event.offset().equals(offset)) return List.of();
        holdings.remove(event.groupNumber());
        return List.of(new MessageEvent.MoveIntended(
                reader(event.groupNumber()), event.destination() == Move.Destination.ORIGIN));
    }

    @Override
    public List<MessageEvent> moved(QueueEvent.Moved event) {
        if (!event.offset().equals(offset)) return List.of();
        return List.of(new MessageEvent.Moved(reader(event.groupNumber())));
    }

    @Override
    public List<MessageEvent> moveGivenUp(QueueEvent.MoveGivenUp event) {
        if (!event.offset().equals(offset)) return List.of();
        return List.of(new MessageEvent.MoveGivenUp(reader(event.groupNumber())));
    }

    @Override
    public List<MessageEvent> arrived(QueueEvent.Arrived event) {
        if (!event.offset().equals(offset)) return List.of();
        return List.of(new MessageEvent.Arrived(event.id().from()));
    }

    /** Between two queues only: nothing of the message's life. */
    @Override
    public List<MessageEvent> arrivalForgotten(QueueEvent.ArrivalForgotten event) {
        return List.of();
    }

    private MessageEvent.Reader reader(int group) {
        return new MessageEvent.Reader(group, Optional.ofNullable(names.get(group)));
    }
}
