package org.escrowmq.systemtests.history;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What happened to all messages of one message group, to be read by a person who looks for the cause of a finding. */
public final class GroupHistory {
    private GroupHistory() {}

    /**
     * One line an event, with milliseconds since the beginning of the run; with it stand the crashes and lost consumers of that time.
     * Only the message itself when it has no message group.
     *
     * @param key of any message of the group
     */
    public static List<String> around(History history, String key) {
        Set<String> keys = new HashSet<>(Set.of(key));
        for (List<Story> stories : history.messageGroups().values()) {
            if (stories.stream().anyMatch(story -> story.key().equals(key))) {
                stories.forEach(story -> keys.add(story.key()));
            }
        }
        List<Event> mine =
                history.events().stream().filter(event -> concerns(event, keys)).toList();
        if (mine.isEmpty()) {
            return List.of();
        }
        long from = mine.get(0).atNanos();
        long to = mine.get(mine.size() - 1).atNanos();
        long zero = history.events().get(0).atNanos();
        List<String> lines = new ArrayList<>();
        for (Event event : history.events()) {
            boolean inTheSpan = event.atNanos() >= from && event.atNanos() <= to;
            if (concerns(event, keys) || (inTheSpan && ofAll(event))) {
                lines.add(String.format(Locale.ROOT, "%,12.3f ms  %s", (event.atNanos() - zero) / 1e6, event));
            }
        }
        return lines;
    }

    private static boolean ofAll(Event event) {
        return event instanceof Event.Crashed || event instanceof Event.Ready || event instanceof Event.ConsumerGone;
    }

    private static boolean concerns(Event event, Set<String> keys) {
        return event instanceof Event.OfMessage e && keys.contains(e.key());
    }
}
