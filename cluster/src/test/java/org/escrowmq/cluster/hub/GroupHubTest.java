package org.escrowmq.cluster.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.typesafe.config.ConfigFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.escrowmq.cluster.ClusterSettings;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.MessageExchange.ReceiveQuery;
import org.escrowmq.cluster.TagFilter;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.entity.QueueEnvelope;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaLimiter;
import org.escrowmq.cluster.quota.QuotaLimits;
import org.escrowmq.cluster.quota.QuotaSettings;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.delay.wheel.TimingWheel;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A hub against queues that the test plays. */
class GroupHubTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final GroupName GROUP = GroupName.of("billing");

    private final ActorSystem system = ActorSystem.create(
            "hub", ConfigFactory.parseString("pekko.loglevel = WARNING").withFallback(ConfigFactory.load()));
    private final TimingWheel timers = new TimingWheel();
    private final TestKit region = new TestKit(system);
    private final TestKit first = new TestKit(system);
    private final TestKit second = new TestKit(system);
    private final List<Delivery> givenBack = java.util.Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong quotaNanos = new AtomicLong();
    private final QuotaLimiter quotas = new QuotaLimiter(QuotaSettings.of(ConfigFactory.load()), quotaNanos::get);
    private volatile @Nullable Boolean startsAtFirst = true;
    private long pollIds;

    @AfterEach
    void stop() {
        timers.close();
        TestKit.shutdownActorSystem(system);
    }

    private ActorRef hub(int queues) {
        TopicDescription topic = new TopicDescription(
                new TopicId(1),
                TopicName.of("orders"),
                TopicType.NORMAL,
                queues,
                Permission.READ_WRITE,
                Duration.ofDays(1),
                true,
                0);
        HubContext context = new HubContext(
                ClusterSettings.of(ConfigFactory.load()),
                new EmptyCatalogue(),
                timers,
                region.getRef(),
                (at, group, queue) -> Optional.ofNullable(startsAtFirst),
                (deliveries, origin) -> givenBack.addAll(deliveries),
                quotas);
        return system.actorOf(GroupHub.props(context, topic, GROUP));
    }

    private void subscribed(ActorRef hub, int queue, TestKit entity, boolean hasMessages) {
        hub.tell(new QueueOperation.Subscribed(queue, entity.getRef(), hasMessages), entity.getRef());
    }

    private CompletableFuture<Outcome<List<Delivery>>> poll(ActorRef hub, int max, Duration time) {
        CompletableFuture<Outcome<List<Delivery>>> answer = new CompletableFuture<>();
        ReceiveQuery query = new ReceiveQuery(
                GROUP, TopicName.of("orders"), -1, TagFilter.ALL, max, time, false, time, "client", "");
        long deadline = System.nanoTime() / 1_000_000 + time.toMillis();
        hub.tell(new GroupHub.ReceiveRequest(++pollIds, query, deadline, answer), ActorRef.noSender());
        return answer;
    }

    private static QueueOperation.Grant asked(TestKit entity) {
        return entity.expectMsgClass(PATIENCE, QueueOperation.Grant.class);
    }

    private static void grant(ActorRef hub, int queue, QueueOperation.Grant grant, int messages, boolean more) {
        List<Delivery> deliveries = IntStream.range(0, messages)
                .mapToObj(i -> new Delivery(
                        Message.normal("q" + queue + "-" + i, ByteBuffer.allocate(1)),
                        queue,
                        new Offset(i),
                        1,
                        "handle",
                        0,
                        Duration.ZERO))
                .toList();
        hub.tell(new QueueOperation.Granted(queue, grant.pollId(), deliveries, more), ActorRef.noSender());
    }

    private static int count(CompletableFuture<Outcome<List<Delivery>>> answer) throws Exception {
        return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).fold(List::size, refusal -> -1);
    }

    private void quota(int messagesPerSecond, int inFlight) {
        quotas.overrides(List.of(new Quota(
                new QuotaTarget(QuotaTarget.Kind.GROUP, GROUP.toString()),
                new QuotaLimits(messagesPerSecond, 0, inFlight))));
    }

    @Test
    void aGroupGetsNoMoreThanItsQuotaAndWaitsForTheRest() throws Exception {
        quota(5, 0);
        ActorRef hub = hub(1);
        subscribed(hub, 0, first, true);
        CompletableFuture<Outcome<List<Delivery>>> before = poll(hub, 32, PATIENCE);
        QueueOperation.Grant grant = asked(first);
        assertEquals(5, grant.maxMessages(), "what a second brings");
        grant(hub, 0, grant, 5, true);
        assertEquals(5, count(before));
        CompletableFuture<Outcome<List<Delivery>>> after = poll(hub, 32, PATIENCE);
        first.expectNoMessage(Duration.ofMillis(300));
        quotaNanos.addAndGet(400_000_000);
        grant = asked(first);
        assertEquals(2, grant.maxMessages());
        grant(hub, 0, grant, 2, false);
        assertEquals(2, count(after));
    }

    @Test
    void aLargerQuotaIsInForceAtOnceAlsoWhereNothingIsSignalled() throws Exception {
        quota(0, 3);
        ActorRef hub = hub(2);
        subscribed(hub, 0, first, true);
        subscribed(hub, 1, second, false);
        CompletableFuture<Outcome<List<Delivery>>> waiting = poll(hub, 32, PATIENCE);
        QueueOperation.Grant grant = asked(first);
        assertEquals(2, grant.inFlightMax(), "half of 3, rounded up");
        grant(hub, 0, grant, 0, false);
        quota(0, 20);
        hub.tell(GroupHub.QuotasChanged.INSTANCE, ActorRef.noSender());
        grant = asked(second);
        assertEquals(10, grant.inFlightMax());
        grant(hub, 1, grant, 1, false);
        grant(hub, 0, asked(first), 1, false);
        assertEquals(2, count(waiting));
    }

    @Test
    void aGroupThatIsNotBoundYetIsNotOpenedAnywhere() {
        startsAtFirst = null;
        ActorRef hub = hub(1);
        poll(hub, 1, PATIENCE);
        region.expectNoMessage(Duration.ofMillis(300));
        startsAtFirst = true;
        QueueEnvelope envelope = region.expectMsgClass(PATIENCE, QueueEnvelope.class);
        assertEquals(new QueueOperation.Subscribe(GROUP, true, hub), envelope.operation());
    }

    @Test
    void aSignalThatComesDuringAGrantWakesTheNextPoll() throws Exception {
        ActorRef hub = hub(1);
        subscribed(hub, 0, first, true);
        var one = poll(hub, 1, PATIENCE);
        var two = poll(hub, 1, PATIENCE);
        QueueOperation.Grant grant = asked(first);
        hub.tell(new QueueOperation.HasMessages(0), ActorRef.noSender());
        grant(hub, 0, grant, 1, false);
        assertEquals(1, count(one));
        grant(hub, 0, asked(first), 1, false);
        assertEquals(1, count(two));
    }

    @Test
    void aQueueThatIsLostDoesNotSetFreeThePollsOfOthers() throws Exception {
        ActorRef hub = hub(2);
        subscribed(hub, 0, first, true);
        subscribed(hub, 1, second, false);
        var one = poll(hub, 2, PATIENCE);
        QueueOperation.Grant grant = asked(first);
        system.stop(second.getRef());
        region.fishForMessage(
                PATIENCE,
                "the hub subscribes again",
                message -> message instanceof QueueEnvelope envelope
                        && envelope.queue().number() == 1
                        && region.getLastSender().equals(hub)
                        && envelope.operation() instanceof QueueOperation.Subscribe);
        TestKit again = new TestKit(system);
        subscribed(hub, 1, again, true);
        again.expectNoMessage(Duration.ofMillis(300));
        grant(hub, 0, grant, 2, false);
        assertEquals(2, count(one));
    }

    @Test
    void aQueueThatIsReplacedIsAskedAnew() throws Exception {
        ActorRef hub = hub(1);
        subscribed(hub, 0, first, true);
        var one = poll(hub, 1, PATIENCE);
        QueueOperation.Grant stale = asked(first);
        subscribed(hub, 0, second, true);
        grant(hub, 0, asked(second), 1, false);
        assertEquals(1, count(one));
        grant(hub, 0, stale, 1, false);
        org.awaitility.Awaitility.await().atMost(PATIENCE).until(() -> givenBack.size() == 1);
    }

    @Test
    void aPollIsFilledFromSeveralQueuesAndNeverOverfilled() throws Exception {
        ActorRef hub = hub(2);
        subscribed(hub, 0, first, true);
        subscribed(hub, 1, second, true);
        var one = poll(hub, 5, PATIENCE);
        grant(hub, 0, asked(first), 2, false);
        QueueOperation.Grant rest = asked(second);
        assertEquals(3, rest.maxMessages());
        grant(hub, 1, rest, 3, true);
        assertEquals(5, count(one));
        assertEquals(List.of(), givenBack);
    }

    @Test
    void aGrantAfterTheDeadlineIsGivenBack() throws Exception {
        ActorRef hub = hub(1);
        subscribed(hub, 0, first, true);
        var one = poll(hub, 1, Duration.ofMillis(100));
        QueueOperation.Grant grant = asked(first);
        assertEquals(0, count(one));
        grant(hub, 0, grant, 1, true);
        org.awaitility.Awaitility.await().atMost(PATIENCE).until(() -> givenBack.size() == 1);
        var two = poll(hub, 1, PATIENCE);
        grant(hub, 0, asked(first), 1, false);
        assertEquals(1, count(two));
    }

    @Test
    void aPollThatWasAnsweredElsewhereIsNotServed() {
        ActorRef hub = hub(1);
        subscribed(hub, 0, first, true);
        CompletableFuture<Outcome<List<Delivery>>> gone = CompletableFuture.completedFuture(Outcome.done(List.of()));
        ReceiveQuery query = new ReceiveQuery(
                GROUP, TopicName.of("orders"), -1, TagFilter.ALL, 1, PATIENCE, false, PATIENCE, "client", "");
        hub.tell(new GroupHub.ReceiveRequest(77, query, Long.MAX_VALUE / 2, gone), ActorRef.noSender());
        first.expectNoMessage(Duration.ofMillis(300));
    }

    @Test
    void aHubThatEndsRefusesWhoWaits() throws Exception {
        ActorRef hub = hub(1);
        subscribed(hub, 0, first, true);
        var one = poll(hub, 1, PATIENCE);
        asked(first);
        system.stop(hub);
        assertEquals(-1, count(one));
        assertFalse(one.isCompletedExceptionally());
    }
}
