package org.escrowmq.cluster.entity;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is told: the queue's actor while it is awake, sharding before and after. */
class AwakeQueuesTest {
    private static final QueueId QUEUE = new QueueId(new TopicId(7), 3);
    private static final QueueOperation WAKE = QueueOperation.Wake.INSTANCE;

    private final ActorSystem system = ActorSystem.create(
            "awake", ConfigFactory.parseString("pekko.loglevel = WARNING").withFallback(ConfigFactory.load()));
    private final TestKit sharding = new TestKit(system);
    private final TestKit queue = new TestKit(system);
    private final AwakeQueues awake = new AwakeQueues();

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
}
