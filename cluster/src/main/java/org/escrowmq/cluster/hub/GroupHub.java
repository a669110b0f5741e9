package org.escrowmq.cluster.hub;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.escrowmq.cluster.Awaited;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.entity.QueueEnvelope;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.cluster.partition.Fingerprint;
import org.escrowmq.cluster.quota.DeliveryRoom;
import org.escrowmq.delay.wheel.TimingWheel;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;

/**
 * Holds the polls of one group on one topic. Queues say when they have something; the hub asks one queue at a time for a
 * poll, rotating, for what the poll still lacks. A grant whose poll has gone serves the next one or is given back. A group whose
 * quota is used up waits as if there were no messages, until there is room again.
 */
public final class GroupHub extends AbstractActor {
    /** A poll with something in hand is answered after this many queues, whatever it lacks. */
    private static final int QUEUES_A_POLL = 4;

    private static final long RESUBSCRIBE_MILLIS = 200;

    /** A receive, to be answered through {@code answer}. */
    public record ReceiveRequest(
            long pollId,
            MessageExchange.ReceiveQuery query,
            long deadlineMillis,
            CompletableFuture<Outcome<List<Delivery>>> answer)
            implements Awaited {
        @Override
        public void refuse(Refusal why) {
            answer.complete(new Outcome.Refused<>(why));
        }
    }

    /** The client of a poll is gone. */
    public record Cancel(long pollId) {}

    /** The topic or group is gone, was changed or paused: look again. */
    public enum CatalogueChanged {
        INSTANCE
    }

    /** The group may have a larger quota now: queues that stood at the old one are asked again. */
    public enum QuotasChanged {
        INSTANCE
    }

    /** From the parent, on {@link Hubs.Idle}: stop once there are no polls. */
    enum Retire {
        INSTANCE
    }

    /** Polls end now, empty: the node stops. */
    public enum FinishPolls {
        INSTANCE
    }

    private enum Tick {
        INSTANCE
    }

    private final HubContext context;
    private final GroupName group;
    private final TimingWheel.Timer timer;
    private final QueueReadiness queues = new QueueReadiness();
    private final Map<Integer, ActorRef> entities = new HashMap<>();
    private final Map<Long, PendingPoll> polls = new LinkedHashMap<>();
    private TopicDescription topic;
    private long timerAtMillis = Long.MAX_VALUE;
    /** No queue is asked before: the group's quota is used up. */
    private long roomAtMillis = Long.MIN_VALUE;

    private long lastPollMillis;
    private boolean finishing;
    private boolean retiring;

    private GroupHub(HubContext context, TopicDescription topic, GroupName group) {
        this.context = context;
        this.topic = topic;
        this.group = group;
        this.timer = context.timers().timer(() -> getSelf().tell(Tick.INSTANCE, ActorRef.noSender()));
        this.lastPollMillis = context.nowMillis();
    }

    /** A hub for a group on one incarnation of a topic. */
    public static Props props(HubContext context, TopicDescription topic, GroupName group) {
        return Props.create(GroupHub.class, () -> new GroupHub(context, topic, group));
    }

    @Override
    public void preStart() {
        subscribeMissing();
        schedule();
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(ReceiveRequest.class, this::poll)
                .match(QueueOperation.Granted.class, this::granted)
                .match(QueueOperation.HasMessages.class, this::hasMessages)
                .match(QueueOperation.Subscribed.class, this::subscribed)
                .match(Cancel.class, cancel -> cancelled(cancel.pollId()))
                .match(Tick.class, tick -> tick())
                .match(Terminated.class, gone -> lost(gone.actor()))
                .match(CatalogueChanged.class, changed -> catalogueChanged())
                .match(QuotasChanged.class, changed -> quotasChanged())
                .match(Retire.class, retire -> retire())
                .match(FinishPolls.class, finish -> finish())
                .build();
    }

    private void poll(ReceiveRequest request) {
        lastPollMillis = context.nowMillis();
        if (request.answer().isDone()) return;
        if (finishing) {
            request.answer().complete(Outcome.done(List.of()));
            return;
        }
        if (polls.size() >= context.settings().pollsPerGroupMax()) {
            request.answer()
                    .complete(Outcome.refused(
                            RefusalCode.TOO_MANY_REQUESTS,
                            polls.size() + " polls of group " + group + " wait on topic " + topic.name()
                                    + " already, the most that escrow.cluster.hub.polls-max allows"));
            return;
        }
        PendingPoll poll = new PendingPoll(
                request.pollId(),
                request.query(),
                isOrdered(),
                topic.queues(),
                request.deadlineMillis(),
                request.answer());
        polls.put(poll.id(), poll);
        ask(poll);
        schedule(poll.deadlineMillis());
        if (entities.size() < topic.queues()) schedule(lastPollMillis + RESUBSCRIBE_MILLIS);
    }

