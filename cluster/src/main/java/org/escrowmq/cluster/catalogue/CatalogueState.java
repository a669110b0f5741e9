package org.escrowmq.cluster.catalogue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaLimits;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Topics, groups, which group reads which topic, and quotas. Changed by {@link #apply} alone, by one thread; read by any thread, each
 * read seeing every change whose event was applied before.
 */
public final class CatalogueState {
    /** How a group stands to a topic: how many queues there were when it began, and where it begins on those. */
    public record Binding(int queues, boolean atFirst) {}

    private record Pair(GroupName group, TopicId topic) {}

    /** All topics by name, as they were after so many changes. */
    private record Sorted(long changes, List<TopicDescription> topics) {}

    private static final Comparator<TopicDescription> BY_NAME =
            Comparator.comparing(topic -> topic.name().toString());

    private final Map<TopicName, TopicDescription> topics = new ConcurrentHashMap<>();
    private final Map<TopicId, TopicDescription> byId = new ConcurrentHashMap<>();
    private final Map<GroupName, GroupDescription> groups = new ConcurrentHashMap<>();
    private final Map<Pair, Binding> bindings = new ConcurrentHashMap<>();
    private final Map<TopicId, Map<String, GroupName>> readers = new ConcurrentHashMap<>();
    private final Map<Long, TopicDescription> erasing = new ConcurrentSkipListMap<>();
    private final Map<GroupName, List<TopicId>> forgetting = new ConcurrentHashMap<>();
    /** Counted after a change is in the map: whoever reads it first finds at least as much there. */
    private final AtomicLong topicChanges = new AtomicLong();

    private volatile Sorted sorted = new Sorted(0, List.of());
    private final Map<QuotaTarget, QuotaLimits> quotas = new ConcurrentSkipListMap<>();
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
        else if (event instanceof CatalogueEvent.QuotaSet set)
            quotas.put(set.quota().target(), set.quota().limits());
        else if (event instanceof CatalogueEvent.QuotaUnset unset) quotas.remove(unset.target());
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
        topicChanges.incrementAndGet();
    }

    private void topicDeleted(TopicId id) {
        lastTopicId = Math.max(lastTopicId, id.value());
        TopicDescription topic = byId.remove(id);
        if (topic == null) return;
        topics.remove(topic.name(), topic);
        topicChanges.incrementAndGet();
        quotas.remove(new QuotaTarget(QuotaTarget.Kind.TOPIC, topic.name().toString()));
        erasing.put(id.value(), topic);
        Map<String, GroupName> names = readers.remove(id);
        if (names != null) names.values().forEach(group -> bindings.remove(new Pair(group, id)));
    }

    private void groupDeleted(GroupName group) {
        groups.remove(group);
        quotas.remove(new QuotaTarget(QuotaTarget.Kind.GROUP, group.toString()));
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

    /** All topics, by name. Sorted once after a change, since there may be very many. */
    public List<TopicDescription> topics() {
        long changes = topicChanges.get();
        Sorted known = sorted;
        if (known.changes() == changes) return known.topics();
        List<TopicDescription> all = new ArrayList<>(topics.values());
        all.sort(BY_NAME);
        Sorted made = new Sorted(changes, Collections.unmodifiableList(all));
        sorted = made;
        return made.topics();
    }

    /** How many topics there are. */
    public int topicCount() {
        return topics.size();
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

    /** How many groups there are. */
    public int groupCount() {
        return groups.size();
    }

    /** The groups bound to a topic, by name. */
    public List<GroupName> groupsOf(TopicId topic) {
        Map<String, GroupName> names = readers.get(topic);
        return names == null ? List.of() : List.copyOf(names.values());
    }

    /** The topics a group is bound to, by name. */
    public List<TopicDescription> topicsOf(GroupName group) {
        List<TopicDescription> found = new ArrayList<>();
        readers.forEach((id, names) -> {
            TopicDescription topic = byId.get(id);
            if (topic != null && names.containsKey(group.toString())) found.add(topic);
        });
        found.sort(BY_NAME);
        return found;
    }

    /** The topics that are read, with the groups of each by name. */
    public Map<TopicName, List<GroupName>> readTopics() {
        Map<TopicName, List<GroupName>> read = new HashMap<>();
        readers.forEach((id, names) -> {
            TopicDescription topic = byId.get(id);
            List<GroupName> bound = List.copyOf(names.values());
            if (topic != null && !bound.isEmpty()) read.put(topic.name(), bound);
        });
        return read;
    }

    /** How a group stands to a topic; empty when it never read it. */
    public Optional<Binding> binding(GroupName group, TopicId topic) {
        return Optional.ofNullable(bindings.get(new Pair(group, topic)));
    }

    /** Deleted topics whose queues may still hold something. */
    public List<TopicDescription> erasing() {
        return List.copyOf(erasing.values());
    }

    /** The deleted topic of this incarnation, while its queues may still hold something. */
    public Optional<TopicDescription> erasing(TopicId id) {
        return Optional.ofNullable(erasing.get(id.value()));
    }

    /** Deleted groups whose progress may still be on queues of these topics. */
    public Map<GroupName, List<TopicId>> forgetting() {
        return Map.copyOf(forgetting);
    }

    /** The quotas that were set, topics first, then groups, then clients, each by name. */
    public List<Quota> quotas() {
        return quotas.entrySet().stream()
                .map(entry -> new Quota(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** The quota that was set for exactly this target. */
    public Optional<Quota> quota(QuotaTarget target) {
        return Optional.ofNullable(quotas.get(target)).map(limits -> new Quota(target, limits));
    }

    /** The id the next topic gets. */
    public TopicId nextTopicId() {
        return new TopicId(lastTopicId + 1);
    }

    /** The signing secret, once it is made. */
    public Optional<ByteBuffer> secret() {
        return Optional.ofNullable(secret).map(ByteBuffer::duplicate);
    }

    /** Another state, which is like this one now. For the thread that applies. */
    CatalogueState copy() {
        CatalogueState copy = new CatalogueState();
        asEvents().forEach(copy::apply);
        return copy;
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
        topics.values().forEach(topic -> events.add(new CatalogueEvent.TopicSet(topic)));
        forgetting.forEach((group, read) -> {
            read.forEach(topic -> events.add(new CatalogueEvent.GroupBound(group, topic, 0, false)));
            events.add(new CatalogueEvent.GroupDeleted(group));
        });
        groups().forEach(group -> events.add(new CatalogueEvent.GroupSet(group)));
        bindings.forEach((pair, binding) -> events.add(
                new CatalogueEvent.GroupBound(pair.group(), pair.topic(), binding.queues(), binding.atFirst())));
        quotas().forEach(quota -> events.add(new CatalogueEvent.QuotaSet(quota)));
        return events;
    }
}
