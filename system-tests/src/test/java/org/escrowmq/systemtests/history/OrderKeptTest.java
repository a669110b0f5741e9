package org.escrowmq.systemtests.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rule of order raises no alarm on what a correct server does, and catches each planted disorder. */
class OrderKeptTest {
    private static final int SEEDS = Integer.getInteger("escrow.systest.seeds", 10);

    static LongStream seeds() {
        return LongStream.range(1, 1 + SEEDS);
    }

    static Stream<Arguments> disordersAndSeeds() {
        return Stream.of(PlantedDisorder.values())
                .flatMap(disorder -> seeds().boxed().map(seed -> Arguments.of(disorder, seed)));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void noFalseAlarm(long seed) {
        assertEquals(List.of(), check(SimulatedOrder.events(seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("disordersAndSeeds")
    void catches(PlantedDisorder disorder, long seed) {
        List<Event> events = SimulatedOrder.events(seed);
        PlantedDisorder.Pair pair = PlantedDisorder.Pair.of(events, new Random(seed));
        List<Event> broken = disorder.plant(events, pair);
        List<Violation> violations = check(broken);
        assertTrue(
                violations.stream().anyMatch(violation -> violation.invariant() == disorder.breaks()),
                () -> disorder + " of " + pair + " not caught; found " + violations);
    }

    @Test
    void simulatedRunsHoldWhatTheRuleIsAbout() {
        List<Event> events = SimulatedOrder.events(1);
        assertTrue(events.stream().anyMatch(e -> e instanceof Event.Crashed), "a crash");
        assertTrue(events.stream().anyMatch(e -> e instanceof Event.Failed), "a failure");
        assertTrue(events.stream().anyMatch(e -> e instanceof Event.ConsumerGone), "a lost consumer");
        assertTrue(events.stream().anyMatch(e -> e instanceof Event.SendUnknown), "a send without answer");
        assertTrue(events.stream().anyMatch(e -> e instanceof Event.Delivered d && d.attempt() > 1), "a redelivery");
    }

    @Test
    void aRepeatBeforeTheNextIsAcknowledgedIsAllowedAndOneAfterItIsNot() {
        List<Event> sends = List.of(
                new Event.SendInvoked(1, "a", 7),
                new Event.Grouped(1, "a", "g"),
                new Event.SendOk(2, "a", "id-a"),
                new Event.SendInvoked(3, "b", 7),
                new Event.Grouped(3, "b", "g"),
                new Event.SendOk(4, "b", "id-b"));
        List<Event> consumed = List.of(
                new Event.Consumed(11, "orderly", "a", 1),
                new Event.Consumed(21, "orderly", "b", 1),
                new Event.AckOk(30, "orderly", "b", 1));
        assertEquals(List.of(), order(sends, consumed, new Event.Delivered(29, "orderly", "a", "id-a", 7, 2)));
        List<Violation> found = order(sends, consumed, new Event.Delivered(31, "orderly", "a", "id-a", 7, 2));
        assertEquals(1, found.size());
        assertTrue(found.get(0).toString().contains("message group g in orderly"), found.toString());
    }

    @Test
    void aSendWithoutAnswerMayHaveBeenStoredLate() {
        List<Event> sends = List.of(
                new Event.SendInvoked(1, "a", 7),
                new Event.Grouped(1, "a", "g"),
                new Event.SendUnknown(2, "a"),
                new Event.SendInvoked(3, "b", 7),
                new Event.Grouped(3, "b", "g"),
                new Event.SendOk(4, "b", "id-b"));
        List<Event> consumed =
                List.of(new Event.Consumed(11, "orderly", "b", 1), new Event.Consumed(21, "orderly", "a", 1));
        assertEquals(List.of(), order(sends, consumed, new Event.LoadEnded(30)));
    }

    @Test
    void theHistoryOfAMessageGroupCanBeRead() {
        List<Event> events = SimulatedOrder.events(1);
        PlantedDisorder.Pair pair = PlantedDisorder.Pair.of(events, new Random(1));
        List<String> lines = GroupHistory.around(new History(events), pair.first());
        assertTrue(lines.stream().anyMatch(line -> line.contains("SendInvoked") && line.contains(pair.first())));
        assertTrue(lines.stream().anyMatch(line -> line.contains("AckOk") && line.contains(pair.second())));
    }

    private static List<Violation> order(List<Event> sends, List<Event> consumed, Event last) {
        List<Event> all =
                Stream.of(sends, consumed, List.of(last)).flatMap(List::stream).toList();
        return check(all).stream()
                .filter(violation -> violation.invariant() == Invariant.I4_ORDER_KEPT)
                .toList();
    }

    private static List<Violation> check(List<Event> events) {
        return new HistoryChecker(SimulatedOrder.LIMITS).check(new History(events));
    }
}
