package org.escrowmq.queue;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.jspecify.annotations.Nullable;

/**
 * The state of one queue. Owned by one thread. {@code nowMillis} is a monotonic clock of the owner, of any origin: leases
 * are durations, so replaying an event gives its lease the full duration from the time of the replay.
 *
 * <p>Apart from the times of leases, the state follows from the events alone: that a lease ends is no event but a matter of
 * time, and shows in what is offered, not in what is stored. See {@link GroupState} for the transitions of a message.
 */
public final class QueueState {
    /** A message that a group may be given now. {@code attempt} is the one that a delivery would have. */
    public record Candidate(Offset offset, int attempt) {}

    /**
     * Figures of one group. {@code inFlight + waiting} is what was offered and is not done.
     *
     * @param progress every message below is acknowledged or skipped
     * @param lag stored messages that are not acknowledged or skipped, in flight included
     * @param inFlight held by a consumer under a running lease
     * @param waiting for another delivery: handed back, or its lease has ended, or passed over by a delivery of later ones
     * @param expiredUndelivered messages that were trimmed before the group was done with them, since it was started
     */
    public record GroupView(
            GroupName group, Offset progress, long lag, long inFlight, long waiting, long expiredUndelivered) {}

    private static final Comparator<GroupName> BY_NAME =
            Comparator.comparing(GroupName::namespace).thenComparing(GroupName::name);

    private final QueueSettings settings;
    private final RenewingClients clients = new RenewingClients();
    private final GroupTable groups = new GroupTable();
    private final RecentIds recentIds;
    private final Arrivals arrivals = new Arrivals();
    private long first;
    private long next;
    private long appendedBytes;
    private int nextGroupNumber = 1;
    /** Above every number of a group that is gone, so that no handle of it fits a group that is opened anew. */
    private long nextDeliveryNumber = 1;

    /** An empty queue with room for all ids that it may remember. */
    public QueueState(QueueSettings settings) {
        this(settings, IdRoom.ENDLESS);
    }

    /** An empty queue. {@code room} is where it remembers ids. */
    public QueueState(QueueSettings settings, IdRoom room) {
        this.settings = settings;
        this.recentIds = new RecentIds(settings.duplicateIdsMax(), room);
    }

    /** The state that {@link #snapshot} wrote. What was left of each lease then is left of it at {@code nowMillis}. */
    public static QueueState restore(QueueSettings settings, ByteBuffer snapshot, long nowMillis) {
        return restore(settings, IdRoom.ENDLESS, snapshot, nowMillis);
    }

    /** The same; where {@code room} is short, the newest ids of the snapshot are remembered. */
    public static QueueState restore(QueueSettings settings, IdRoom room, ByteBuffer snapshot, long nowMillis) {
        return QueueSnapshot.read(settings, room, snapshot, nowMillis);
    }

    /** Forgets all ids and gives back their room: the owner has no more use for this state. */
    public void letIdsGo() {
        recentIds.letGo();
    }

    /** The state in its stored form (docs/formats/queue-snapshot.md), in a buffer of its own. */
    public ByteBuffer snapshot(long nowMillis) {
        return QueueSnapshot.write(this, nowMillis);
    }

    /**
     * What a command leads to. Changes nothing. Codes of refusal: INVALID_RECEIPT_HANDLE (Acknowledge, ChangeInvisible),
     * GROUP_NOT_FOUND (Deliver, ResetGroup) and ILLEGAL_OFFSET (ResetGroup).
     */
    public Decision decide(QueueCommand command, long nowMillis) {
        return command.fold(new Decider(this, settings, nowMillis));
    }

    /** Changes the state by an event that was decided on it. Never refuses. */
    public void apply(QueueEvent event, long nowMillis) {
        event.fold(new Replay(this, nowMillis));
    }

    /**
     * Lowers {@link QueueSettings#inFlightMax} for a group, until this says otherwise. No part of the state that events make and
     * snapshots hold: whoever asks for messages brings an operator's quota along. Nothing for a group that is not open.
     */
    public void limitInFlight(GroupName group, int max) {
        GroupState state = groups.find(group);
        if (state != null) state.limitInFlight(max);
    }

