package org.escrowmq.cluster.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.escrowmq.cluster.MessageEvent;
import org.escrowmq.cluster.MessageLife.Moment;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.escrowmq.queue.Decision;
import org.escrowmq.queue.MessageStanding;
import org.escrowmq.queue.Move;
import org.escrowmq.queue.MoveId;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueEvent;
import org.escrowmq.queue.QueueReply;
import org.escrowmq.queue.QueueSettings;
import org.escrowmq.queue.QueueState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LifeOfMessageTest {
    private static final GroupName BILLING = GroupName.of("billing");
    private static final MessageEvent.Reader READER = new MessageEvent.Reader(1, Optional.of(BILLING));
    private static final Offset SEVEN = new Offset(7);

    private final LifeOfMessage life = new LifeOfMessage(SEVEN, Map.of(1, BILLING));
    private long entry;

    private void take(QueueEvent... events) {
        life.take(1_000 + entry, ++entry, List.of(events));
    }

    private List<MessageEvent> events() {
        return life.moments().stream().map(Moment::event).toList();
    }

    private static QueueEvent.Appended appended(long first, int count) {
        return new QueueEvent.Appended(
                new Offset(first),
                LongStream.range(first, first + count)
                        .mapToObj(offset -> new QueueCommand.Incoming(offset, 0, (int) offset * 10))
                        .toList(),
                1_000);
    }

    private static QueueEvent.Delivered delivered(int group, List<Long> taken, List<Long> skipped, boolean renewed) {
        return new QueueEvent.Delivered(
                group,
                taken.stream().map(Offset::new).toList(),
                skipped.stream().map(Offset::new).toList(),
                20,
                30_000,
                renewed,
                "c@1");
    }

    private static MessageEvent.Delivered told(int attempt, long number, boolean renewed) {
        return new MessageEvent.Delivered(READER, attempt, number, "c@1", Duration.ofSeconds(30), renewed, false);
    }

    @Test
    void onlyWhatConcernsTheMessageIsTold() {
        take(appended(5, 2), appended(7, 3));
        take(appended(10, 5), delivered(1, List.of(5L, 6L, 8L), List.of(9L), false));
        take(delivered(1, List.of(6L, 7L), List.of(), false));
        take(
                new QueueEvent.Acknowledged(1, new Offset(6)),
                new QueueEvent.Acknowledged(1, SEVEN),
                new QueueEvent.Trimmed(SEVEN));
        assertEquals(
                List.of(new MessageEvent.Stored(70), told(1, 21, false), new MessageEvent.Acknowledged(READER)),
                events());
        assertEquals(
                List.of(1L, 3L, 4L), life.moments().stream().map(Moment::entry).toList());
        assertEquals(1_002, life.moments().get(1).epochMillis());
        assertTrue(life.begun());
    }

    @Test
    void aReleaseConcernsWhatItsClientHolds() {
        take(appended(7, 1), delivered(1, List.of(7L), List.of(), true));
        take(new QueueEvent.ClientReleased("other", 1_000));
        take(new QueueEvent.ClientReleased("c@1", 1_000), new QueueEvent.ClientReleased("c@1", 1_000));
        take(delivered(1, List.of(7L), List.of(), false), new QueueEvent.ClientReleased("c@1", 1_000));
        assertEquals(
                List.of(
                        new MessageEvent.Stored(70),
                        told(1, 20, true),
                        new MessageEvent.Released(READER, "c@1", Duration.ofSeconds(1)),
                        told(2, 20, false)),
                events());
    }

    @Test
    void movesToOtherQueuesAreTold() {
        QueueId from = new QueueId(new TopicId(5), 3);
        take(appended(7, 1), new QueueEvent.Arrived(new MoveId(from, 1, 9), SEVEN));
        take(new QueueEvent.MoveIntended(1, new Offset(6), 30, Move.Destination.DEAD_LETTERS));
        take(new QueueEvent.MoveIntended(1, SEVEN, 31, Move.Destination.ORIGIN));
        take(new QueueEvent.MoveGivenUp(1, SEVEN));
        take(new QueueEvent.MoveIntended(1, SEVEN, 32, Move.Destination.DEAD_LETTERS));
        take(new QueueEvent.Moved(1, new Offset(6)), new QueueEvent.Moved(1, SEVEN));
        take(new QueueEvent.ArrivalForgotten(new MoveId(from, 1, 9)));
        assertEquals(
                List.of(
                        new MessageEvent.Stored(70),
                        new MessageEvent.Arrived(from),
                        new MessageEvent.MoveIntended(READER, true),
                        new MessageEvent.MoveGivenUp(READER),
                        new MessageEvent.MoveIntended(READER, false),
                        new MessageEvent.Moved(READER)),
                events());
    }

    @Test
    void whatGroupsDoIsTold() {
        take(new QueueEvent.GroupStarted(GroupName.of("early"), 2, SEVEN), appended(7, 1));
        take(new QueueEvent.GroupStarted(GroupName.of("late"), 3, new Offset(8)));
        take(delivered(3, List.of(), List.of(7L), false), new QueueEvent.GroupDeleted(3));
        take(new QueueEvent.GroupReset(1, SEVEN), new QueueEvent.GroupReset(4, new Offset(8)));
        take(new QueueEvent.Trimmed(new Offset(8)), new QueueEvent.Trimmed(new Offset(9)));
        MessageEvent.Reader late = new MessageEvent.Reader(3, Optional.of(GroupName.of("late")));
        assertEquals(
                List.of(
                        new MessageEvent.Stored(70),
                        new MessageEvent.GroupOpened(late, new Offset(8)),
                        new MessageEvent.Skipped(late),
                        new MessageEvent.GroupDeleted(late),
                        new MessageEvent.GroupMoved(READER, SEVEN),
                        new MessageEvent.GroupMoved(new MessageEvent.Reader(4, Optional.empty()), new Offset(8)),
                        new MessageEvent.GivenUp(new Offset(8), true)),
                events());
        assertTrue(life.over());
    }

    @Test
    void withoutTheBeginningAttemptsAreNotKnown() {
        take(delivered(1, List.of(7L), List.of(), false));
        assertEquals(List.of(told(0, 20, false)), events());
        assertEquals(false, life.begun());
    }

    static LongStream seeds() {
        Long seed = Long.getLong("trace.seed");
        return seed == null ? LongStream.range(0, 100) : LongStream.of(seed);
    }

    /** Attempts and numbers are those that consumers were told, and the end is as the queue has it. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTheQueue(long seed) {
        Random random = new Random(seed);
        QueueState state = new QueueState(QueueSettings.STANDARD);
        boolean ordered = random.nextBoolean();
        long now = 0;
        long number = 0;
        for (int step = 0; step < 300; step++) {
            now += random.nextInt(2_000);
            QueueCommand command = next(random, state, ordered, number, now);
            Decision decision = state.decide(command, now);
            for (QueueEvent event : decision.events()) {
                state.apply(event, now);
                take(event);
            }
            if (decision.reply() instanceof QueueReply.InvisibleChanged changed) number = changed.deliveryNumber();
            if (!(decision.reply() instanceof QueueReply.Delivered delivered)) continue;
            for (QueueReply.Leased lease : delivered.leases()) {
                if (!lease.offset().equals(SEVEN)) continue;
                number = lease.deliveryNumber();
                MessageEvent.Delivered told =
                        assertInstanceOf(MessageEvent.Delivered.class, events().get(events().size() - 1));
                assertEquals(lease.attempt(), told.attempt(), "step " + step);
                assertEquals(number, told.deliveryNumber(), "step " + step);
            }
        }
        List<MessageEvent> happened = events();
        List<MessageStanding> standings = state.standings(SEVEN, now);
        boolean done = happened.stream()
                .reduce((earlier, later) -> later)
                .filter(last -> last instanceof MessageEvent.Acknowledged || last instanceof MessageEvent.Skipped)
                .isPresent();
        if (done) assertEquals(MessageStanding.Kind.DONE, standings.get(0).kind());
    }

    private static QueueCommand next(Random random, QueueState state, boolean ordered, long number, long now) {
        return switch (state.hasGroup(BILLING) ? random.nextInt(10) : 9) {
            case 0, 1 -> append(random, state);
            case 2, 3, 4 -> ordered ? inOrder(random, state, now) : free(random, state, now);
            case 5 -> new QueueCommand.Acknowledge(BILLING, SEVEN, number);
            case 6 ->
                new QueueCommand.ChangeInvisible(BILLING, SEVEN, number, random.nextInt(3_000), random.nextBoolean());
            case 7 -> new QueueCommand.ReleaseClient("c@1", 0);
            case 8 ->
                random.nextInt(5) > 0
                        ? append(random, state)
                        : new QueueCommand.ResetGroup(
                                BILLING,
                                new Offset(random.nextInt((int) state.next().value() + 1)));
            default -> new QueueCommand.StartGroup(BILLING, true);
        };
    }

    private static QueueCommand append(Random random, QueueState state) {
        long first = state.next().value();
        return new QueueCommand.Append(
                LongStream.range(first, first + random.nextInt(4))
                        .mapToObj(offset -> new QueueCommand.Incoming(offset, offset % 3, 10))
                        .toList(),
                1_000);
    }

    private static QueueCommand free(Random random, QueueState state, long now) {
        List<Offset> offered = state.candidates(BILLING, 5, now).stream()
                .map(QueueState.Candidate::offset)
                .toList();
        int taken = offered.isEmpty() ? 0 : random.nextInt(offered.size() + 1);
        boolean skips = random.nextInt(10) == 0;
        return new QueueCommand.Deliver(
                BILLING,
                offered.subList(0, taken),
                skips ? offered.subList(taken, offered.size()) : List.of(),
                1 + random.nextInt(3_000),
                random.nextBoolean(),
                "c@1");
    }

    private static QueueCommand inOrder(Random random, QueueState state, long now) {
        long attempt = random.nextInt(3);
        QueueState.InOrder offer = state.inOrder(BILLING, 4, attempt, now);
        List<QueueCommand.Looked> again = offer.again().stream()
                .map(candidate -> looked(candidate.offset().value(), true))
                .toList();
        List<QueueCommand.Looked> fresh = LongStream.range(
                        offer.fresh().value(), state.next().value())
                .mapToObj(offset -> looked(offset, random.nextInt(20) > 0))
                .toList();
        return new QueueCommand.DeliverInOrder(
                BILLING, again, fresh, 4, 1_000, 1 + random.nextInt(3_000), random.nextBoolean(), "c@1", attempt);
    }

    private static QueueCommand.Looked looked(long offset, boolean wanted) {
        return new QueueCommand.Looked(new Offset(offset), offset % 3, 10, wanted);
    }
}
