package org.escrowmq.api.admin;

import java.time.Instant;
import java.util.Locale;
import org.escrowmq.admin.v1.ActOnDelayedMessagesRequest;
import org.escrowmq.admin.v1.CountDelayedMessagesResponse;
import org.escrowmq.admin.v1.DelayedMessage;
import org.escrowmq.admin.v1.DelayedMessageDetail;
import org.escrowmq.cluster.DelayDesk;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.delay.Delayed;
import org.escrowmq.delay.Recalled;
import org.escrowmq.model.Message;
import org.escrowmq.model.Offset;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/** Messages that wait as the admin service has them. */
final class DelayWire {
    private static final long NO_OFFSET = -1;

    private DelayWire() {}

    /** {@code due}: the time of a RESCHEDULE; 0 for the others. */
    static DelayDesk.Action action(ActOnDelayedMessagesRequest.Action action, long due) {
        return switch (action) {
            case CANCEL -> timeless(action, due, new DelayDesk.Action.Cancel());
            case FIRE -> timeless(action, due, new DelayDesk.Action.Fire());
            case RESCHEDULE ->
                new DelayDesk.Action.Reschedule(
                        Inputs.within("due_epoch_millis of a RESCHEDULE", due, 1, Long.MAX_VALUE));
            case ACTION_UNSPECIFIED, UNRECOGNIZED ->
                throw Rejection.invalid("action must be CANCEL, RESCHEDULE or FIRE");
        };
    }

    private static DelayDesk.Action timeless(
            ActOnDelayedMessagesRequest.Action name, long due, DelayDesk.Action action) {
        if (due == 0) return action;
        throw Rejection.invalid(name + " takes no due_epoch_millis, got " + due + "; RESCHEDULE does");
    }

    /** As it stands in the log. */
    static String words(DelayDesk.Action action) {
        if (action instanceof DelayDesk.Action.Cancel) return "CANCEL";
        if (action instanceof DelayDesk.Action.Fire) return "FIRE";
        DelayDesk.Action.Reschedule to = (DelayDesk.Action.Reschedule) action;
        return "RESCHEDULE to " + Instant.ofEpochMilli(to.dueEpochMillis());
    }

    static DelayedMessage waiting(DelayDesk.Entry entry) {
        return waiting(named(entry.id(), entry.topic(), entry.queue()), entry.message());
    }

    private static DelayedMessage.Builder named(String id, TopicName topic, int queue) {
        return DelayedMessage.newBuilder()
                .setRecallHandle(id)
                .setTopic(topic.toString())
                .setQueue(queue);
    }

    private static DelayedMessage waiting(DelayedMessage.Builder wire, Delayed message) {
        wire.setState(DelayedMessage.State.WAITING)
                .setMessageId(message.messageId())
                .setStoredEpochMillis(message.storedEpochMillis())
                .setDueEpochMillis(message.dueEpochMillis())
                .setOfTransaction(message.isOfTransaction());
        return changed(wire, message.moved());
    }

    private static DelayedMessage recalled(DelayedMessage.Builder wire, Recalled message) {
        wire.setState(DelayedMessage.State.RECALLED)
                .setMessageId(message.messageId())
                .setStoredEpochMillis(message.storedEpochMillis())
                .setDueEpochMillis(message.dueEpochMillis());
        return changed(wire, message.change());
    }

    private static DelayedMessage changed(DelayedMessage.Builder wire, Delayed.@Nullable Change change) {
        if (change == null) return wire.build();
        return wire.setChangedEpochMillis(change.epochMillis())
                .setSource(change.source().name().toLowerCase(Locale.ROOT))
                .setBy(change.by())
                .build();
    }

    static DelayedMessageDetail detail(DelayDesk.Story story) {
        DelayedMessage delayed = delayed(story);
        DelayedMessageDetail.Builder detail = DelayedMessageDetail.newBuilder().setDelayed(delayed);
        Message message = story.message();
        if (message != null) {
            QueueInspection.StoredMessage stored = new QueueInspection.StoredMessage(
                    story.queue(), Offset.FIRST, delayed.getStoredEpochMillis(), message);
            detail.setMessage(Wire.message(story.topic(), stored).toBuilder().setOffset(NO_OFFSET));
        }
        return detail.build();
    }

    private static DelayedMessage delayed(DelayDesk.Story story) {
        DelayedMessage.Builder wire = named(story.id(), story.topic(), story.queue());
        Delayed waiting = story.waiting();
        Recalled recalled = story.recalled();
        if (waiting != null) return waiting(wire, waiting);
        if (recalled != null) return recalled(wire, recalled);
        return wire.setState(state(story.standing())).build();
    }

    private static DelayedMessage.State state(DelayDesk.Standing standing) {
        return switch (standing) {
            case WAITING -> DelayedMessage.State.WAITING;
            case RECALLED -> DelayedMessage.State.RECALLED;
            case DELIVERED -> DelayedMessage.State.DELIVERED;
        };
    }

    static CountDelayedMessagesResponse counts(TopicName topic, DelayDesk.Histogram histogram) {
        CountDelayedMessagesResponse.Builder counts = CountDelayedMessagesResponse.newBuilder()
                .setTopic(topic.toString())
                .setWaiting(histogram.waiting());
        histogram
                .hours()
                .forEach((hour, messages) ->
                        counts.addHoursBuilder().setHour(hour).setMessages(messages));
        return counts.build();
    }
}