    private boolean isOrdered() {
        return context.catalogue()
                .group(group)
                .map(GroupDescription::spec)
                .map(GroupSpec::fifo)
                .orElse(false);
    }

    /** Asks a ready queue for the poll, if there is one. */
    private boolean ask(PendingPoll poll) {
        int preferred = poll.query().preferredQueue();
        if (poll.pinned() && !entities.containsKey(preferred)) return false;
        if (!poll.pinned() && !queues.anyReady()) return false;
        DeliveryRoom room = context.quotas().room(group);
        if (room.waitNanos() > 0) {
            waitForRoom(room);
            return false;
        }
        int queue = poll.pinned() ? queues.askOnly(preferred, poll.askedCount() == 0) : queues.ask(preferred);
        if (queue < 0) return false;
        poll.asked(queue);
        MessageExchange.ReceiveQuery query = poll.query();
        tell(
                queue,
                new QueueOperation.Grant(
                        poll.id(),
                        group,
                        query.filter(),
                        poll.ordered(),
                        query.attemptId().isEmpty() ? 0 : Fingerprint.of(query.attemptId()),
                        (int) Math.min(poll.lacks(), room.messages()),
                        Math.max(1, Math.min(room.bytes(), context.settings().grantBytesMax() - poll.collectedBytes())),
                        query.invisible().toMillis(),
                        query.autoRenew(),
                        query.clientId(),
                        room.inFlightMaxOfQueue(topic.queues()),
                        getSelf()));
        return true;
    }

    private void waitForRoom(DeliveryRoom room) {
        roomAtMillis = context.nowMillis() + TimeUnit.NANOSECONDS.toMillis(room.waitNanos()) + 1;
        schedule(roomAtMillis);
    }

    private void tell(int queue, QueueOperation operation) {
        ActorRef entity = entities.get(queue);
        if (entity != null) entity.tell(operation, getSelf());
        else context.queues().tell(new QueueEnvelope(new QueueId(topic.id(), queue), operation), getSelf());
    }

    private void granted(QueueOperation.Granted granted) {
        queues.granted(granted.queue(), granted.more());
        PendingPoll poll = polls.get(granted.pollId());
        if (poll == null || !poll.asks(granted.queue())) {
            giveBack(granted.deliveries());
        } else {
            poll.heard();
            context.quotas().delivered(group, granted.deliveries().size(), bytes(granted.deliveries()));
            poll.collect(granted.deliveries());
            proceed(poll);
        }
        // Also where this queue has no more: it may have signalled while it was asked, and others wait for it.
        askForWaiting();
    }

    private static long bytes(List<Delivery> deliveries) {
        long bytes = 0;
        for (Delivery delivery : deliveries) bytes += delivery.message().body().remaining();
        return bytes;
    }

    /** Answers the poll, or asks the next queue for what it lacks. */
    private void proceed(PendingPoll poll) {
        boolean expired = context.nowMillis() >= poll.deadlineMillis() || finishing;
        if (poll.isEmpty()) {
            if (expired) answer(poll);
            else ask(poll);
            return;
        }
        boolean enough = expired
                || poll.lacks() == 0
                || poll.askedCount() >= QUEUES_A_POLL
                || poll.pinned()
                || poll.collectedBytes() >= context.settings().grantBytesMax();
        if (enough || !ask(poll)) answer(poll);
    }

    private void answer(PendingPoll poll) {
        polls.remove(poll.id());
        giveBack(poll.complete());
    }

    private void giveBack(List<Delivery> deliveries) {
        if (!deliveries.isEmpty()) context.giveBack().accept(deliveries, new HubContext.Origin(topic, group));
    }

    private void hasMessages(QueueOperation.HasMessages signal) {
        if (signal.queue() >= queues.queues()) return;
        queues.signalled(signal.queue());
        askForWaiting();
    }

    /** Gives ready queues to polls that wait for one, oldest poll first. */
    private void askForWaiting() {
        for (PendingPoll poll : polls.values()) {
            if (poll.asking()) continue;
            if (poll.pinned()) ask(poll);
            else if (!queues.anyReady() || !ask(poll)) return;
        }
    }

    private void subscribed(QueueOperation.Subscribed subscribed) {
        if (subscribed.queue() >= queues.queues()) return;
        ActorRef known = entities.get(subscribed.queue());
        if (known != null && !known.equals(subscribed.entity())) lost(known);
        entities.put(subscribed.queue(), subscribed.entity());
        getContext().watch(subscribed.entity());
        if (subscribed.hasMessages()) queues.signalled(subscribed.queue());
        askForWaiting();
    }