    /**
     * Up to {@code max} messages that the group may be given now: those whose time came first, then new ones in order. At
     * {@link QueueSettings#inFlightMax} (or its own limit) there are no new ones. Empty for a group that is not open.
     */
    public List<Candidate> candidates(GroupName group, int max, long nowMillis) {
        GroupState state = groups.find(group);
        return state == null ? List.of() : state.candidates(max, next, state.inFlightMax(settings), nowMillis);
    }

    /**
     * What an ordered group may be given at this moment: messages to deliver again, and where its new ones begin.
     *
     * @param again up to {@code max}; for the receive {@code attempt}, if it was answered before, just what it got then
     * @param fresh the first message that was never offered
     * @param room how many new ones may become outstanding
     */
    public record InOrder(List<Candidate> again, Offset fresh, long room) {}

    /** What an ordered group may be given; nothing for a group that is not open. {@code attempt} is 0 where there is none. */
    public InOrder inOrder(GroupName group, int max, long attempt, long nowMillis) {
        GroupState state = groups.find(group);
        if (state == null) return new InOrder(List.of(), next(), 0);
        return new InOrder(
                state.again(max, attempt, nowMillis),
                new Offset(state.cursor()),
                (long) state.inFlightMax(settings) - state.leases.size());
    }

    /** The first message that the group was never offered. For a group that is not open the end of the queue. */
    public Offset fresh(GroupName group) {
        GroupState state = groups.find(group);
        return state == null ? next() : new Offset(state.cursor());
    }

    /** Whether {@link #candidates} would find something; O(1). */
    public boolean hasCandidates(GroupName group, long nowMillis) {
        GroupState state = groups.find(group);
        return state != null && state.hasCandidates(next, state.inFlightMax(settings), nowMillis);
    }

    /**
     * The earliest time at which a leased or waiting message of any group becomes visible; Long.MAX_VALUE for never. It lies
     * in the past while a visible message has not been taken, so a timer asks {@link #nextVisibleMillisAfter}. O(groups).
     */
    public long nextVisibleMillis() {
        long earliest = Long.MAX_VALUE;
        for (GroupState group : groups.all()) earliest = Math.min(earliest, group.leases.earliestMillis());
        return earliest;
    }

    /**
     * The earliest time after {@code nowMillis} at which a message of any group becomes visible, for a timer;
     * Long.MAX_VALUE for never. O(groups + visible messages).
     */
    public long nextVisibleMillisAfter(long nowMillis) {
        long earliest = Long.MAX_VALUE;
        for (GroupState group : groups.all())
            earliest = Math.min(earliest, group.leases.earliestMillisAfter(nowMillis));
        return earliest;
    }

    /**
     * The newest stored message whose id has this fingerprint, if it was stored less than {@link
     * QueueSettings#duplicateWindowMillis} before {@code epochMillis}. Two ids may have one fingerprint, so the caller compares the ids.
     */
    public @Nullable Offset withFingerprint(long fingerprint, long epochMillis) {
        long found = recentIds.find(fingerprint);
        if (found == RecentIds.NONE) return null;
        boolean recent = epochMillis - recentIds.storedEpochMillis(found) < settings.duplicateWindowMillis();
        return recent ? new Offset(found) : null;
    }

    /** The messages that are on their way to other queues, those of each group in the order of their numbers. O(outstanding messages). */
    public List<Move> moves() {
        return groups.all().stream()
                .filter(group -> group.moving() > 0)
                .flatMap(group -> group.moves().stream())
                .toList();
    }

    /** Whether a move is under way; else it is finished, given up, or gone with its group or what that held. */
    public boolean hasMove(Move move) {
        GroupState group = groups.find(move.group());
        return group != null && group.number == move.groupNumber() && group.has(move);
    }

    /** Whether {@link #moves} has any; O(groups). */
    public boolean hasMoves() {
        return groups.all().stream().anyMatch(group -> group.moving() > 0);
    }

    /** The messages that were moved here and whose origin has not confirmed yet that the move is finished, oldest first. */
    public List<MoveId> openArrivals() {
        return List.copyOf(arrivals.all().keySet());
    }

    /** Whether {@link #openArrivals} has any; O(1). */
    public boolean hasOpenArrivals() {
        return !arrivals.all().isEmpty();
    }

