package org.escrowmq.cluster.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.sharding.ClusterSharding;
import org.apache.pekko.cluster.sharding.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.pattern.Patterns;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.ClusterSettings;
import org.escrowmq.cluster.DeadLetters;
import org.escrowmq.cluster.DelayDesk;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.Traffic;
import org.escrowmq.cluster.TransactionDesk;
import org.escrowmq.cluster.catalogue.CatalogueEvent;
import org.escrowmq.cluster.catalogue.CatalogueState;
import org.escrowmq.cluster.catalogue.DurableCatalogue;
import org.escrowmq.cluster.clients.NodeClients;
import org.escrowmq.cluster.clients.Producers;
import org.escrowmq.cluster.entity.AwakeQueues;
import org.escrowmq.cluster.entity.ClientGone;
import org.escrowmq.cluster.entity.ProducerCame;
import org.escrowmq.cluster.entity.QueueContext;
import org.escrowmq.cluster.entity.QueueEntity;
import org.escrowmq.cluster.entity.QueueEnvelope;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.cluster.entity.ReceiptHandle;
import org.escrowmq.cluster.hub.GroupHub;
import org.escrowmq.cluster.hub.HubContext;
import org.escrowmq.cluster.hub.Hubs;
import org.escrowmq.cluster.partition.CacheBudget;
import org.escrowmq.cluster.quota.QuotaLimiter;
import org.escrowmq.cluster.quota.QuotaSettings;
import org.escrowmq.cluster.quota.Quotas;
import org.escrowmq.cluster.timer.ClockWatch;
import org.escrowmq.cluster.timer.NextWakes;
import org.escrowmq.delay.wheel.TimingWheel;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.escrowmq.persistence.FaultHandler;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.pekko.EscrowJournal;
import org.jspecify.annotations.Nullable;

/**
 * A node put together. The store opens first (with its lock), then the actor system forms a cluster of one and starts
 * sharding while the catalogue recovers; with both done the exchange is made and {@link #ready} completes.
 */
