package org.escrowmq.cluster.entity;

import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.model.GroupName;
import org.escrowmq.queue.QueueState;

/**
 * The hubs that listen to a queue: one a group on each node. Signals are edge-triggered: a hub that was told is not told
 * again until one of its grants found nothing more. Owned by the queue's actor.
 */
final class Listeners {
    private static final class Listener {
        private final ActorRef hub;
        private boolean told;

        Listener(ActorRef hub) {
            this.hub = hub;
        }
    }

    private final int queueNumber;
    private final Map<GroupName, Map<ActorRef, Listener>> groups = new HashMap<>();

    Listeners(int queueNumber) {
        this.queueNumber = queueNumber;
    }

    void add(GroupName group, ActorRef hub) {
        groups.computeIfAbsent(group, absent -> new HashMap<>()).put(hub, new Listener(hub));
    }

    void remove(GroupName group, ActorRef hub) {
        groups.computeIfPresent(group, (name, hubs) -> {
            hubs.remove(hub);
            return hubs.isEmpty() ? null : hubs;
        });
    }

    void remove(ActorRef hub) {
        groups.values().forEach(hubs -> hubs.remove(hub));
        groups.values().removeIf(Map::isEmpty);
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    /** The group's grant found nothing more: its hubs want to be told again. */
    void rearm(GroupName group) {
        Map<ActorRef, Listener> hubs = groups.get(group);
        if (hubs != null) hubs.values().forEach(listener -> listener.told = false);
    }

    /** Grants came back with nothing although there was something: every hub wants to be told again. */
    void rearm() {
        groups.values().forEach(hubs -> hubs.values().forEach(listener -> listener.told = false));
    }

    /** The hub knows that there is something. */
    void told(GroupName group, ActorRef hub) {
        Map<ActorRef, Listener> hubs = groups.get(group);
        Listener listener = hubs == null ? null : hubs.get(hub);
        if (listener != null) listener.told = true;
    }

    /** Tells every hub that does not know yet and whose group has something to read. */
    void signal(QueueState state, long nowMillis) {
        if (groups.isEmpty()) return;
        groups.forEach((group, hubs) -> {
            boolean asked = false;
            boolean has = false;
            for (Listener listener : hubs.values()) {
                if (listener.told) continue;
                if (!asked) {
                    has = state.hasCandidates(group, nowMillis);
                    asked = true;
                }
                if (!has) return;
                listener.told = true;
                listener.hub.tell(new QueueOperation.HasMessages(queueNumber), ActorRef.noSender());
            }
        });
    }
}