    /** The queue's actor is gone; the poll that it was asked for waits again, and the hub subscribes anew. */
    private void lost(ActorRef entity) {
        entities.entrySet().removeIf(entry -> {
            if (!entry.getValue().equals(entity)) return false;
            int queue = entry.getKey();
            queues.lost(queue);
            polls.values().stream().filter(poll -> poll.asks(queue)).forEach(PendingPoll::heard);
            return true;
        });
        askForWaiting();
        schedule();
    }

    private void cancelled(long pollId) {
        PendingPoll poll = polls.remove(pollId);
        if (poll != null) giveBack(poll.complete());
    }

    private void tick() {
        timerAtMillis = Long.MAX_VALUE;
        long now = context.nowMillis();
        subscribeMissing();
        for (Iterator<PendingPoll> each = polls.values().iterator(); each.hasNext(); ) {
            PendingPoll poll = each.next();
            if (poll.deadlineMillis() > now) continue;
            each.remove();
            giveBack(poll.complete());
        }
        if (roomAtMillis <= now && roomAtMillis != Long.MIN_VALUE) {
            roomAtMillis = Long.MIN_VALUE;
            askForWaiting();
        }
        if (retiring && polls.isEmpty()) {
            getContext().stop(getSelf());
            return;
        }
        if (polls.isEmpty()
                && now - lastPollMillis >= context.settings().idleHubTimeout().toMillis()) {
            getContext().getParent().tell(new Hubs.Idle(getSelf()), getSelf());
            lastPollMillis = now;
        }
        schedule();
    }

    /** The parent does not hand out this hub any more; a poll that came meanwhile keeps it going. */
    private void retire() {
        if (polls.isEmpty()) getContext().stop(getSelf());
        else retiring = true;
    }

    /** Subscribes to queues whose actor is not known, among them those that the topic got since. */
    private void subscribeMissing() {
        if (queues.queues() < topic.queues()) queues.resize(topic.queues());
        for (int queue = 0; queue < topic.queues(); queue++) {
            if (!entities.containsKey(queue)) subscribe(queue);
        }
    }

    /** Only once the group is bound: before, nobody can say where it begins, and it would begin there for good. */
    private void subscribe(int queue) {
        context.startsAtFirst()
                .test(topic, group, queue)
                .ifPresent(atFirst -> context.queues()
                        .tell(
                                new QueueEnvelope(
                                        new QueueId(topic.id(), queue),
                                        new QueueOperation.Subscribe(group, atFirst, getSelf())),
                                getSelf()));
    }

    private void schedule() {
        long now = context.nowMillis();
        long next = lastPollMillis + context.settings().idleHubTimeout().toMillis();
        if (entities.size() < topic.queues()) next = Math.min(next, now + RESUBSCRIBE_MILLIS);
        for (PendingPoll poll : polls.values()) next = Math.min(next, poll.deadlineMillis());
        if (roomAtMillis != Long.MIN_VALUE) next = Math.min(next, roomAtMillis);
        if (polls.isEmpty()) next = Math.max(next, now + Duration.ofSeconds(1).toMillis());
        schedule(next);
    }

    /** A tick at this time, if none comes before. */
    private void schedule(long atMillis) {
        if (atMillis >= timerAtMillis) return;
        timerAtMillis = atMillis;
        timer.set(Math.max(1, atMillis - context.nowMillis()));
    }

    private void catalogueChanged() {
        Optional<TopicDescription> current = context.catalogue().topic(topic.name());
        Optional<GroupDescription> described = context.catalogue().group(group);
        if (current.isEmpty() || !current.get().id().equals(topic.id())) {
            refuseAll(RefusalCode.TOPIC_NOT_FOUND, "topic " + topic.name() + " was deleted");
        } else if (described.isEmpty()) {
            refuseAll(RefusalCode.GROUP_NOT_FOUND, "group " + group + " was deleted");
        } else {
            topic = current.get();
            if (described.get().paused()) refusePolls(RefusalCode.FORBIDDEN, "group " + group + " is paused");
            else if (!topic.permission().readable()) {
                refusePolls(RefusalCode.FORBIDDEN, "topic " + topic.name() + " is not readable");
            }
            subscribeMissing();
            schedule();
        }
    }

    private void quotasChanged() {
        roomAtMillis = Long.MIN_VALUE;
        entities.keySet().forEach(queues::signalled);
        askForWaiting();
    }

    private void refuseAll(RefusalCode code, String text) {
        refusePolls(code, text);
        getContext().stop(getSelf());
    }

    private void refusePolls(RefusalCode code, String text) {
        polls.values().forEach(poll -> poll.refuse(Outcome.refused(code, text)));
        polls.clear();
    }

    private void finish() {
        finishing = true;
        polls.values().forEach(poll -> giveBack(poll.complete()));
        polls.clear();
    }

    @Override
    public void postStop() {
        timer.cancel();
        refusePolls(RefusalCode.UNAVAILABLE, "the receive was interrupted; receive again");
    }
}
