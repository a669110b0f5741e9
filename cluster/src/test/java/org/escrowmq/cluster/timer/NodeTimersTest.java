package org.escrowmq.cluster.timer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeTimersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ActorSystem system = ActorSystem.create(
            "timers", ConfigFactory.parseString("pekko.loglevel = WARNING").withFallback(ConfigFactory.load()));
    private final TestKit actor = new TestKit(system);
    private final NodeTimers timers = new NodeTimers();

    @AfterEach
    void stop() {
        timers.close();
        TestKit.shutdownActorSystem(system);
    }

    private static long nanosSince(long startNanos) {
        return System.nanoTime() - startNanos;
    }

    @Test
    void aTimerIsNeverEarlyAndFiresOnce() {
        NodeTimers.Timer timer = timers.timer(actor.getRef(), "due");
        for (int millis : new int[] {1, 30, 250, 700}) {
            long start = System.nanoTime();
            timer.set(millis);
            actor.expectMsg(PATIENCE, "due");
            assertTrue(nanosSince(start) >= millis * 1_000_000L, millis + " ms came early");
        }
        actor.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    void aTimerMovesBothWays() {
        NodeTimers.Timer timer = timers.timer(actor.getRef(), "due");
        timer.set(60_000);
        long start = System.nanoTime();
        timer.set(50);
        actor.expectMsg(PATIENCE, "due");
        assertTrue(nanosSince(start) < 50_000_000_000L);
        start = System.nanoTime();
        timer.set(20);
        timer.set(300);
        actor.expectMsg(PATIENCE, "due");
        assertTrue(nanosSince(start) >= 300_000_000L);
    }

    @Test
    void aCancelledTimerDoesNotFire() {
        NodeTimers.Timer timer = timers.timer(actor.getRef(), "no");
        timer.set(20);
        timer.cancel();
        timer.set(20);
        timer.set(Long.MAX_VALUE);
        NodeTimers.Timer later = timers.timer(actor.getRef(), "yes");
        later.set(100);
        actor.expectMsg(PATIENCE, "yes");
    }

    @Test
    void manyTimersFireInTheirTime() {
        Random random = new Random(7);
        Set<Integer> expected = new HashSet<>();
        List<NodeTimers.Timer> cancelled = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            NodeTimers.Timer timer = timers.timer(actor.getRef(), i);
            timer.set(300_000);
            if (i % 10 == 0) {
                cancelled.add(timer);
            } else {
                timer.set(random.nextInt(400));
                expected.add(i);
            }
        }
        cancelled.forEach(NodeTimers.Timer::cancel);
        Set<Integer> fired = new HashSet<>();
        while (fired.size() < expected.size()) fired.add(actor.expectMsgClass(PATIENCE, Integer.class));
        assertTrue(expected.equals(fired), "others fired");
    }

    @Test
    void nothingFiresAfterTheClose() {
        NodeTimers.Timer timer = timers.timer(actor.getRef(), "due");
        timer.set(50);
        timers.close();
        timer.cancel();
        timer.set(1);
        actor.expectNoMessage(Duration.ofMillis(150));
    }
}
