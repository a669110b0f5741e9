package org.escrowmq.cluster.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.InvalidActorNameException;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.awaitility.Awaitility;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.ClusterSettings;
import org.escrowmq.cluster.HalfMessage;
import org.escrowmq.cluster.TagFilter;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.Traffic;
import org.escrowmq.cluster.clients.NodeClients;
import org.escrowmq.cluster.clients.Producers;
import org.escrowmq.cluster.clients.SilentStream;
import org.escrowmq.cluster.partition.CacheBudget;
import org.escrowmq.cluster.partition.Half;
import org.escrowmq.cluster.partition.OutgoingBlob;
import org.escrowmq.delay.wheel.TimingWheel;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.journal.LocalJournal;
import org.escrowmq.persistence.pekko.EscrowJournal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue's actor over a journal whose bodies cannot be read for a while, all or one. The test plays the hub and the producer. */
class UnreadableTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final GroupName GROUP = GroupName.of("billing");
    private static final QueueId QUEUE = new QueueId(new TopicId(1), 0);

    @TempDir
    Path folder;

    private final TimingWheel timers = new TimingWheel();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private volatile boolean readable = true;
    /** The journal entry whose bodies cannot be read; 0 for none. */
    private volatile long poisoned;

    private ActorSystem system;
    private QueueContext context;
    private long polls;

    @BeforeEach
    void start() throws IOException {
        Config config = ConfigFactory.parseString("""
                        pekko.loglevel = WARNING
                        escrow.persistence { segment-bytes = 8m, min-free-bytes = 1m, resume-free-bytes = 2m }
                        escrow.cluster.transaction { immunity = 3s, check-interval = 300ms }
                        """)
                .withFallback(
                        ConfigFactory.parseMap(java.util.Map.of("escrow.persistence.directory", folder.toString())))
                .withFallback(ConfigFactory.load());
        system = ActorSystem.create("unreadable", config);
        Journal journal = refusing(LocalJournal.open(PersistenceSettings.of(config), (what, cause) -> {}));
        EscrowJournal.of(system).use(journal);
        TopicDescription topic = new TopicDescription(
                QUEUE.topic(),
                TopicName.of("orders"),
                TopicType.NORMAL,
                1,
                Permission.READ_WRITE,
                Duration.ofDays(1),
                true,
                0);
        context = new QueueContext(
                ClusterSettings.of(config),
                journal,
                timers,
                new NodeClients(
                        Duration.ofMinutes(2), InstantSource.system(), () -> System.nanoTime() / 1_000_000, id -> {}),
                producer(topic.name()),
                new Traffic(Traffic.DEFAULT_FLOWS_MAX),
                new CacheBudget(1L << 20),
                new AwakeQueues(16),
                new ReceiptHandle.Codec(new byte[32]),
                id -> Optional.of(topic),
                (group, id) -> true,
                group -> Integer.MAX_VALUE,
                new NoRoutes(),
                InstantSource.system(),
                System.currentTimeMillis());
    }

    /** One live producer, which notes what it is asked about and says nothing. */
    private Producers producer(TopicName topic) {
        ClientRegistry.CommandStream stream = new SilentStream() {
            @Override
            public CompletionStage<Boolean> check(TopicName of, HalfMessage half, String transactionId) {
                asked.add(half.message().id());
                return CompletableFuture.completedFuture(true);
            }
        };
        Producers producers = new Producers(
                id -> Optional.of(stream), name -> {}, new Traffic(1).transactions(), System::nanoTime, 1_000, 1);
        producers.registered(new ClientRegistry.Client(
                "p", ClientRegistry.Kind.PRODUCER, "JAVA", "5", "h:1", null, List.of(topic), 0, 0));
        return producers;
    }

    /** The journal, but for reads of bodies while {@link #readable} is false, and of those of the poisoned entry. */
    private Journal refusing(Journal journal) {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("readBlobs") && (!readable || isPoisoned((List<?>) arguments[1]))) {
                        return CompletableFuture.failedFuture(new IOException("the disk does not answer"));
                    }
                    try {
                        return method.invoke(journal, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private boolean isPoisoned(List<?> references) {
        return references.stream()
                .map(BlobReference.class::cast)
                .anyMatch(reference -> reference.sequenceNumber() == poisoned);
    }

    @AfterEach
    void stop() {
        timers.close();
        TestKit.shutdownActorSystem(system);
        EscrowJournal.of(system).closed().toCompletableFuture().join();
    }

    private ActorRef queue() {
        return system.actorOf(QueueEntity.props(context), QueueEnvelope.entityId(QUEUE));
    }

    private Offset send(ActorRef queue, String id) throws Exception {
        OutgoingBlob blob = OutgoingBlob.of(Message.normal(id, ByteBuffer.allocate(8)));
        CompletableFuture<Outcome<List<Offset>>> answer = new CompletableFuture<>();
        queue.tell(new QueueOperation.Send(List.of(blob), blob.bytes(), answer), ActorRef.noSender());
        return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).fold(offsets -> offsets.get(0), refusal -> {
            throw new AssertionError(refusal);
        });
    }

    private QueueOperation.Granted granted(ActorRef queue, TestKit hub) {
        QueueOperation.Grant grant = new QueueOperation.Grant(
                ++polls,
                GROUP,
                TagFilter.ALL,
                false,
                0,
                32,
                1 << 20,
                30_000,
                false,
                "client",
                Integer.MAX_VALUE,
                hub.getRef());
        queue.tell(grant, hub.getRef());
        return hub.expectMsgClass(PATIENCE, QueueOperation.Granted.class);
    }

    private static List<String> ids(QueueOperation.Granted granted) {
        return granted.deliveries().stream()
                .map(delivery -> delivery.message().id())
                .toList();
    }

    @Test
    void aPollGoesOnWithoutWhatCannotBeReadAndTheQueueServesWhatItCan() throws Exception {
        TestKit hub = new TestKit(system);
        ActorRef earlier = queue();
        send(earlier, "a");
        send(earlier, "b");
        hub.watch(earlier);
        earlier.tell(PoisonPill.getInstance(), ActorRef.noSender());
        hub.expectTerminated(PATIENCE, earlier);

        readable = false;
        // Its watcher may hear of the end before the parent does, who then still has an actor of this name.
        ActorRef queue = Awaitility.await()
                .atMost(PATIENCE)
                .ignoreException(InvalidActorNameException.class)
                .until(this::queue, Objects::nonNull);
        hub.watch(queue);
        queue.tell(new QueueOperation.Subscribe(GROUP, true, hub.getRef()), hub.getRef());
        assertEquals(
                new QueueOperation.Subscribed(0, queue, true),
                hub.expectMsgClass(PATIENCE, QueueOperation.Subscribed.class));
        assertEquals(new QueueOperation.Granted(0, 1, List.of(), false), granted(queue, hub));
        assertEquals(new Offset(2), send(queue, "c"), "the same actor goes on");
        hub.expectMsg(PATIENCE, new QueueOperation.HasMessages(0));
        assertEquals(List.of(), ids(granted(queue, hub)), "tried again, and still nothing");

        readable = true;
        hub.expectMsg(PATIENCE, new QueueOperation.HasMessages(0));
        assertEquals(List.of("a", "b", "c"), ids(granted(queue, hub)));
    }

    private void storeHalf(ActorRef queue, String id) throws Exception {
        Message message = new Message(
                id,
                MessageType.TRANSACTION,
                null,
                List.of(),
                Map.of(),
                BodyEncoding.IDENTITY,
                ByteBuffer.allocate(8),
                1,
                "h",
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        OutgoingBlob blob = OutgoingBlob.of(message);
        CompletableFuture<Outcome<List<Long>>> answer = new CompletableFuture<>();
        queue.tell(
                new QueueOperation.SendHalves(List.of(new Half(blob, null)), "p", blob.bytes(), answer),
                ActorRef.noSender());
        answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void aHalfMessageThatCannotBeReadKeepsNoOtherFromBeingAskedAbout() throws Exception {
        ActorRef queue = queue();
        poisoned = 2;
        Set<String> others = new TreeSet<>();
        for (int i = 1; i <= 40; i++) {
            storeHalf(queue, "m" + i);
            if (i != poisoned) others.add("m" + i);
        }
        Awaitility.await().atMost(PATIENCE).until(() -> asked.equals(others));
        poisoned = 0;
        Awaitility.await().atMost(PATIENCE).until(() -> asked.contains("m2"));
    }
}
