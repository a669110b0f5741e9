package org.escrowmq.api.messaging.memory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;

/** Topics and groups in memory. */
public final class MemoryCatalogue implements Catalogue {
    private final Map<TopicName, TopicDescription> topics = new ConcurrentHashMap<>();
    private final Map<GroupName, GroupDescription> groups = new ConcurrentHashMap<>();
    private final Map<GroupName, Set<TopicName>> bound = new ConcurrentHashMap<>();
    private final AtomicLong nextTopicId = new AtomicLong(1);

    /** A readable and writable topic. */
    public TopicName topic(String name, TopicType type, int queues) {
        return topic(name, type, queues, Permission.READ_WRITE);
    }

    /** A topic. */
    public TopicName topic(String name, TopicType type, int queues, Permission permission) {
        TopicName topic = TopicName.parse(name);
        createTopic(new TopicSpec(topic, type, queues, permission, Duration.ofHours(72)));
        return topic;
    }

    @Override
    public Optional<TopicDescription> topic(TopicName name) {
        return Optional.ofNullable(topics.get(name));
    }

    @Override
    public List<TopicDescription> topics() {
        return topics.values().stream()
                .sorted((a, b) -> a.name().toString().compareTo(b.name().toString()))
                .toList();
    }

    @Override
    public Optional<GroupDescription> group(GroupName name) {
        return Optional.ofNullable(groups.get(name));
    }

    @Override
    public List<GroupDescription> groups() {
        return groups.values().stream()
                .sorted((a, b) ->
                        a.spec().name().toString().compareTo(b.spec().name().toString()))
                .toList();
    }

    @Override
    public List<GroupName> groupsOf(TopicName topic) {
        return bound.entrySet().stream()
                .filter(entry -> entry.getValue().contains(topic))
                .map(Map.Entry::getKey)
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList();
    }

    @Override
    public List<TopicName> topicsOf(GroupName group) {
        return bound.getOrDefault(group, Set.of()).stream()
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList();
    }

    @Override
    public CompletionStage<Outcome<TopicDescription>> createTopic(TopicSpec spec) {
        TopicDescription topic = new TopicDescription(
                new TopicId(nextTopicId.getAndIncrement()),
                spec.name(),
                spec.type(),
                spec.queues(),
                spec.permission(),
                spec.retention(),
                spec.dropsDuplicates(),
                System.currentTimeMillis());
        TopicDescription before = topics.putIfAbsent(spec.name(), topic);
        return answered(before == null ? Outcome.done(topic) : Outcome.refused(RefusalCode.TOPIC_EXISTS, "it exists"));
    }

    @Override
    public CompletionStage<Outcome<TopicDescription>> updateTopic(TopicSpec spec) {
        TopicDescription changed = topics.computeIfPresent(
                spec.name(),
                (name, old) -> new TopicDescription(
                        old.id(),
                        name,
                        old.type(),
                        spec.queues(),
                        spec.permission(),
                        spec.retention(),
                        spec.dropsDuplicates(),
                        old.createdEpochMillis()));
        return answered(changed == null ? noTopic(spec.name()) : Outcome.done(changed));
    }

    @Override
    public CompletionStage<Outcome<TopicDescription>> deleteTopic(TopicName name) {
        TopicDescription removed = topics.remove(name);
        return answered(removed == null ? noTopic(name) : Outcome.done(removed));
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> createGroup(GroupSpec spec) {
        GroupDescription group = new GroupDescription(spec, false, false, System.currentTimeMillis());
        GroupDescription before = groups.putIfAbsent(spec.name(), group);
        return answered(before == null ? Outcome.done(group) : Outcome.refused(RefusalCode.GROUP_EXISTS, "it exists"));
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> updateGroup(GroupSpec spec) {
        GroupDescription changed = groups.computeIfPresent(
                spec.name(),
                (name, old) -> new GroupDescription(spec, old.paused(), old.autoCreated(), old.createdEpochMillis()));
        return answered(changed == null ? noGroup(spec.name()) : Outcome.done(changed));
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> deleteGroup(GroupName name) {
        GroupDescription removed = groups.remove(name);
        return answered(removed == null ? noGroup(name) : Outcome.done(removed));
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> pauseGroup(GroupName name, boolean paused) {
        GroupDescription changed = groups.computeIfPresent(
                name,
                (key, old) -> new GroupDescription(old.spec(), paused, old.autoCreated(), old.createdEpochMillis()));
        return answered(changed == null ? noGroup(name) : Outcome.done(changed));
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> groupForUse(GroupName name, TopicName topic) {
        TopicDescription known = topics.get(topic);
        if (known == null) return answered(Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + topic));
        GroupDescription group = groups.computeIfAbsent(
                name,
                absent -> new GroupDescription(
                        new GroupSpec(
                                absent,
                                known.type() == TopicType.FIFO,
                                GroupSpec.DEFAULT_MAX_ATTEMPTS,
                                GroupSpec.StartPosition.LATEST,
                                RetryPolicy.standard()),
                        false,
                        true,
                        System.currentTimeMillis()));
        bound.computeIfAbsent(name, absent -> ConcurrentHashMap.newKeySet()).add(topic);
        return answered(Outcome.done(group));
    }

    /** Forgets everything but the numbers given out. */
    public void empty() {
        topics.clear();
        groups.clear();
        bound.clear();
    }

    /** The topics bound to a group, as text. */
    public Set<String> boundTopics(GroupName group) {
        Set<String> names = new TreeSet<>();
        topicsOf(group).forEach(topic -> names.add(topic.toString()));
        return names;
    }

    private static <T> CompletionStage<Outcome<T>> answered(Outcome<T> outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    private static <T> Outcome<T> noTopic(TopicName name) {
        return Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + name);
    }

    private static <T> Outcome<T> noGroup(GroupName name) {
        return Outcome.refused(RefusalCode.GROUP_NOT_FOUND, "there is no group " + name);
    }
}
