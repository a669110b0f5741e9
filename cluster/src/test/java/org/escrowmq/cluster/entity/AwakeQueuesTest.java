package org.escrowmq.cluster.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is told: the queue's actor while it is awake, sharding before and after. */
class AwakeQueuesTest {
    private static final QueueId QUEUE = new QueueId(new TopicId(7), 3);
    private static final Duration NOTHING = Duration.ofMillis(50);
    private static final QueueOperation WAKE = QueueOperation.Wake.INSTANCE;

    private final ActorSystem system = ActorSystem.create(
            "awake", ConfigFactory.parseString("pekko.loglevel = WARNING").withFallback(ConfigFactory.load()));
    private final TestKit sharding = new TestKit(system);
    private final TestKit queue = new TestKit(system);
    private final AtomicLong nanos = new AtomicLong();
    private final AwakeQueues awake = new AwakeQueues(16, nanos::get);

    @AfterEach
    void stop() {
        TestKit.shutdownActorSystem(system);
    }

    @Test
    void aQueueThatSleepsIsFoundBySharding() {
        awake.tell(QUEUE, WAKE, sharding.getRef());
        sharding.expectMsg(new QueueEnvelope(QUEUE, WAKE));
    }

    @Test
    void aQueueThatIsAwakeIsToldDirectly() {
        awake.woke(QUEUE, queue.getRef());
        awake.tell(QUEUE, WAKE, sharding.getRef());
        queue.expectMsg(WAKE);
        awake.tell(new QueueId(new TopicId(7), 4), WAKE, sharding.getRef());
        sharding.expectMsg(new QueueEnvelope(new QueueId(new TopicId(7), 4), WAKE));
    }

    @Test
    void afterItWentToSleepShardingIsAskedAgain() {
        awake.woke(QUEUE, queue.getRef());
        awake.sleeps(QUEUE, queue.getRef());
        awake.tell(QUEUE, WAKE, sharding.getRef());
        sharding.expectMsg(new QueueEnvelope(QUEUE, WAKE));
    }

    @Test
    void anOldActorThatEndsLateDoesNotHideItsSuccessor() {
        TestKit successor = new TestKit(system);
        awake.woke(QUEUE, queue.getRef());
        awake.woke(QUEUE, successor.getRef());
        awake.sleeps(QUEUE, queue.getRef());
        awake.tell(QUEUE, WAKE, sharding.getRef());
        successor.expectMsg(WAKE);
    }

    private static QueueId queue(int number) {
        return new QueueId(new TopicId(1), number);
    }

    private static QueueOperation.Send send() {
        return new QueueOperation.Send(List.of(), 0, new CompletableFuture<>());
    }

    private static QueueOperation.Acknowledge acknowledge() {
        return new QueueOperation.Acknowledge(GroupName.of("g"), new Offset(0), 1, new CompletableFuture<>());
    }

    private static String code(CompletableFuture<? extends Outcome<?>> answer) {
        assertTrue(answer.isDone());
        return answer.join().fold(done -> "done", refusal -> refusal.code().name());
    }

    @Test
    void theOneThatWasNotUsedForLongestIsAskedToRest() {
        for (int i = 0; i < 13; i++) awake.woke(queue(i), i == 1 ? queue.getRef() : sharding.getRef());
        awake.tell(queue(0), WAKE, sharding.getRef());
        sharding.expectMsg(WAKE);
        queue.expectNoMessage(NOTHING);
        awake.woke(queue(13), sharding.getRef());
        awake.woke(queue(14), sharding.getRef());
        queue.expectMsg(QueueOperation.Rest.INSTANCE);
    }

    @Test
    void beyondTheBoundSendsAreRefusedAndAcksALittleLater() {
        for (int i = 0; i < 16; i++) awake.tell(queue(i), WAKE, sharding.getRef());
        QueueOperation.Send send = send();
        awake.tell(queue(16), send, sharding.getRef());
        assertEquals("TOO_MANY_REQUESTS", code(send.answer()));
        assertTrue(send.answer().join().toString().contains("escrow.cluster.awake-queues-max"));
        for (int i = 16; i < 20; i++) {
            QueueOperation.Acknowledge ack = acknowledge();
            awake.tell(queue(i), ack, sharding.getRef());
            assertFalse(ack.answer().isDone());
        }
        QueueOperation.Acknowledge ack = acknowledge();
        awake.tell(queue(20), ack, sharding.getRef());
        assertEquals("TOO_MANY_REQUESTS", code(ack.answer()));
        QueueOperation.Send known = send();
        awake.tell(queue(3), known, sharding.getRef());
        assertFalse(known.answer().isDone(), "a queue that is in use already is not counted again");
        assertEquals(20, awake.size());
    }

    @Test
    void oneThatEndedLeavesRoomAndSoDoesWhatWasLost() {
        for (int i = 0; i < 16; i++) awake.tell(queue(i), WAKE, sharding.getRef());
        awake.woke(queue(5), queue.getRef());
        awake.sleeps(queue(5), queue.getRef());
        assertEquals(16, awake.size(), "it is there until it has ended");
        awake.gone(queue(5), queue.getRef());
        assertEquals(15, awake.size());
        awake.woke(queue(6), queue.getRef());
        awake.woke(queue(16), queue.getRef());
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        QueueOperation.Send send = send();
        awake.tell(queue(17), send, sharding.getRef());
        assertFalse(send.answer().isDone());
        assertEquals(3, awake.size());
    }
}
