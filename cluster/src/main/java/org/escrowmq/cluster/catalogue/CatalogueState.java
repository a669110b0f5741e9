package org.escrowmq.cluster.catalogue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Topics, groups and which group reads which topic. Changed by {@link #apply} alone, by one thread; read by any thread, each
 * read seeing every change whose event was applied before.
 */
public final class CatalogueState {
    /** How a group stands to a topic: how many queues there were when it began, and where it begins on those. */
    public record Binding(int queues, boolean atFirst) {}

    private record Pair(GroupName group, TopicId topic) {}

    private final Map<TopicName, TopicDescription> topics = new ConcurrentHashMap<>();
    private final Map<TopicId, TopicDescription> byId = new ConcurrentHashMap<>();
    private final Map<GroupName, GroupDescription> groups = new ConcurrentHashMap<>();
    private final Map<Pair, Binding> bindings = new ConcurrentHashMap<>();
    private final Map<TopicId, Map<String, GroupName>> readers = new ConcurrentHashMap<>();
    private final Map<Long, TopicDescription> erasing = new ConcurrentSkipListMap<>();
    private final Map<GroupName, List<TopicId>> forgetting = new ConcurrentHashMap<>();
    private volatile long lastTopicId;
    private volatile long appliedUpTo;
    private volatile @Nullable ByteBuffer secret;

    /** Changes the state. Never refuses. */
    public void apply(CatalogueEvent event) {
        if (event instanceof CatalogueEvent.TopicSet set) topicSet(set.topic());
        else if (event instanceof CatalogueEvent.TopicDeleted deleted) topicDeleted(deleted.id());
        else if (event instanceof CatalogueEvent.TopicErased erased)
            erasing.remove(erased.id().value());
        else if (event instanceof CatalogueEvent.GroupSet set)
            groups.put(set.group().spec().name(), set.group());
        else if (event instanceof CatalogueEvent.GroupDeleted deleted) groupDeleted(deleted.group());
        else if (event instanceof CatalogueEvent.GroupForgotten gone) forgetting.remove(gone.group());
        else if (event instanceof CatalogueEvent.GroupBound bound) bound(bound);
        else if (event instanceof CatalogueEvent.TopicIdsUsed used)
            lastTopicId = Math.max(lastTopicId, used.upTo().value());
        else if (event instanceof CatalogueEvent.SecretMade made) secret = made.secret();
    }

    /** The number of the last journal entry whose events were applied; 0 for none. */
    long appliedUpTo() {
        return appliedUpTo;
    }

    void appliedUpTo(long sequenceNumber) {
        appliedUpTo = sequenceNumber;
    }

    private void topicSet(TopicDescription topic) {
        lastTopicId = Math.max(lastTopicId, topic.id().value());
        byId.put(topic.id(), topic);
        topics.put(topic.name(), topic);
    }

    private void topicDeleted(TopicId id) {
        lastTopicId = Math.max(lastTopicId, id.value());
        TopicDescription topic = byId.remove(id);
        if (topic == null) return;
        topics.remove(topic.name(), topic);
        erasing.put(id.value(), topic);
        Map<String, GroupName> names = readers.remove(id);
        if (names != null) names.values().forEach(group -> bindings.remove(new Pair(group, id)));
    }

    private void groupDeleted(GroupName group) {
        groups.remove(group);
        List<TopicId> read = new ArrayList<>();
        readers.forEach((topic, names) -> {
            if (names.remove(group.toString()) == null) return;
            bindings.remove(new Pair(group, topic));
            read.add(topic);
        });
        if (!read.isEmpty()) forgetting.put(group, List.copyOf(read));
    }

    private void bound(CatalogueEvent.GroupBound bound) {
        bindings.put(new Pair(bound.group(), bound.topic()), new Binding(bound.queues(), bound.atFirst()));
        readers.computeIfAbsent(bound.topic(), id -> new ConcurrentSkipListMap<>())
                .put(bound.group().toString(), bound.group());
    }

    /** The topic of this name. */
    public Optional<TopicDescription> topic(TopicName name) {
        return Optional.ofNullable(topics.get(name));
    }

    /** The topic of this incarnation, while it exists. */
    public Optional<TopicDescription> topic(TopicId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** All topics, by name. */
    public List<TopicDescription> topics() {
        Map<String, TopicDescription> sorted = new TreeMap<>();
        topics.forEach((name, topic) -> sorted.put(name.toString(), topic));
        return List.copyOf(sorted.values());
    }

    /** The group of this name. */
    public Optional<GroupDescription> group(GroupName name) {
        return Optional.ofNullable(groups.get(name));
    }

    /** All groups, by name. */
    public List<GroupDescription> groups() {
        Map<String, GroupDescription> sorted = new TreeMap<>();
        groups.forEach((name, group) -> sorted.put(name.toString(), group));
        return List.copyOf(sorted.values());
    }

    /** The groups bound to a topic, by name. */
    public List<GroupName> groupsOf(TopicId topic) {
        Map<String, GroupName> names = readers.get(topic);
        return names == null ? List.of() : List.copyOf(names.values());
    }

    /** The topics a group is bound to, by name. */
    public List<TopicDescription> topicsOf(GroupName group) {
        List<TopicDescription> found = new ArrayList<>();
        for (TopicDescription topic : topics()) {
            if (bindings.containsKey(new Pair(group, topic.id()))) found.add(topic);
        }
        return found;
    }

    /** How a group stands to a topic; empty when it never read it. */
    public Optional<Binding> binding(GroupName group, TopicId topic) {
        return Optional.ofNullable(bindings.get(new Pair(group, topic)));
    }

    /** Deleted topics whose queues may still hold something. */
    public List<TopicDescription> erasing() {
        return List.copyOf(erasing.values());
    }

    /** Deleted groups whose progress may still be on queues of these topics. */
    public Map<GroupName, List<TopicId>> forgetting() {
        return Map.copyOf(forgetting);
    }

    /** The id the next topic gets. */
    public TopicId nextTopicId() {
        return new TopicId(lastTopicId + 1);
    }

    /** The signing secret, once it is made. */
    public Optional<ByteBuffer> secret() {
        return Optional.ofNullable(secret).map(ByteBuffer::duplicate);
    }

    /** Events that lead from nothing to this state: the snapshot. */
    public List<CatalogueEvent> asEvents() {
        List<CatalogueEvent> events = new ArrayList<>();
        secret().ifPresent(made -> events.add(new CatalogueEvent.SecretMade(made)));
        for (TopicDescription topic : erasing()) {
            events.add(new CatalogueEvent.TopicSet(topic));
            events.add(new CatalogueEvent.TopicDeleted(topic.id()));
        }
        if (lastTopicId > 0) events.add(new CatalogueEvent.TopicIdsUsed(new TopicId(lastTopicId)));
        topics().forEach(topic -> events.add(new CatalogueEvent.TopicSet(topic)));
        forgetting.forEach((group, read) -> {
            read.forEach(topic -> events.add(new CatalogueEvent.GroupBound(group, topic, 0, false)));
            events.add(new CatalogueEvent.GroupDeleted(group));
        });
        groups().forEach(group -> events.add(new CatalogueEvent.GroupSet(group)));
        bindings.forEach((pair, binding) -> events.add(
                new CatalogueEvent.GroupBound(pair.group(), pair.topic(), binding.queues(), binding.atFirst())));
        return events;
    }
}
