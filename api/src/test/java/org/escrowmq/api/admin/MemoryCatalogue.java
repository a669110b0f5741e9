package org.escrowmq.api.admin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;

/** A catalogue in memory, with the refusals of the durable one. Thread-safe. */
final class MemoryCatalogue implements Catalogue {
    static final long CREATED = 1_700_000_000_000L;

    private final Map<String, TopicDescription> topics = new TreeMap<>();
    private final Map<String, GroupDescription> groups = new TreeMap<>();
    private final Map<TopicName, TreeSet<String>> readers = new java.util.HashMap<>();
    private long lastId;

    @Override
    public synchronized Optional<TopicDescription> topic(TopicName name) {
        return Optional.ofNullable(topics.get(name.toString()));
    }

    @Override
    public synchronized List<TopicDescription> topics() {
        return List.copyOf(topics.values());
    }

    @Override
    public synchronized Optional<GroupDescription> group(GroupName name) {
        return Optional.ofNullable(groups.get(name.toString()));
    }

    @Override
    public synchronized List<GroupDescription> groups() {
        return List.copyOf(groups.values());
    }

    @Override
    public synchronized List<GroupName> groupsOf(TopicName topic) {
        return readers.getOrDefault(topic, new TreeSet<>()).stream()
                .map(GroupName::parse)
                .toList();
    }

    @Override
    public synchronized List<TopicName> topicsOf(GroupName group) {
        return readers.entrySet().stream()
                .filter(entry -> entry.getValue().contains(group.toString()))
                .map(Map.Entry::getKey)
                .sorted(java.util.Comparator.comparing(TopicName::toString))
                .toList();
    }

    @Override
    public synchronized CompletionStage<Outcome<TopicDescription>> createTopic(TopicSpec spec) {
        String name = spec.name().toString();
        if (topics.containsKey(name)) return refused(RefusalCode.TOPIC_EXISTS, "topic " + name + " exists");
        return put(spec, new TopicId(++lastId));
    }

    @Override
    public synchronized CompletionStage<Outcome<TopicDescription>> updateTopic(TopicSpec spec) {
        TopicDescription before = topics.get(spec.name().toString());
        if (before == null) return refused(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + spec.name());
        return put(spec, before.id());
    }

    @Override
    public synchronized CompletionStage<Outcome<TopicDescription>> deleteTopic(TopicName name) {
        TopicDescription before = topics.remove(name.toString());
        readers.remove(name);
        return before == null ? refused(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + name) : done(before);
    }

    @Override
    public synchronized CompletionStage<Outcome<GroupDescription>> createGroup(GroupSpec spec) {
        String name = spec.name().toString();
        if (groups.containsKey(name)) return refused(RefusalCode.GROUP_EXISTS, "group " + name + " exists");
        return put(new GroupDescription(spec, false, false, CREATED));
    }

    @Override
    public synchronized CompletionStage<Outcome<GroupDescription>> updateGroup(GroupSpec spec) {
        GroupDescription before = groups.get(spec.name().toString());
        if (before == null) return refused(RefusalCode.GROUP_NOT_FOUND, "there is no group " + spec.name());
        return put(new GroupDescription(spec, before.paused(), before.autoCreated(), before.createdEpochMillis()));
    }

    @Override
    public synchronized CompletionStage<Outcome<GroupDescription>> deleteGroup(GroupName name) {
        GroupDescription before = groups.remove(name.toString());
        readers.values().forEach(names -> names.remove(name.toString()));
        return before == null ? refused(RefusalCode.GROUP_NOT_FOUND, "there is no group " + name) : done(before);
    }

    @Override
    public synchronized CompletionStage<Outcome<GroupDescription>> pauseGroup(GroupName name, boolean paused) {
        GroupDescription before = groups.get(name.toString());
        if (before == null) return refused(RefusalCode.GROUP_NOT_FOUND, "there is no group " + name);
        return put(new GroupDescription(before.spec(), paused, before.autoCreated(), before.createdEpochMillis()));
    }

    @Override
    public synchronized CompletionStage<Outcome<GroupDescription>> groupForUse(GroupName group, TopicName topic) {
        TopicDescription read = topics.get(topic.toString());
        if (read == null) return refused(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + topic);
        readers.computeIfAbsent(topic, absent -> new TreeSet<>()).add(group.toString());
        GroupDescription before = groups.get(group.toString());
        if (before != null) return done(before);
        GroupSpec spec = new GroupSpec(
                group,
                read.type() == TopicType.FIFO,
                GroupSpec.DEFAULT_MAX_ATTEMPTS,
                GroupSpec.StartPosition.LATEST,
                RetryPolicy.standard());
        return put(new GroupDescription(spec, false, true, CREATED));
    }

    private CompletionStage<Outcome<TopicDescription>> put(TopicSpec spec, TopicId id) {
        TopicDescription topic = new TopicDescription(
                id,
                spec.name(),
                spec.type(),
                spec.queues(),
                spec.permission(),
                spec.retention(),
                spec.dropsDuplicates(),
                CREATED);
        topics.put(spec.name().toString(), topic);
        return done(topic);
    }

    private CompletionStage<Outcome<GroupDescription>> put(GroupDescription group) {
        groups.put(group.spec().name().toString(), group);
        return done(group);
    }

    private static <T> CompletionStage<Outcome<T>> done(T value) {
        return CompletableFuture.completedFuture(Outcome.done(value));
    }

    private static <T> CompletionStage<Outcome<T>> refused(RefusalCode code, String text) {
        return CompletableFuture.completedFuture(Outcome.refused(code, text));
    }
}
