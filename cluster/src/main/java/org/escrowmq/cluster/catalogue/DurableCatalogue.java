package org.escrowmq.cluster.catalogue;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.pattern.BackoffOnStopOptions;
import org.apache.pekko.pattern.BackoffOpts;
import org.apache.pekko.pattern.BackoffSupervisor;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.ClusterSettings;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.DeadLetterNames;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;

/** The catalogue as others see it: look-ups in the state, changes through the actor. */
public final class DurableCatalogue implements Catalogue {
    /** The pause before the actor is started again, doubled each time that it does not last. */
    private static final Duration RESTART_PAUSE_MIN = Duration.ofMillis(200);

    private static final Duration RESTART_PAUSE_MAX = Duration.ofSeconds(10);
    /** Part of the pause that is added by chance. */
    private static final double RESTART_JITTER = 0.2;

    private final CatalogueState state = new CatalogueState();
    private final CompletableFuture<Void> recovered = new CompletableFuture<>();
    private final ActorRef actor;

    /** Starts the actor. {@code changed} hears of each event on the actor's thread, once it is durable. */
    public DurableCatalogue(
            ActorSystem system, ClusterSettings settings, InstantSource clock, Consumer<CatalogueEvent> changed) {
        CatalogueRules rules =
                new CatalogueRules(settings.queuesMax(), settings.createGroupsOnUse(), settings.deadLetterRetention());
        BackoffOnStopOptions writer = BackoffOpts.onStop(
                CatalogueActor.props(state, rules, clock, changed, recovered),
                "writer",
                RESTART_PAUSE_MIN,
                RESTART_PAUSE_MAX,
                RESTART_JITTER);
        actor = system.actorOf(BackoffSupervisor.props(writer), "catalogue");
    }

    /** Completes when the state is what the journal says. */
    public CompletionStage<Void> recovered() {
        return recovered;
    }

    /** The state, for reads. */
    public CatalogueState state() {
        return state;
    }

    @Override
    public Optional<TopicDescription> topic(TopicName name) {
        return state.topic(name);
    }

    @Override
    public List<TopicDescription> topics() {
        return state.topics();
    }

    @Override
    public int topicCount() {
        return state.topicCount();
    }

    @Override
    public Optional<GroupDescription> group(GroupName name) {
        return state.group(name);
    }

    @Override
    public List<GroupDescription> groups() {
        return state.groups();
    }

    @Override
    public int groupCount() {
        return state.groupCount();
    }

    @Override
    public Map<TopicName, List<GroupName>> readTopics() {
        return state.readTopics();
    }

    @Override
    public List<GroupName> groupsOf(TopicName topic) {
        return state.topic(topic).map(found -> state.groupsOf(found.id())).orElse(List.of());
    }

    @Override
    public List<TopicName> topicsOf(GroupName group) {
        return state.topicsOf(group).stream().map(TopicDescription::name).toList();
    }

    @Override
    public CompletionStage<Outcome<TopicDescription>> createTopic(TopicSpec spec) {
        return topic(new CatalogueRequest.CreateTopic(spec));
    }

    @Override
    public CompletionStage<Outcome<TopicDescription>> updateTopic(TopicSpec spec) {
        return topic(new CatalogueRequest.UpdateTopic(spec));
    }

    @Override
    public CompletionStage<Outcome<TopicDescription>> deleteTopic(TopicName name) {
        return topic(new CatalogueRequest.DeleteTopic(name));
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> createGroup(GroupSpec spec) {
        return group(new CatalogueRequest.CreateGroup(spec));
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> updateGroup(GroupSpec spec) {
        return group(new CatalogueRequest.UpdateGroup(spec));
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> deleteGroup(GroupName name) {
        return group(new CatalogueRequest.DeleteGroup(name));
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> pauseGroup(GroupName name, boolean paused) {
        return group(new CatalogueRequest.PauseGroup(name, paused));
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> groupForUse(GroupName group, TopicName topic) {
        Optional<GroupDescription> known = state.group(group);
        Optional<TopicDescription> at = state.topic(topic);
        if (known.isPresent()
                && at.isPresent()
                && state.binding(group, at.get().id()).isPresent()) {
            return CompletableFuture.completedFuture(Outcome.done(known.get()));
        }
        return group(new CatalogueRequest.BindGroup(group, topic));
    }

    /** The dead-letter topic of a group, which comes into being where it does not exist. ILLEGAL_TOPIC. */
    public CompletionStage<Outcome<TopicDescription>> deadLetterTopic(GroupName group) {
        return state.topic(DeadLetterNames.topicOf(group))
                .<CompletionStage<Outcome<TopicDescription>>>map(
                        known -> CompletableFuture.completedFuture(Outcome.done(known)))
                .orElseGet(() -> topic(new CatalogueRequest.DeadLetterTopic(group)));
    }

    /** See {@link org.escrowmq.cluster.quota.Quotas#set}. */
    public CompletionStage<Outcome<Quota>> setQuota(Quota quota) {
        return ask(new CatalogueRequest.SetQuota(quota), Quota.class);
    }

    /** See {@link org.escrowmq.cluster.quota.Quotas#unset}. */
    public CompletionStage<Outcome<Quota>> unsetQuota(QuotaTarget target) {
        return ask(new CatalogueRequest.UnsetQuota(target), Quota.class);
    }

    /** Records that nothing is left of a deleted topic. */
    public void erased(TopicId topic) {
        actor.tell(
                new CatalogueActor.Ask(new CatalogueRequest.TopicErased(topic), new CompletableFuture<>()),
                ActorRef.noSender());
    }

    /** Records that nothing is left of a deleted group. */
    public void forgotten(GroupName group) {
        actor.tell(
                new CatalogueActor.Ask(new CatalogueRequest.GroupForgotten(group), new CompletableFuture<>()),
                ActorRef.noSender());
    }

    private CompletionStage<Outcome<TopicDescription>> topic(CatalogueRequest request) {
        return ask(request, TopicDescription.class);
    }

    private CompletionStage<Outcome<GroupDescription>> group(CatalogueRequest request) {
        return ask(request, GroupDescription.class);
    }

    private <T> CompletionStage<Outcome<T>> ask(CatalogueRequest request, Class<T> type) {
        CompletableFuture<Outcome<Object>> answer = new CompletableFuture<>();
        actor.tell(new CatalogueActor.Ask(request, answer), ActorRef.noSender());
        return answer.thenApply(outcome ->
                outcome.fold(done -> Outcome.done(type.cast(done)), refusal -> new Outcome.Refused<>(refusal)));
    }
}
