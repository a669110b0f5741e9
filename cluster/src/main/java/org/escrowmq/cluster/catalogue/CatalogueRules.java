package org.escrowmq.cluster.catalogue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.DeadLetterNames;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Names;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;

/**
 * What a request to the catalogue leads to: events and a description to answer with, or a refusal. Pure.
 *
 * @param queuesMax the most queues a topic may have
 * @param createGroupsOnUse whether a group comes into being by its first use
 * @param deadLetterRetention of the dead-letter topics that come into being
 */
record CatalogueRules(int queuesMax, boolean createGroupsOnUse, Duration deadLetterRetention) {
    private static final int ATTEMPTS_MAX = 10_000;

    /**
     * Events to make durable, and what to answer with ({@link TopicDescription}, {@link GroupDescription} or
     * {@link org.escrowmq.cluster.quota.Quota}).
     */
    record Decided(List<CatalogueEvent> events, Object answer) {}

    Outcome<Decided> decide(CatalogueState state, CatalogueRequest request, long nowEpochMillis) {
        if (request instanceof CatalogueRequest.CreateTopic create) return create(state, create.spec(), nowEpochMillis);
        if (request instanceof CatalogueRequest.UpdateTopic update) return update(state, update.spec());
        if (request instanceof CatalogueRequest.DeleteTopic delete) return delete(state, delete.name());
        if (request instanceof CatalogueRequest.TopicErased erased) {
            return Outcome.done(new Decided(List.of(new CatalogueEvent.TopicErased(erased.id())), erased));
        }
        if (request instanceof CatalogueRequest.GroupForgotten gone) {
            return Outcome.done(new Decided(List.of(new CatalogueEvent.GroupForgotten(gone.group())), gone));
        }
        if (request instanceof CatalogueRequest.CreateGroup create) return create(state, create.spec(), nowEpochMillis);
        if (request instanceof CatalogueRequest.UpdateGroup update) return update(state, update.spec());
        if (request instanceof CatalogueRequest.DeleteGroup delete) return delete(state, delete.name());
        if (request instanceof CatalogueRequest.PauseGroup pause) return pause(state, pause);
        if (request instanceof CatalogueRequest.DeadLetterTopic letters) {
            return deadLetterTopic(state, letters.group(), nowEpochMillis);
        }
        if (request instanceof CatalogueRequest.SetQuota set) return QuotaRules.set(state, set.quota());
        if (request instanceof CatalogueRequest.UnsetQuota unset) return QuotaRules.unset(state, unset.target());
        return bind(state, (CatalogueRequest.BindGroup) request, nowEpochMillis);
    }

    private Outcome<Decided> create(CatalogueState state, TopicSpec spec, long nowEpochMillis) {
        Optional<Refusal> problem = Names.problemOfTopic(spec.name()).or(() -> problem(spec));
        if (problem.isPresent()) return new Outcome.Refused<>(problem.get());
        if (state.topic(spec.name()).isPresent()) {
            return Outcome.refused(RefusalCode.TOPIC_EXISTS, "topic " + spec.name() + " exists already");
        }
        return topicSet(new TopicDescription(
                state.nextTopicId(),
                spec.name(),
                spec.type(),
                spec.queues(),
                spec.permission(),
                spec.retention(),
                spec.dropsDuplicates(),
                nowEpochMillis));
    }

    private Optional<Refusal> problem(TopicSpec spec) {
        if (spec.queues() < 1 || spec.queues() > queuesMax) {
            return invalid(
                    "a topic has 1 to " + queuesMax + " queues (escrow.cluster.queues-max), got " + spec.queues());
        }
        if (spec.retention().toMillis() < 1_000)
            return invalid("the shortest retention is 1 s, got " + spec.retention());
        return Optional.empty();
    }

    private Outcome<Decided> update(CatalogueState state, TopicSpec spec) {
        Optional<TopicDescription> current = state.topic(spec.name());
        if (current.isEmpty()) return noTopic(spec.name());
        Optional<Refusal> problem = problem(spec).or(() -> problem(current.get(), spec));
        if (problem.isPresent()) return new Outcome.Refused<>(problem.get());
        TopicDescription old = current.get();
        return topicSet(new TopicDescription(
                old.id(),
                old.name(),
                old.type(),
                spec.queues(),
                spec.permission(),
                spec.retention(),
                spec.dropsDuplicates(),
                old.createdEpochMillis()));
    }

    private static Optional<Refusal> problem(TopicDescription old, TopicSpec spec) {
        if (spec.type() != old.type()) {
            return invalid("the type of topic " + old.name() + " is " + old.type()
                    + " and cannot change; delete the topic and create it anew");
        }
        if (spec.queues() < old.queues()) {
            return invalid("topic " + old.name() + " has " + old.queues() + " queues; queues cannot be taken away");
        }
        if (old.type().accepted().contains(MessageType.FIFO) && spec.queues() != old.queues()) {
            return invalid("the queues of topic " + old.name()
                    + " cannot change: it takes FIFO messages, whose message groups would lose their order");
        }
        return Optional.empty();
    }

    private static Outcome<Decided> topicSet(TopicDescription topic) {
        return Outcome.done(new Decided(List.of(new CatalogueEvent.TopicSet(topic)), topic));
    }