public final class Node implements Broker {
    private static final String QUEUES = "queues";
    private static final Duration WAKE_LOOK_INTERVAL = Duration.ofMillis(500);
    private static final Duration CLOCK_LOOK_INTERVAL = Duration.ofMillis(250);
    /** After how long a question about a transaction counts as unanswered, where the interval is long. */
    private static final long ANSWER_MILLIS_MAX = 10_000;

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);

    private final ActorSystem system;
    private final ClusterSettings settings;
    private final InstantSource clock = InstantSource.system();
    private final Journal journal;
    private final TimingWheel timers = new TimingWheel();
    private final NodeClients clients;
    private final Producers producers;
    private final Traffic traffic = new Traffic(Traffic.DEFAULT_FLOWS_MAX);
    private final Hubs.Directory hubs = new Hubs.Directory();
    private final DurableCatalogue catalogue;
    private final AwakeQueues awake;
    private final NodeQuotas quotas;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile @Nullable Services services;

    /** What exists once the catalogue is recovered. */
    private record Services(
            ShardedExchange exchange,
            QueueStreams streams,
            DeadLetters deadLetters,
            TransactionDesk transactions,
            DelayDesk delays,
            QueueInspection inspection,
            Cleanup cleanup) {}

    private Node(ActorSystem system, Journal journal) {
        this.system = system;
        this.settings = ClusterSettings.of(system.settings().config());
        this.journal = journal;
        this.awake = new AwakeQueues(settings.awakeQueuesMax());
        this.clients = new NodeClients(
                settings.clientLiveness(), clock, () -> System.nanoTime() / 1_000_000, this::clientGone);
        this.producers = new Producers(
                clients::streamOf,
                topic -> system.eventStream().publish(new ProducerCame(topic)),
                traffic.transactions(),
                () -> System.nanoTime() / 1_000_000,
                settings.checksPerClientMax(),
                Math.min(ANSWER_MILLIS_MAX, settings.checks().intervalMillis() / 3));
        clients.onRegistered(producers::registered);
        QuotaLimiter limiter =
                new QuotaLimiter(QuotaSettings.of(system.settings().config()), System::nanoTime);
        this.catalogue = new DurableCatalogue(system, settings, clock, this::catalogueChanged);
        this.quotas = new NodeQuotas(catalogue, limiter);
    }

    /** Starts a node; see {@link org.escrowmq.cluster.EscrowBroker#start}. */
    public static Node start(Config config, FaultHandler faults) throws IOException {
        // How Escrow uses Pekko is not for configuration files to change; they know keys of escrow only.
        Config whole = ConfigFactory.parseResources("escrow-pekko.conf")
                .withFallback(config)
                .withFallback(ConfigFactory.defaultReferenceUnresolved())
                .resolve();
        ActorSystem system = ActorSystem.create("escrow", whole);
        Node node = new Node(system, open(system, faults));
        Cluster cluster = Cluster.get(system);
        cluster.join(cluster.selfAddress());
        node.catalogue.recovered().whenComplete((done, failure) -> {
            if (failure != null) node.ready.completeExceptionally(failure);
            else cluster.registerOnMemberUp(node::begin);
        });
        return node;
    }

    private static Journal open(ActorSystem system, FaultHandler faults) throws IOException {
        try {
            return EscrowJournal.of(system).open(faults);
        } catch (IOException | RuntimeException failure) {
            system.terminate();
            throw failure;
        }
    }

    private void clientGone(String id) {
        producers.gone(id);
        system.eventStream().publish(new ClientGone(id));
    }

    private void begin() {
        quotas.follow();
        CatalogueState state = catalogue.state();
        byte[] secret = new byte[state.secret().orElseThrow().remaining()];
        state.secret().orElseThrow().get(secret);
        ReceiptHandle.Codec handles = new ReceiptHandle.Codec(secret);
        CatalogueRoutes routes = new CatalogueRoutes(
                catalogue, awake, () -> ClusterSharding.get(system).shardRegion(QUEUES));
        QueueContext queueContext = new QueueContext(
                settings,
                journal,
                timers,
                clients,
                producers,
                traffic,
                new CacheBudget(settings.cacheNodeBytesMax(), settings.duplicateIdsNodeMax()),
                awake,
                handles,
                state::topic,
                (group, topic) -> state.binding(group, topic).isPresent(),
                group -> state.group(group)
                        .map(known -> known.spec().maxAttempts())
                        .orElse(Integer.MAX_VALUE),
                routes,
                clock,
                clock.millis());
        ActorRef queues = ClusterSharding.get(system)
                .start(
                        QUEUES,
                        QueueEntity.props(queueContext),
                        ClusterShardingSettings.create(system),
                        new QueueEnvelope.Extractor(),
                        ClusterSharding.get(system)
                                .defaultShardAllocationStrategy(ClusterShardingSettings.create(system)),
                        QueueOperation.Stop.INSTANCE);
        ExchangeOfHubs giveBack = new ExchangeOfHubs();
        HubContext hubContext = new HubContext(
                settings,
                catalogue,
                timers,
                queues,
                (topic, group, queue) ->
                        state.binding(group, topic.id()).map(binding -> queue >= binding.queues() || binding.atFirst()),
                giveBack::giveBack,
                quotas.limiter());
        system.actorOf(Undelivered.props(), "undelivered");
        ActorRef parent = system.actorOf(Hubs.props(hubContext, hubs), "hubs");
        ShardedExchange exchange = new ShardedExchange(catalogue, queues, awake, parent, hubs, handles, producers);
        giveBack.exchange = exchange;
        Cleanup cleanup = new Cleanup(
                journal,
                catalogue,
                queues,
                work -> system.scheduler().scheduleOnce(Cleanup.pause(), work, system.dispatcher()));
        ShardedStreams streams = new ShardedStreams(catalogue, queues, awake);
        services = new Services(
                exchange,
                streams,
                new ShardedDeadLetters(catalogue, streams, routes),
                new StoredTransactions(catalogue, journal, queues, awake, producers),
                new StoredDelays(catalogue, journal, queues, awake),
                new ShardedInspection(catalogue, queues, awake),
                cleanup);
        cleanup.resume();
        startPeriodicWork(queues);
        awaitShards(queues);
    }

    /** Breaks the circle between hubs, which give back, and the exchange, which finds hubs. */
    private static final class ExchangeOfHubs {
        private volatile @Nullable ShardedExchange exchange;

        void giveBack(List<MessageExchange.Delivery> deliveries, HubContext.Origin origin) {
            ShardedExchange through = exchange;
            if (through != null) through.giveBack(origin.group(), deliveries, Duration.ZERO, false);
        }
    }

    private void startPeriodicWork(ActorRef queues) {
        NextWakes wakes = new NextWakes(
                journal.tables(),
                clock,
                awake::isAwake,
                (QueueId queue) ->
                        queues.tell(new QueueEnvelope(queue, QueueOperation.Wake.INSTANCE), ActorRef.noSender()));
        ClockWatch clocks = new ClockWatch(
                clock, () -> System.nanoTime() / 1_000_000, () -> awake.tellAll(QueueOperation.Wake.INSTANCE));
        // At once: what fell due while the node was down waits no longer.
        system.scheduler().scheduleWithFixedDelay(Duration.ZERO, WAKE_LOOK_INTERVAL, wakes::look, system.dispatcher());
        system.scheduler()
                .scheduleWithFixedDelay(CLOCK_LOOK_INTERVAL, CLOCK_LOOK_INTERVAL, clocks::look, system.dispatcher());
        Duration sweep = settings.clientLiveness().dividedBy(24);
        Duration atLeast = sweep.compareTo(Duration.ofMillis(200)) < 0 ? Duration.ofMillis(200) : sweep;
        system.scheduler().scheduleWithFixedDelay(atLeast, atLeast, clients::sweep, system.dispatcher());
    }

    /** Asks until the coordinator knows this region: from then on a message for a queue finds it without delay. */
    private void awaitShards(ActorRef queues) {
        Patterns.ask(queues, ShardRegion.getCurrentRegionsInstance(), PROBE_TIMEOUT)
                .whenComplete((answer, failure) -> {
                    boolean up = answer instanceof ShardRegion.CurrentRegions regions
                            && !regions.getRegions().isEmpty();
                    if (up) ready.complete(null);
                    else {
                        system.scheduler()
                                .scheduleOnce(Duration.ofMillis(50), () -> awaitShards(queues), system.dispatcher());
                    }
                });
    }

    private void catalogueChanged(CatalogueEvent event) {
        Services started = services;
        if (started == null) return;
        quotas.follow();
        CatalogueState state = catalogue.state();
        if (event instanceof CatalogueEvent.TopicDeleted deleted) {
            state.erasing(deleted.id()).ifPresent(topic -> started.cleanup().erase(topic));
        }
        if (event instanceof CatalogueEvent.GroupDeleted deleted) {
            List<TopicId> read = state.forgetting().get(deleted.group());
            if (read != null) started.cleanup().forget(deleted.group(), read);
        }
        if (event instanceof CatalogueEvent.GroupBound bound) {
            state.topic(bound.topic()).ifPresent(topic -> started.exchange().open(bound.group(), topic));
        } else if (event instanceof CatalogueEvent.QuotaSet || event instanceof CatalogueEvent.QuotaUnset) {
            hubs.tellAll(GroupHub.QuotasChanged.INSTANCE);
        } else if (mayConcernHubs(event)) {
            hubs.tellAll(GroupHub.CatalogueChanged.INSTANCE);
        }
    }

    /** A topic that no group reads has no hub: of thousands of new topics no hub hears anything. */
    private boolean mayConcernHubs(CatalogueEvent event) {
        return !(event instanceof CatalogueEvent.TopicSet set)
                || !catalogue.state().groupsOf(set.topic().id()).isEmpty();
    }

    @Override
    public Catalogue catalogue() {
        return catalogue;
    }

    @Override
    public MessageExchange exchange() {
        return started().exchange();
    }

    @Override
    public QueueStreams streams() {
        return started().streams();
    }

    @Override
    public DeadLetters deadLetters() {
        return started().deadLetters();
    }

    @Override
    public TransactionDesk transactions() {
        return started().transactions();
    }

    @Override
    public DelayDesk delays() {
        return started().delays();
    }

    @Override
    public QueueInspection inspection() {
        return started().inspection();
    }

    private Services started() {
        Services started = services;
        if (started == null) throw new IllegalStateException("the node is not ready yet: wait for ready()");
        return started;
    }

    @Override
    public ClientRegistry clients() {
        return clients;
    }

    @Override
    public Quotas quotas() {
        return quotas;
    }

    @Override
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public int awakeQueues() {
        return awake.size();
    }

    @Override
    public ActorSystem system() {
        return system;
    }

    @Override
    public CompletionStage<Void> ready() {
        return ready;
    }

    @Override
    public CompletionStage<Void> stop() {
        hubs.tellAll(GroupHub.FinishPolls.INSTANCE);
        timers.close();
        system.terminate();
        // The journal closes with the actor system, on whatever thread; closing it here too waits for that.
        return system.getWhenTerminated().thenRun(journal::close);
    }
}
