package org.escrowmq.systemtests.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A correct server with its clients, in one thread on a simulated clock: everything random comes from the seed. It loses answers,
 * deliveries and consumers, crashes, and takes acks that nobody hears of, but it keeps all invariants.
 */
final class SimulatedRun {
    static final Limits LIMITS =
            new Limits(Set.of("audit", "billing"), true, Duration.ofMillis(200), Duration.ofMillis(300));

    private static final int MESSAGES = 1000;

    private final Random random;
    private final List<Event> events = new ArrayList<>();
    private final Map<String, Held> messages = new LinkedHashMap<>();
    private final Set<String> groups = LIMITS.groups();
    private long now;
    private int sent;

    private SimulatedRun(long seed) {
        this.random = new Random(seed);
    }

    static List<Event> events(long seed) {
        SimulatedRun run = new SimulatedRun(seed);
        run.load();
        run.drain();
        return run.events;
    }

    private void load() {
        while (sent < MESSAGES) {
            now += 1_000 + random.nextInt(4_000_000);
            int dice = random.nextInt(1000);
            if (dice < 2) {
                crash();
            } else if (dice < 6) {
                consumerGoes();
            } else if (dice < 300) {
                send();
            } else {
                consume(0.9);
            }
        }
        events.add(new Event.LoadEnded(now));
    }

    private void drain() {
        while (!messages.isEmpty()) {
            now += 1_000_000;
            consume(1.0);
        }
    }

    private void send() {
        String key = "m" + sent++;
        long hash = random.nextLong();
        events.add(new Event.SendInvoked(now, key, hash));
        now += 500_000;
        int dice = random.nextInt(100);
        if (dice < 94) {
            messages.put(key, new Held(key, hash));
            events.add(dice < 90 ? new Event.SendOk(now, key, "id-" + key) : new Event.SendUnknown(now, key));
        } else {
            events.add(dice < 97 ? new Event.SendUnknown(now, key) : new Event.SendFailed(now, key));
        }
    }

    /** One delivery or one end of a delivery; {@code care} is how often everything goes well. */
    private void consume(double care) {
        String group = random.nextBoolean() ? "audit" : "billing";
        List<Held> open = messages.values().stream()
                .filter(held -> !held.done.contains(group))
                .limit(1 + random.nextInt(40))
                .toList();
        if (open.isEmpty()) {
            return;
        }
        Held held = open.get(open.size() - 1);
        Long leasedUntil = held.leasedUntilNanos.get(group);
        if (leasedUntil == null || leasedUntil <= now) {
            deliver(held, group, care);
        } else if (held.seen.getOrDefault(group, false)) {
            finish(held, group, care);
        }
    }

    private void deliver(Held held, String group, double care) {
        int attempt = held.attempts.merge(group, 1, Integer::sum);
        held.leasedUntilNanos.put(group, now + LIMITS.lease().toNanos());
        boolean seen = random.nextDouble() < Math.max(care, 0.97);
        held.seen.put(group, seen);
        if (seen) {
            events.add(new Event.Delivered(now + 1000, group, held.key, "id-" + held.key, held.hash, attempt));
        }
    }

    private void finish(Held held, String group, double care) {
        int attempt = held.attempts.getOrDefault(group, 0);
        double dice = random.nextDouble();
        if (dice > Math.max(care, 0.95)) {
            events.add(new Event.Nacked(now, group, held.key, attempt));
            held.leasedUntilNanos.remove(group);
            return;
        }
        events.add(new Event.AckInvoked(now, group, held.key, attempt));
        now += 200_000;
        if (dice < care) {
            done(held, group);
            events.add(new Event.AckOk(now, group, held.key, attempt));
        } else {
            held.seen.put(group, false);
            if (random.nextBoolean()) {
                done(held, group);
            }
            events.add(new Event.AckUnknown(now, group, held.key, attempt));
        }
    }

    private void done(Held held, String group) {
        held.done.add(group);
        if (held.done.containsAll(groups)) {
            messages.remove(held.key);
        }
    }

    private void crash() {
        events.add(new Event.Crashed(now));
        now += 800_000_000;
        events.add(new Event.Ready(now));
        // What was handed out may be handed out again; nothing else is forgotten.
        messages.values().forEach(held -> held.leasedUntilNanos.clear());
    }

    private void consumerGoes() {
        String group = random.nextBoolean() ? "audit" : "billing";
        events.add(new Event.ConsumerGone(now, group));
        messages.values().forEach(held -> held.leasedUntilNanos.remove(group));
    }

    /** A stored message and where each group is with it. */
    private static final class Held {
        final String key;
        final long hash;
        final Set<String> done = new TreeSet<>();
        final Map<String, Integer> attempts = new LinkedHashMap<>();
        final Map<String, Long> leasedUntilNanos = new LinkedHashMap<>();
        final Map<String, Boolean> seen = new LinkedHashMap<>();

        Held(String key, long hash) {
            this.key = key;
            this.hash = hash;
        }
    }
}