    /** The topic as it is, or a new one of one queue that takes every type of message. */
    private Outcome<Decided> deadLetterTopic(CatalogueState state, GroupName group, long nowEpochMillis) {
        TopicName name = DeadLetterNames.topicOf(group);
        Optional<TopicDescription> known = state.topic(name);
        if (known.isPresent()) return Outcome.done(new Decided(List.of(), known.get()));
        return create(
                state,
                new TopicSpec(name, TopicType.MIXED, 1, Permission.READ_WRITE, deadLetterRetention),
                nowEpochMillis);
    }

    private static Outcome<Decided> delete(CatalogueState state, TopicName name) {
        Optional<TopicDescription> topic = state.topic(name);
        if (topic.isEmpty()) return noTopic(name);
        return Outcome.done(
                new Decided(List.of(new CatalogueEvent.TopicDeleted(topic.get().id())), topic.get()));
    }

    private static Outcome<Decided> create(CatalogueState state, GroupSpec spec, long nowEpochMillis) {
        Optional<Refusal> problem = Names.problemOfGroup(spec.name()).or(() -> problem(spec));
        if (problem.isPresent()) return new Outcome.Refused<>(problem.get());
        if (state.group(spec.name()).isPresent()) {
            return Outcome.refused(RefusalCode.GROUP_EXISTS, "group " + spec.name() + " exists already");
        }
        return groupSet(new GroupDescription(spec, false, false, nowEpochMillis));
    }

    private static Optional<Refusal> problem(GroupSpec spec) {
        if (spec.maxAttempts() < 1 || spec.maxAttempts() > ATTEMPTS_MAX) {
            return invalid("a group has 1 to " + ATTEMPTS_MAX + " attempts, got " + spec.maxAttempts());
        }
        if (spec.retry() instanceof RetryPolicy.Customized customized
                && customized.steps().isEmpty()) {
            return invalid("a customized retry policy has at least one step");
        }
        return Optional.empty();
    }

    private static Outcome<Decided> update(CatalogueState state, GroupSpec spec) {
        Optional<GroupDescription> current = state.group(spec.name());
        if (current.isEmpty()) return noGroup(spec.name());
        Optional<Refusal> problem = problem(spec);
        if (problem.isPresent()) return new Outcome.Refused<>(problem.get());
        GroupDescription old = current.get();
        return groupSet(new GroupDescription(spec, old.paused(), old.autoCreated(), old.createdEpochMillis()));
    }

    private static Outcome<Decided> delete(CatalogueState state, GroupName name) {
        Optional<GroupDescription> group = state.group(name);
        if (group.isEmpty()) return noGroup(name);
        return Outcome.done(new Decided(List.of(new CatalogueEvent.GroupDeleted(name)), group.get()));
    }

    private static Outcome<Decided> pause(CatalogueState state, CatalogueRequest.PauseGroup request) {
        Optional<GroupDescription> current = state.group(request.name());
        if (current.isEmpty()) return noGroup(request.name());
        GroupDescription old = current.get();
        return groupSet(
                new GroupDescription(old.spec(), request.paused(), old.autoCreated(), old.createdEpochMillis()));
    }

    private static Outcome<Decided> groupSet(GroupDescription group) {
        return Outcome.done(new Decided(List.of(new CatalogueEvent.GroupSet(group)), group));
    }

    private Outcome<Decided> bind(CatalogueState state, CatalogueRequest.BindGroup request, long nowEpochMillis) {
        Optional<TopicDescription> topic = state.topic(request.topic());
        if (topic.isEmpty()) return noTopic(request.topic());
        Optional<Refusal> problem = Names.problemOfGroup(request.group());
        if (problem.isPresent()) return new Outcome.Refused<>(problem.get());
        Optional<GroupDescription> known = state.group(request.group());
        if (known.isEmpty() && !createGroupsOnUse) return noGroup(request.group());
        if (state.forgetting().containsKey(request.group())) {
            return Outcome.refused(
                    RefusalCode.UNAVAILABLE,
                    "group " + request.group() + " was just deleted and is being forgotten; try again");
        }
        List<CatalogueEvent> events = new ArrayList<>();
        GroupDescription group = known.orElseGet(() -> onUse(request.group(), topic.get(), nowEpochMillis));
        if (known.isEmpty()) events.add(new CatalogueEvent.GroupSet(group));
        if (state.binding(request.group(), topic.get().id()).isEmpty()) {
            boolean atFirst = group.spec().start() == GroupSpec.StartPosition.FIRST;
            events.add(new CatalogueEvent.GroupBound(
                    request.group(), topic.get().id(), topic.get().queues(), atFirst));
        }
        return Outcome.done(new Decided(events, group));
    }

    private static GroupDescription onUse(GroupName name, TopicDescription topic, long nowEpochMillis) {
        GroupSpec spec = new GroupSpec(
                name,
                topic.type() == TopicType.FIFO,
                GroupSpec.DEFAULT_MAX_ATTEMPTS,
                GroupSpec.StartPosition.LATEST,
                RetryPolicy.standard());
        return new GroupDescription(spec, false, true, nowEpochMillis);
    }

    static Outcome<Decided> noTopic(TopicName name) {
        return Outcome.refused(
                RefusalCode.TOPIC_NOT_FOUND,
                "topic " + name + " does not exist; create it with: escrow topic create " + name);
    }

    static Outcome<Decided> noGroup(GroupName name) {
        return Outcome.refused(
                RefusalCode.GROUP_NOT_FOUND,
                "group " + name + " does not exist; create it with: escrow group create " + name);
    }

    private static Optional<Refusal> invalid(String text) {
        return Optional.of(new Refusal(RefusalCode.INVALID_ARGUMENT, text));
    }
}
