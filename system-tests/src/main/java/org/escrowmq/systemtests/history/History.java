package org.escrowmq.systemtests.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.escrowmq.systemtests.history.Event.AckInvoked;
import org.escrowmq.systemtests.history.Event.AckOk;
import org.escrowmq.systemtests.history.Event.AckUnknown;
import org.escrowmq.systemtests.history.Event.Consumed;
import org.escrowmq.systemtests.history.Event.ConsumerGone;
import org.escrowmq.systemtests.history.Event.Crashed;
import org.escrowmq.systemtests.history.Event.Delivered;
import org.escrowmq.systemtests.history.Event.Failed;
import org.escrowmq.systemtests.history.Event.Grouped;
import org.escrowmq.systemtests.history.Event.LoadEnded;
import org.escrowmq.systemtests.history.Event.Nacked;
import org.escrowmq.systemtests.history.Event.Ready;
import org.escrowmq.systemtests.history.Event.SendFailed;
import org.escrowmq.systemtests.history.Event.SendInvoked;
import org.escrowmq.systemtests.history.Event.SendOk;
import org.escrowmq.systemtests.history.Event.SendUnknown;

/** A finished run, in order of time and sorted by message. Immutable once built. */
public final class History {
    private final List<Event> events;
    private final Map<String, Story> stories = new LinkedHashMap<>();
    private final Map<String, List<Story>> messageGroups = new LinkedHashMap<>();
    private final NavigableSet<Long> crashes = new TreeSet<>();
    private final List<Long> readies = new ArrayList<>();
    private final Map<String, NavigableSet<Long>> consumersGone = new TreeMap<>();
    private final NavigableSet<Long> sendsAcknowledged = new TreeSet<>();
    private final NavigableSet<Long> deliveries = new TreeSet<>();
    private long loadEndedNanos = Long.MAX_VALUE;

    public History(Collection<Event> events) {
        this.events = Event.inOrder(events);
        this.events.forEach(this::add);
    }

    private void add(Event event) {
        if (event instanceof SendInvoked e) {
            story(e.key()).sendInvoked(e);
        } else if (event instanceof Grouped e) {
            messageGroups
                    .computeIfAbsent(e.messageGroup(), group -> new ArrayList<>())
                    .add(story(e.key()));
        } else if (event instanceof SendOk e) {
            story(e.key()).sendOk(e);
            sendsAcknowledged.add(e.atNanos());
        } else if (event instanceof SendFailed e) {
            story(e.key()).sendFailed(e);
        } else if (event instanceof Delivered e) {
            story(e.key()).in(e.group()).deliveries.add(e);
            deliveries.add(e.atNanos());
        } else if (event instanceof Consumed e) {
            story(e.key()).in(e.group()).consumed.add(e);
        } else if (event instanceof AckInvoked e) {
            story(e.key()).in(e.group()).acksInvoked.add(e);
        } else if (event instanceof AckOk e) {
            story(e.key()).in(e.group()).acks.add(e);
        } else if (event instanceof Nacked e) {
            story(e.key()).in(e.group()).nacks.add(e);
        } else if (event instanceof ConsumerGone e) {
            consumersGone.computeIfAbsent(e.group(), group -> new TreeSet<>()).add(e.atNanos());
        } else if (event instanceof Crashed e) {
            crashes.add(e.atNanos());
        } else if (event instanceof Ready e) {
            readies.add(e.atNanos());
        } else if (event instanceof LoadEnded e) {
            loadEndedNanos = e.atNanos();
        } else if (!(event instanceof SendUnknown || event instanceof AckUnknown || event instanceof Failed)) {
            throw new IllegalArgumentException("an event that no rule knows: " + event);
        }
    }

    private Story story(String key) {
        return stories.computeIfAbsent(key, Story::new);
    }

    /** Oldest first. */
    public List<Event> events() {
        return events;
    }

    Collection<Story> stories() {
        return stories.values();
    }

    /** Messages by message group, in the order in which their sends were begun. */
    Map<String, List<Story>> messageGroups() {
        return messageGroups;
    }

    List<Long> readies() {
        return readies;
    }

    NavigableSet<Long> crashes() {
        return crashes;
    }

    NavigableSet<Long> sendsAcknowledged() {
        return sendsAcknowledged;
    }

    NavigableSet<Long> deliveries() {
        return deliveries;
    }

    /** {@link Long#MAX_VALUE} when the run did not say. */
    long loadEndedNanos() {
        return loadEndedNanos;
    }

    /** Whether each acknowledged message was acked in each of the groups, and nothing was delivered since a moment. */
    public boolean settled(Set<String> groups, long sinceNanos) {
        return quiet(groups, sinceNanos, inGroup -> !inGroup.acks.isEmpty());
    }

    /** The same when listeners have succeeded, whether or not their acks were answered. */
    public boolean consumed(Set<String> groups, long sinceNanos) {
        return quiet(groups, sinceNanos, inGroup -> !inGroup.consumed.isEmpty());
    }

    private boolean quiet(Set<String> groups, long sinceNanos, Predicate<Story.InGroup> done) {
        if (deliveries.higher(sinceNanos) != null) {
            return false;
        }
        return stories.values().stream()
                .filter(story -> story.ok() != null)
                .allMatch(story -> groups.stream().allMatch(group -> {
                    Story.InGroup inGroup = story.groups().get(group);
                    return inGroup != null && done.test(inGroup);
                }));
    }

    /** For each ready, how long until a send was acknowledged; an hour when none was. */
    public List<Duration> fromReadyToSend() {
        return fromReadyTo(sendsAcknowledged);
    }

    /** The same for deliveries. */
    public List<Duration> fromReadyToDelivery() {
        return fromReadyTo(deliveries);
    }

    private List<Duration> fromReadyTo(NavigableSet<Long> times) {
        return readies.stream()
                .map(ready -> {
                    Long first = times.higher(ready);
                    return first == null ? Duration.ofHours(1) : Duration.ofNanos(first - ready);
                })
                .toList();
    }

    /** Whether the server was away (from the decision to end it until it was ready again), or a consumer of the group left, in the span. */
    boolean interrupted(String group, long fromNanos, long toNanos) {
        Long lastCrash = crashes.floor(toNanos);
        if (lastCrash != null) {
            Long back = readies.stream()
                    .filter(ready -> ready > lastCrash)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
            if (back >= fromNanos) {
                return true;
            }
        }
        Long gone = consumersGone.getOrDefault(group, new TreeSet<>()).ceiling(fromNanos);
        return gone != null && gone <= toNanos;
    }
}
