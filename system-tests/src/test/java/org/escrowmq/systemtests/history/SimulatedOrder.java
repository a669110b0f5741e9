package org.escrowmq.systemtests.history;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A correct server with an ordered group, in one thread on a simulated clock: everything random comes from the seed. It hands out the
 * first few messages of a message group at once, loses answers and consumers, crashes, and takes acks that nobody hears of.
 */
final class SimulatedOrder {
    static final String GROUP = "orderly";
    static final Limits LIMITS = new Limits(Set.of(GROUP), true, Duration.ofMillis(200), Duration.ofSeconds(2));

    private static final int MESSAGES = 600;
    private static final int MESSAGE_GROUPS = 12;
    private static final int BATCH = 3;

    private final Random random;
    private final List<Event> events = new ArrayList<>();
    private final List<OneGroup> messageGroups = new ArrayList<>();
    private long now;
    private int sent;

    private SimulatedOrder(long seed) {
        this.random = new Random(seed);
        for (int i = 0; i < MESSAGE_GROUPS; i++) {
            messageGroups.add(new OneGroup("g" + i));
        }
    }

    static List<Event> events(long seed) {
        SimulatedOrder run = new SimulatedOrder(seed);
        while (run.sent < MESSAGES) {
            run.step();
        }
        run.events.add(new Event.LoadEnded(run.now));
        while (run.messageGroups.stream().anyMatch(group -> !group.open.isEmpty())) {
            run.now += 1_000_000;
            run.consume(1.0);
        }
        return run.events;
    }

    private void step() {
        now += 1_000 + random.nextInt(2_000_000);
        int dice = random.nextInt(1000);
        if (dice < 2) {
            events.add(new Event.Crashed(now));
            now += 500_000_000;
            events.add(new Event.Ready(now));
            messageGroups.forEach(OneGroup::free);
        } else if (dice < 300) {
            send();
        } else {
            consume(0.9);
        }
    }

    private void send() {
        OneGroup group = any();
        String key = "m" + sent++;
        events.add(new Event.SendInvoked(now, key, key.hashCode()));
        events.add(new Event.Grouped(now, key, group.name));
        now += 300_000;
        int dice = random.nextInt(100);
        if (dice < 96) {
            group.open.add(new Held(key));
            events.add(dice < 92 ? new Event.SendOk(now, key, "id-" + key) : new Event.SendUnknown(now, key));
        } else {
            events.add(new Event.SendUnknown(now, key));
        }
    }

    private OneGroup any() {
        return messageGroups.get(random.nextInt(MESSAGE_GROUPS));
    }

    private void consume(double care) {
        OneGroup group = any();
        if (group.leasedUntilNanos <= now) {
            deliver(group, care);
        } else if (group.seen) {
            finish(group, care);
        }
    }

    private void deliver(OneGroup group, double care) {
        group.leased = Math.min(group.open.size(), 1 + random.nextInt(BATCH));
        group.leasedUntilNanos = now + LIMITS.lease().toNanos();
        group.seen = group.leased > 0 && random.nextDouble() < Math.max(care, 0.97);
        group.open.stream().limit(group.leased).forEach(held -> {
            held.attempt++;
            if (group.seen) {
                events.add(
                        new Event.Delivered(now, GROUP, held.key, "id-" + held.key, held.key.hashCode(), held.attempt));
            }
        });
        if (group.leased == 0) {
            group.free();
        }
    }

    /** The listener and the ack of the first that is leased; the consumer of an ordered group takes one after another. */
    private void finish(OneGroup group, double care) {
        Held first = group.open.element();
        if (random.nextDouble() > Math.max(care, 0.95)) {
            events.add(new Event.Failed(now, GROUP, first.key, first.attempt));
            return;
        }
        events.add(new Event.Consumed(now, GROUP, first.key, first.attempt));
        now += 100_000;
        events.add(new Event.AckInvoked(now, GROUP, first.key, first.attempt));
        now += 200_000;
        if (random.nextDouble() < Math.max(care, 0.97)) {
            events.add(new Event.AckOk(now, GROUP, first.key, first.attempt));
            done(group);
            return;
        }
        events.add(new Event.AckUnknown(now, GROUP, first.key, first.attempt));
        if (random.nextBoolean()) {
            done(group);
        }
        events.add(new Event.ConsumerGone(now, GROUP));
        group.free();
    }

    private void done(OneGroup group) {
        group.open.remove();
        group.leased--;
        if (group.leased == 0) {
            group.free();
        } else {
            // Renewed while its consumer lives.
            group.leasedUntilNanos = now + LIMITS.lease().toNanos();
        }
    }

    /** What is stored of a message group and not done; the first {@code leased} of it are with a consumer, if it has seen them. */
    private static final class OneGroup {
        final String name;
        final Deque<Held> open = new ArrayDeque<>();
        int leased;
        long leasedUntilNanos;
        boolean seen;

        OneGroup(String name) {
            this.name = name;
        }

        void free() {
            leased = 0;
            leasedUntilNanos = 0;
            seen = false;
        }
    }

    private static final class Held {
        final String key;
        int attempt;

        Held(String key) {
            this.key = key;
        }
    }
}
