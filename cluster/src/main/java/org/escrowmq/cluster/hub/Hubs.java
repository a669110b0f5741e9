package org.escrowmq.cluster.hub;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicId;

/**
 * The parent of a node's hubs: makes one on the first poll of a group on a topic. Hubs that exist are found without it, in
 * {@link Directory}.
 */
public final class Hubs extends AbstractActor {
    /** Which hub. */
    public record Key(TopicId topic, GroupName group) {}

    /** A message for the hub of a group on a topic, which may have to be made first. */
    public record ForHub(TopicDescription topic, GroupName group, Object message) {}

    /** Makes sure that the hub exists, so that the group's start is fixed on every queue. */
    public enum Open {
        INSTANCE
    }

    /** A hub had no poll for a long time and would like to stop. */
    record Idle(ActorRef hub) {}

    /** The hubs that exist. Read by any thread, written by the parent. */
    public static final class Directory {
        private final Map<Key, ActorRef> hubs = new ConcurrentHashMap<>();

        /** Tells the hub of a group on a topic, through its parent where it does not exist yet. */
        public void tell(ActorRef parent, TopicDescription topic, GroupName group, Object message) {
            Key key = new Key(topic.id(), group);
            ActorRef hub = hubs.get(key);
            if (hub != null && message instanceof Open) return;
            if (hub == null && message instanceof GroupHub.Cancel) return;
            if (hub != null) hub.tell(message, ActorRef.noSender());
            // A hub that retires at this moment may not read it: its successor does, and whoever answers second gives
            // back.
            if (hub == null || !hub.equals(hubs.get(key))) {
                parent.tell(new ForHub(topic, group, message), ActorRef.noSender());
            }
        }

        /** Tells every hub that exists. */
        public void tellAll(Object message) {
            hubs.values().forEach(hub -> hub.tell(message, ActorRef.noSender()));
        }
    }

    private final HubContext context;
    private final Directory directory;
    private final Map<ActorRef, Key> keys = new HashMap<>();
    private long made;

    private Hubs(HubContext context, Directory directory) {
        this.context = context;
        this.directory = directory;
    }

    /** The parent; {@code directory} is filled by it. */
    public static Props props(HubContext context, Directory directory) {
        return Props.create(Hubs.class, () -> new Hubs(context, directory));
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(ForHub.class, this::forHub)
                .match(Idle.class, idle -> retire(idle.hub()))
                .match(Terminated.class, gone -> forget(gone.actor()))
                .build();
    }

    private void forHub(ForHub envelope) {
        Key key = new Key(envelope.topic().id(), envelope.group());
        ActorRef hub = directory.hubs.get(key);
        if (hub == null) hub = make(key, envelope.topic());
        if (!(envelope.message() instanceof Open)) hub.tell(envelope.message(), ActorRef.noSender());
    }

    private ActorRef make(Key key, TopicDescription topic) {
        ActorRef hub = getContext().actorOf(GroupHub.props(context, topic, key.group()), "hub-" + made++);
        getContext().watch(hub);
        keys.put(hub, key);
        directory.hubs.put(key, hub);
        return hub;
    }

    private void retire(ActorRef hub) {
        forget(hub);
        hub.tell(GroupHub.Retire.INSTANCE, getSelf());
    }

    private void forget(ActorRef hub) {
        Key key = keys.remove(hub);
        if (key != null) directory.hubs.remove(key, hub);
    }
}
