package org.escrowmq.systemtests.history;

import static org.escrowmq.systemtests.history.Invariant.I1_NOTHING_LOST;
import static org.escrowmq.systemtests.history.Invariant.I4_ORDER_KEPT;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.escrowmq.systemtests.history.Event.AckOk;
import org.escrowmq.systemtests.history.Event.Consumed;
import org.escrowmq.systemtests.history.Event.Delivered;
import org.escrowmq.systemtests.history.Event.Grouped;
import org.escrowmq.systemtests.history.Event.OfMessage;
import org.escrowmq.systemtests.history.Event.SendOk;

/** What a server that breaks the order would have done to a correct history. Each harms one message, or two of one message group. */
enum PlantedDisorder {
    SWAPS_NEIGHBOURS(I4_ORDER_KEPT) {
        @Override
        List<Event> plant(List<Event> events, Pair pair) {
            List<Event> broken = new ArrayList<>();
            for (Event event : events) {
                if (event instanceof Consumed e && e.key().equals(pair.first)) {
                    broken.add(new Consumed(
                            time(events, pair.second) + (e.atNanos() - time(events, pair.first)),
                            e.group(),
                            e.key(),
                            e.attempt()));
                } else if (event instanceof Consumed e && e.key().equals(pair.second)) {
                    broken.add(new Consumed(
                            time(events, pair.first) + (e.atNanos() - time(events, pair.second)),
                            e.group(),
                            e.key(),
                            e.attempt()));
                } else {
                    broken.add(event);
                }
            }
            return broken;
        }
    },
    SKIPS_ONE_AND_BRINGS_IT_AT_THE_END(I4_ORDER_KEPT) {
        @Override
        List<Event> plant(List<Event> events, Pair pair) {
            long shift = last(events) - time(events, pair.first) + 1;
            List<Event> broken = new ArrayList<>();
            for (Event event : events) {
                if (event instanceof Delivered e && e.key().equals(pair.first)) {
                    broken.add(new Delivered(
                            e.atNanos() + shift, e.group(), e.key(), e.messageId(), e.bodyHash(), e.attempt()));
                } else if (event instanceof Consumed e && e.key().equals(pair.first)) {
                    broken.add(new Consumed(e.atNanos() + shift, e.group(), e.key(), e.attempt()));
                } else if (event instanceof AckOk e && e.key().equals(pair.first)) {
                    broken.add(new AckOk(e.atNanos() + shift, e.group(), e.key(), e.attempt()));
                } else {
                    broken.add(event);
                }
            }
            return broken;
        }
    },
    SKIPS_ONE_FOR_EVER(I4_ORDER_KEPT) {
        @Override
        List<Event> plant(List<Event> events, Pair pair) {
            return PlantedFault.without(events, event -> atConsumer(event, pair.first));
        }
    },
    LOSES_ONE(I1_NOTHING_LOST) {
        @Override
        List<Event> plant(List<Event> events, Pair pair) {
            return PlantedFault.without(events, event -> atConsumer(event, pair.first));
        }
    },
    GOES_BACK_BEHIND_AN_ACK(I4_ORDER_KEPT) {
        @Override
        List<Event> plant(List<Event> events, Pair pair) {
            AckOk later = PlantedFault.pick(
                    events, new Random(0), AckOk.class, e -> e.key().equals(pair.second));
            Delivered seen = PlantedFault.pick(
                    events, new Random(0), Delivered.class, e -> e.key().equals(pair.first));
            // Its own ack was never answered, or this would be a needless duplicate and nothing else.
            List<Event> unanswered = PlantedFault.without(
                    events, event -> event instanceof AckOk e && e.key().equals(pair.first));
            return PlantedFault.with(
                    unanswered,
                    new Delivered(later.atNanos() + 1, seen.group(), seen.key(), seen.messageId(), seen.bodyHash(), 9));
        }
    };

    private final Invariant breaks;

    PlantedDisorder(Invariant breaks) {
        this.breaks = breaks;
    }

    Invariant breaks() {
        return breaks;
    }

    abstract List<Event> plant(List<Event> events, Pair pair);

    /** Two acknowledged neighbours of one message group that were both consumed and acked. */
    record Pair(String first, String second) {
        static Pair of(List<Event> events, Random random) {
            Set<String> usual = keys(events, SendOk.class);
            usual.retainAll(keys(events, Consumed.class));
            usual.retainAll(keys(events, AckOk.class));
            Map<String, String> lastOfGroup = new HashMap<>();
            List<Pair> pairs = new ArrayList<>();
            for (Event event : events) {
                if (event instanceof Grouped grouped) {
                    String before = lastOfGroup.put(grouped.messageGroup(), grouped.key());
                    if (before != null && usual.contains(before) && usual.contains(grouped.key())) {
                        pairs.add(new Pair(before, grouped.key()));
                    }
                }
            }
            return pairs.get(random.nextInt(pairs.size()));
        }

        private static Set<String> keys(List<Event> events, Class<? extends OfMessage> kind) {
            return events.stream()
                    .filter(kind::isInstance)
                    .map(event -> kind.cast(event).key())
                    .collect(Collectors.toCollection(HashSet::new));
        }
    }

    private static boolean atConsumer(Event event, String key) {
        return PlantedFault.isOf(event, key, SimulatedOrder.GROUP)
                || event instanceof Consumed consumed && consumed.key().equals(key)
                || event instanceof Event.Failed failed && failed.key().equals(key);
    }

    /** Of the first success with a message. */
    private static long time(List<Event> events, String key) {
        return PlantedFault.pick(
                        events, new Random(0), Consumed.class, e -> e.key().equals(key))
                .atNanos();
    }

    private static long last(List<Event> events) {
        return events.stream().mapToLong(Event::atNanos).max().orElseThrow();
    }
}