    /** Whether a message of the group has had its last attempt and is not done with yet. O(outstanding messages). */
    public boolean endsAttempts(GroupName group, int maxAttempts) {
        GroupState state = groups.find(group);
        return state != null && state.endsAttempts(maxAttempts);
    }

    /** How one group stands to the message at an offset; empty for a group that is not open. */
    public Optional<MessageStanding> standing(GroupName group, Offset offset, long nowMillis) {
        return Optional.ofNullable(groups.find(group)).map(state -> state.standing(offset.value(), nowMillis));
    }

    /** Whether anything is outstanding in any group; O(groups). */
    public boolean hasOutstanding() {
        return groups.all().stream().anyMatch(group -> group.leases.size() > 0);
    }

    /** The open groups, in the order in which they were opened. */
    public List<GroupName> openGroups() {
        return groups.all().stream().map(group -> group.name).toList();
    }

    /** Whether the group is open here. */
    public boolean hasGroup(GroupName group) {
        return groups.find(group) != null;
    }

    /** Below it the group is done with everything; empty for a group that is not open. */
    public Optional<Offset> progress(GroupName group) {
        return Optional.ofNullable(groups.find(group)).map(GroupState::progress);
    }

    /** The clients that hold auto-renewed leases, in order. */
    public List<String> renewingClients() {
        return clients.ids();
    }

    /** The oldest stored offset. */
    public Offset first() {
        return new Offset(first);
    }

    /** The offset of the next message. */
    public Offset next() {
        return new Offset(next);
    }

    /** The bytes of all messages that were ever appended, trimmed ones included. */
    public long appendedBytes() {
        return appendedBytes;
    }

    /** Figures of all groups, by name. O(outstanding messages). */
    public List<GroupView> groups(long nowMillis) {
        return groups.all().stream()
                .map(group -> group.view(next, nowMillis))
                .sorted(Comparator.comparing(GroupView::group, BY_NAME))
                .toList();
    }

    /** How all groups stand to one message, in the order of their numbers. O(groups). */
    public List<MessageStanding> standings(Offset offset, long nowMillis) {
        return groups.all().stream()
                .map(group -> group.standing(offset.value(), nowMillis))
                .toList();
    }

    @Nullable
    GroupState group(GroupName name) {
        return groups.find(name);
    }

    GroupState group(int number) {
        return groups.numbered(number);
    }

    List<GroupState> allGroups() {
        return groups.all();
    }

    RenewingClients clients() {
        return clients;
    }

    boolean renews(String clientId) {
        return clients.contains(clientId);
    }

    int nextGroupNumber() {
        return nextGroupNumber;
    }

    long nextDeliveryNumber() {
        return nextDeliveryNumber;
    }

    Arrivals arrivals() {
        return arrivals;
    }

    RecentIds recentIds() {
        return recentIds;
    }

    void append(QueueEvent.Appended event) {
        recentIds.forgetStoredUpTo(event.storedEpochMillis() - settings.duplicateWindowMillis());
        for (QueueCommand.Incoming message : event.messages()) {
            recentIds.add(next++, message.fingerprint(), event.storedEpochMillis());
            appendedBytes += message.bytes();
        }
    }

    void open(GroupName name, int number, long at) {
        groups.add(new GroupState(name, number, clients, at, nextDeliveryNumber, 0));
        nextGroupNumber = number + 1;
    }

    void close(GroupState group) {
        group.close();
        groups.remove(group);
        nextDeliveryNumber = Math.max(nextDeliveryNumber, group.nextDeliveryNumber());
    }

    void trim(long newFirst) {
        first = newFirst;
        recentIds.forgetBelow(newFirst);
        for (GroupState group : groups.all()) group.trim(newFirst);
    }

    /** Sets what a snapshot says of the queue itself; groups follow by {@link #resume}. */
    void resume(QueueSnapshot.Heading heading) {
        first = heading.first();
        next = heading.next();
        appendedBytes = heading.appendedBytes();
        nextGroupNumber = heading.nextGroupNumber();
        nextDeliveryNumber = heading.nextDeliveryNumber();
    }

    void resume(GroupState group) {
        groups.add(group);
    }
}
