package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RefusalPaceTest {
    private static final long MILLI = 1_000_000;

    private final Deque<Runnable> rounds = new ArrayDeque<>();
    private long now;

    private RefusalPace pace(int perSecond, Duration hold, int held) {
        return new RefusalPace(
                new MessagingSettings.Overload(Duration.ofMillis(100), 1, perSecond, hold, held),
                (work, delay, unit) -> rounds.add(work),
                () -> now);
    }

    private static List<CompletableFuture<Void>> turns(RefusalPace pace, int count) {
        List<CompletableFuture<Void>> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) turns.add(pace.turn().toCompletableFuture());
        return turns;
    }

    private static long done(List<CompletableFuture<Void>> turns) {
        return turns.stream().filter(CompletableFuture::isDone).count();
    }

    /** Lets the time pass, a round every 10 ms. */
    private void pass(long millis) {
        for (long i = 0; i < millis; i += 10) {
            now += 10 * MILLI;
            Runnable round = rounds.poll();
            if (round != null) round.run();
            assertTrue(rounds.size() <= 1, "one round at a time");
        }
    }

    @Test
    void fewRefusalsGoOutAtOnceAndManyAtTheRateInTheirOrder() {
        RefusalPace pace = pace(1000, Duration.ofSeconds(60), 10_000);
        List<CompletableFuture<Void>> turns = turns(pace, 1100);
        assertEquals(100, done(turns), "a tenth of a second's worth");
        pass(500);
        long done = done(turns);
        assertTrue(done >= 590 && done <= 610, done + " after half a second");
        for (int i = 1; i < turns.size(); i++) {
            assertTrue(turns.get(i - 1).isDone() || !turns.get(i).isDone(), "in order at " + i);
        }
        pass(600);
        assertEquals(1100, done(turns));
        assertEquals(0, pace.held());
        pass(200);
        assertTrue(rounds.isEmpty(), "nothing runs while nothing is held");
        assertTrue(pace.turn().toCompletableFuture().isDone());
    }

    @Test
    void nobodyIsHeldLongerThanTheHoldTime() {
        RefusalPace pace = pace(10, Duration.ofSeconds(1), 10_000);
        List<CompletableFuture<Void>> turns = turns(pace, 500);
        pass(990);
        assertTrue(done(turns) < 20);
        pass(20);
        assertEquals(500, done(turns));
    }

    @Test
    void onlySoManyAreHeld() {
        RefusalPace pace = pace(10, Duration.ofSeconds(1), 5);
        List<CompletableFuture<Void>> turns = turns(pace, 20);
        assertEquals(15, done(turns), "one at once, five held, the others at once");
        assertEquals(5, pace.held());
        assertFalse(turns.get(5).isDone());
    }

    @Test
    void aStopLetsAllGo() {
        RefusalPace pace = pace(10, Duration.ofSeconds(1), 100);
        List<CompletableFuture<Void>> turns = turns(pace, 50);
        pace.release();
        assertEquals(50, done(turns));
    }
}
