package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.MessageListener;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.SendReceipt;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.ClosedTogether;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.history.Bodies;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each message exactly once for each group, however many consumers a group has. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedServer.class)
class DeliveryTest {
    private static final int MANY = LongSuite.choose(100_000, 10_000);

    @Test
    void threeConsumersOfOneGroupGetEachMessageExactlyOnceAndTheOtherGroupAll(SharedServer.Running server)
            throws Exception {
        String topic = server.topic(8);
        Counts workers = new Counts();
        Counts audit = new Counts();
        String group = server.group();
        try (ClosedTogether consumers = new ClosedTogether()) {
            PushConsumer a = consumers.add(server.clients(true).push(group, topic, workers));
            PushConsumer b = consumers.add(server.clients(true).push(group, topic, workers));
            PushConsumer c = consumers.add(server.clients(true).push(group, topic, workers));
            PushConsumer other = consumers.add(server.clients(true).push(server.group(), topic, audit));
            assertEquals(a.getConsumerGroup(), b.getConsumerGroup());
            assertTrue(!other.getConsumerGroup().equals(c.getConsumerGroup()));
            Set<String> sent = send(server.clients(true), topic, MANY);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(120))
                    .until(() -> workers.ids.size() == MANY && audit.ids.size() == MANY);
            // A duplicate would come with the next polls.
            Awaitility.await()
                    .during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> workers.calls.sum() == MANY && audit.calls.sum() == MANY);
            assertEquals(sent, new TreeSet<>(workers.ids));
            assertEquals(sent, new TreeSet<>(audit.ids));
            assertEquals(0, workers.wrongBodies.sum() + audit.wrongBodies.sum());
        }
    }

    @Test
    @Tag("conformance")
    @DisplayName("115: 100 messages and 3 consumers of one group: 100 in all; 3 groups: 100 each")
    void sharesWithinAGroupAndCopiesToGroups(SharedServer.Running server) throws Exception {
        String topic = server.topic(8);
        String shared = server.group();
        List<Counts> groups = List.of(new Counts(), new Counts(), new Counts());
        try (ClosedTogether consumers = new ClosedTogether()) {
            for (int i = 0; i < 3; i++) {
                consumers.add(server.clients().push(shared, topic, groups.get(0)));
            }
            consumers.add(server.clients().push(server.group(), topic, groups.get(1)));
            consumers.add(server.clients().push(server.group(), topic, groups.get(2)));
            Set<String> sent = send(server.clients(), topic, 100);
            for (Counts group : groups) {
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> group.ids.size() == 100);
                assertEquals(sent, new TreeSet<>(group.ids));
                assertEquals(100, group.calls.sum());
            }
        }
    }

    /** Ids of acknowledged sends of one KiB, 64 in flight. */
    private static Set<String> send(OfficialClients clients, String topic, int count) throws Exception {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        List<Throwable> failures = new ArrayList<>();
        Semaphore window = new Semaphore(64);
        try (Producer producer = clients.producer(topic)) {
            for (int i = 0; i < count; i++) {
                window.acquire();
                byte[] body = Bodies.random(i, 1024);
                String hash = Long.toString(Bodies.hash(body));
                producer.sendAsync(OfficialClients.message(topic)
                                .setBody(body)
                                .addProperty("hash", hash)
                                .build())
                        .whenComplete((SendReceipt receipt, Throwable failure) -> {
                            if (failure == null) {
                                ids.add(receipt.getMessageId().toString());
                            } else {
                                synchronized (failures) {
                                    failures.add(failure);
                                }
                            }
                            window.release();
                        });
            }
            window.acquire(64);
        }
        assertEquals(List.of(), failures);
        assertEquals(count, ids.size());
        return new TreeSet<>(ids);
    }

    /** Counts calls and keeps ids; compares each body with the hash that was sent beside it. */
    private static final class Counts implements MessageListener {
        final Set<String> ids = ConcurrentHashMap.newKeySet();
        final LongAdder calls = new LongAdder();
        final LongAdder wrongBodies = new LongAdder();

        @Override
        public ConsumeResult consume(MessageView message) {
            if (!Long.toString(Bodies.hash(message.getBody()))
                    .equals(message.getProperties().get("hash"))) {
                wrongBodies.increment();
            }
            ids.add(message.getMessageId().toString());
            calls.increment();
            return ConsumeResult.SUCCESS;
        }
    }
}
