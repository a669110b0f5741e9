package org.escrowmq.systemtests.history;

import static org.escrowmq.systemtests.history.Invariant.I10_BACK_IN_TIME;
import static org.escrowmq.systemtests.history.Invariant.I1_NOTHING_LOST;
import static org.escrowmq.systemtests.history.Invariant.I2_NOTHING_INVENTED;
import static org.escrowmq.systemtests.history.Invariant.I5_NO_NEEDLESS_DUPLICATE;
import static org.escrowmq.systemtests.history.Invariant.I7_BODIES_IDENTICAL;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.escrowmq.systemtests.history.Event.AckInvoked;
import org.escrowmq.systemtests.history.Event.AckOk;
import org.escrowmq.systemtests.history.Event.Delivered;
import org.escrowmq.systemtests.history.Event.SendFailed;
import org.escrowmq.systemtests.history.Event.SendInvoked;
import org.escrowmq.systemtests.history.Event.SendOk;

/** What a broken server would have done to a correct history, and the invariant that it breaks. Each harms one message in a thousand. */
enum PlantedFault {
    LOSES_AN_ACKNOWLEDGED_MESSAGE(I1_NOTHING_LOST) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            String key = pick(events, random, SendOk.class, e -> true).key();
            return without(events, e -> isOf(e, key, "audit"));
        }
    },
    FORGETS_WHAT_WAS_NOT_ACKED(I1_NOTHING_LOST) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            String key = pick(events, random, Delivered.class, e -> e.group().equals("audit") && e.attempt() == 1)
                    .key();
            return without(events, e -> isOf(e, key, "audit") && !(e instanceof Delivered d && d.attempt() == 1));
        }
    },
    DELIVERS_WHAT_NOBODY_SENT(I2_NOTHING_INVENTED) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            Delivered seen = pick(events, random, Delivered.class, e -> true);
            return with(events, new Delivered(seen.atNanos(), seen.group(), "x", "id-x", 1, 1));
        }
    },
    DELIVERS_WHAT_IT_REFUSED(I2_NOTHING_INVENTED) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            SendFailed refused = pick(events, random, SendFailed.class, e -> true);
            String id = "id-" + refused.key();
            return with(
                    events,
                    new Delivered(refused.atNanos() + 1, "audit", refused.key(), id, hash(events, refused.key()), 1));
        }
    },
    DELIVERS_BEFORE_THE_SEND(I2_NOTHING_INVENTED) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            Delivered seen = pick(events, random, Delivered.class, e -> e.attempt() == 1);
            long sent = events.stream()
                    .filter(e -> e instanceof SendInvoked s && s.key().equals(seen.key()))
                    .findFirst()
                    .orElseThrow()
                    .atNanos();
            return replaced(
                    events,
                    seen,
                    new Delivered(
                            sent - 1, seen.group(), seen.key(), seen.messageId(), seen.bodyHash(), seen.attempt()));
        }
    },
    DELIVERS_AFTER_THE_ACK(I5_NO_NEEDLESS_DUPLICATE) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            AckOk ack = pick(events, random, AckOk.class, e -> true);
            return with(events, again(events, ack, ack.atNanos() + 1, ack.attempt() + 1));
        }
    },
    FORGETS_AN_ACK_LONG_AFTER(I5_NO_NEEDLESS_DUPLICATE) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            AckOk ack = pick(events, random, AckOk.class, e -> true);
            long end = events.stream().mapToLong(Event::atNanos).max().orElseThrow();
            return with(events, again(events, ack, end + 1, ack.attempt() + 3));
        }
    },
    STORES_A_RETRIED_SEND_TWICE(I5_NO_NEEDLESS_DUPLICATE) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            AckOk ack = pick(events, random, AckOk.class, e -> e.attempt() == 1);
            return with(events, again(events, ack, ack.atNanos() + 1, 1));
        }
    },
    CHANGES_THE_ID(I5_NO_NEEDLESS_DUPLICATE) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            Delivered seen = pick(events, random, Delivered.class, e -> isAcknowledged(events, e.key()));
            return replaced(
                    events,
                    seen,
                    new Delivered(seen.atNanos(), seen.group(), seen.key(), "other", seen.bodyHash(), seen.attempt()));
        }
    },
    DOES_NOT_COUNT_THE_ATTEMPT(I5_NO_NEEDLESS_DUPLICATE) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            Delivered second = pick(
                    events,
                    random,
                    Delivered.class,
                    e -> e.attempt() == 2
                            && events.stream()
                                    .anyMatch(f -> f instanceof Delivered d
                                            && d.key().equals(e.key())
                                            && d.group().equals(e.group())
                                            && d.attempt() == 1));
            return replaced(
                    events,
                    second,
                    new Delivered(
                            second.atNanos(), second.group(), second.key(), second.messageId(), second.bodyHash(), 1));
        }
    },
    DELIVERS_AGAIN_DURING_THE_LEASE(I5_NO_NEEDLESS_DUPLICATE) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            AckInvoked ack = pick(events, random, AckInvoked.class, e -> e.attempt() == 1 && quiet(events, e));
            Delivered first = delivery(events, ack.group(), ack.key(), 1);
            return with(
                    events,
                    new Delivered(first.atNanos() + 1, ack.group(), ack.key(), first.messageId(), first.bodyHash(), 2));
        }

        /** No other attempt, and no crash or lost consumer at that very moment. */
        private boolean quiet(List<Event> events, AckInvoked ack) {
            return events.stream()
                    .noneMatch(e -> e instanceof Delivered d
                            && d.key().equals(ack.key())
                            && d.group().equals(ack.group())
                            && d.attempt() > 1);
        }
    },
    FLIPS_A_BIT(I7_BODIES_IDENTICAL) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            Delivered seen = pick(events, random, Delivered.class, e -> true);
            return replaced(
                    events,
                    seen,
                    new Delivered(
                            seen.atNanos(),
                            seen.group(),
                            seen.key(),
                            seen.messageId(),
                            seen.bodyHash() ^ 64,
                            seen.attempt()));
        }
    },
    CONFIRMS_AN_ACK_OF_NOTHING(I10_BACK_IN_TIME) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            AckOk ack = pick(events, random, AckOk.class, e -> true);
            return with(events, new AckOk(ack.atNanos(), ack.group(), ack.key(), ack.attempt() + 7));
        }
    },
    TAKES_NO_SENDS_AFTER_READY(I10_BACK_IN_TIME) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            long ready = readyInTheMiddle(events);
            long limit = SimulatedRun.LIMITS.backWithin().toNanos();
            return without(
                    events, e -> e instanceof SendOk && e.atNanos() > ready && e.atNanos() - ready < limit + 1_000_000);
        }
    },
    DELIVERS_NOTHING_AFTER_READY(I10_BACK_IN_TIME) {
        @Override
        List<Event> plant(List<Event> events, Random random) {
            long ready = readyInTheMiddle(events);
            return without(events, e -> e.atNanos() > ready && !(e instanceof SendOk) && !(e instanceof SendInvoked));
        }
    };

    private final Invariant breaks;

    PlantedFault(Invariant breaks) {
        this.breaks = breaks;
    }

    Invariant breaks() {
        return breaks;
    }

    abstract List<Event> plant(List<Event> events, Random random);

    static <E extends Event> E pick(List<Event> events, Random random, Class<E> kind, Predicate<E> which) {
        int from = random.nextInt(events.size());
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get((from + i) % events.size());
            if (kind.isInstance(event) && which.test(kind.cast(event))) {
                return kind.cast(event);
            }
        }
        throw new IllegalStateException("the run holds no such " + kind.getSimpleName());
    }

    static List<Event> without(List<Event> events, Predicate<Event> which) {
        return new ArrayList<>(events.stream().filter(which.negate()).toList());
    }

    static List<Event> with(List<Event> events, Event more) {
        List<Event> all = new ArrayList<>(events);
        all.add(more);
        return all;
    }

    static List<Event> replaced(List<Event> events, Event old, Event by) {
        return with(without(events, e -> e == old), by);
    }

    static boolean isOf(Event event, String key, String group) {
        if (event instanceof Delivered e) {
            return e.key().equals(key) && e.group().equals(group);
        } else if (event instanceof AckInvoked e) {
            return e.key().equals(key) && e.group().equals(group);
        } else if (event instanceof AckOk e) {
            return e.key().equals(key) && e.group().equals(group);
        } else if (event instanceof Event.Nacked e) {
            return e.key().equals(key) && e.group().equals(group);
        }
        return event instanceof Event.AckUnknown e
                && e.key().equals(key)
                && e.group().equals(group);
    }

    static Delivered delivery(List<Event> events, String group, String key, int attempt) {
        return pick(
                events,
                new Random(0),
                Delivered.class,
                e -> e.group().equals(group) && e.key().equals(key) && e.attempt() == attempt);
    }

    static Delivered again(List<Event> events, AckOk ack, long atNanos, int attempt) {
        Delivered acked = delivery(events, ack.group(), ack.key(), ack.attempt());
        return new Delivered(atNanos, ack.group(), ack.key(), acked.messageId(), acked.bodyHash(), attempt);
    }

    static boolean isAcknowledged(List<Event> events, String key) {
        return events.stream().anyMatch(e -> e instanceof SendOk s && s.key().equals(key));
    }

    static long hash(List<Event> events, String key) {
        return pick(events, new Random(0), SendInvoked.class, e -> e.key().equals(key))
                .bodyHash();
    }

    /** A restart after which nothing else happens for a while. */
    static long readyInTheMiddle(List<Event> events) {
        long limit = 2 * SimulatedRun.LIMITS.backWithin().toNanos();
        return pick(
                        events,
                        new Random(0),
                        Event.Ready.class,
                        ready -> events.stream()
                                .noneMatch(e -> (e instanceof Event.Crashed || e instanceof Event.LoadEnded)
                                        && e.atNanos() > ready.atNanos()
                                        && e.atNanos() - ready.atNanos() < limit))
                .atNanos();
    }
}
