package org.escrowmq.systemtests.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker raises no alarm on what a correct server does, and catches each planted fault. */
class HistoryCheckerTest {
    private static final int SEEDS = Integer.getInteger("escrow.systest.seeds", 10);

    static LongStream seeds() {
        return LongStream.range(1, 1 + SEEDS);
    }

    static Stream<Arguments> faultsAndSeeds() {
        return Stream.of(PlantedFault.values())
                .flatMap(fault -> seeds().boxed().map(seed -> Arguments.of(fault, seed)));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void noFalseAlarm(long seed) {
        assertEquals(List.of(), check(SimulatedRun.events(seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("faultsAndSeeds")
    void catches(PlantedFault fault, long seed) {
        List<Event> broken = fault.plant(SimulatedRun.events(seed), new Random(seed));
        List<Violation> violations = check(broken);
        assertTrue(
                violations.stream().anyMatch(violation -> violation.invariant() == fault.breaks()),
                () -> fault + " not caught; found " + violations);
    }

    @Test
    void simulatedRunsHoldWhatTheRulesAreAbout() {
        List<Event> events = SimulatedRun.events(1);
        assertTrue(events.stream().anyMatch(e -> e instanceof Event.Crashed), "a crash");
        assertTrue(events.stream().anyMatch(e -> e instanceof Event.Nacked), "a nack");
        assertTrue(events.stream().anyMatch(e -> e instanceof Event.ConsumerGone), "a lost consumer");
        assertTrue(events.stream().anyMatch(e -> e instanceof Event.AckUnknown), "an ack without answer");
        assertTrue(events.stream().anyMatch(e -> e instanceof Event.Delivered d && d.attempt() > 2), "a third attempt");
    }

    @Test
    void aRunThatWasNotDrainedMissesNothing() {
        Limits cut = new Limits(Set.of("audit"), false, Duration.ofSeconds(1), Duration.ofSeconds(5));
        List<Event> events = List.of(new Event.SendInvoked(1, "a", 7), new Event.SendOk(2, "a", "id"));
        assertEquals(List.of(), new HistoryChecker(cut).check(new History(events)));
    }

    @Test
    void aWorkloadThatUsesAKeyTwiceIsRefused() {
        List<Event> events = List.of(new Event.SendInvoked(1, "a", 7), new Event.SendInvoked(2, "a", 7));
        assertThrows(IllegalArgumentException.class, () -> new History(events));
    }

    private static List<Violation> check(List<Event> events) {
        return new HistoryChecker(SimulatedRun.LIMITS).check(new History(events));
    }
}
