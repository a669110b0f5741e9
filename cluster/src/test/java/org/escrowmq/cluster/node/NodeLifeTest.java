package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.eventually;
import static org.escrowmq.cluster.node.NodeBed.ids;
import static org.escrowmq.cluster.node.NodeBed.leased;
import static org.escrowmq.cluster.node.NodeBed.message;
import static org.escrowmq.cluster.node.NodeBed.query;
import static org.escrowmq.cluster.node.NodeBed.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.MessageExchange.SendReceipt;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.clients.SilentStream;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.TableReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deletion, time, limits and interruptions of a whole node, on a real journal. */
class NodeLifeTest {
    @TempDir
    Path folder;

    @Test
    void nothingOfADeletedTopicComesBack() {
        try (NodeBed node = NodeBed.start(folder)) {
            TopicDescription old = node.topic("orders", 2);
            node.group("billing", StartPosition.FIRST);
            node.sendAll("orders", "old", 20);
            Delivery held = node.receive("orders", "billing", 1).get(0);
            await(node.broker().catalogue().deleteTopic(TopicName.of("orders")));
            assertEquals(
                    RefusalCode.TOPIC_NOT_FOUND,
                    refused(await(node.sendLater("orders", List.of(message("m", null, 0))))
                                    .get(0))
                            .code());
            TopicDescription fresh = node.topic("orders", 2);
            assertTrue(fresh.id().value() > old.id().value());
            node.restart();
            node.send("orders", "new");
            assertEquals(List.of("new"), node.drain("orders", "billing", 1));
            assertEquals(List.of(), node.receiveNow("orders", "billing", 10));
            assertEquals(
                    RefusalCode.INVALID_RECEIPT_HANDLE,
                    refused(node.tryAck("orders", "billing", held.receiptHandle()))
                            .code());
        }
    }

    @Test
    void aDeletedTopicLeavesNothingInTheStoreEvenWithAWriterAtIt() {
        try (NodeBed node = NodeBed.start(folder)) {
            TopicDescription old = node.topic("orders", 1);
            node.sendAll("orders", "old", 5);
            List<CompletionStage<List<Outcome<SendReceipt>>>> racing = new ArrayList<>();
            for (int i = 0; i < 200; i++) racing.add(node.sendLater("orders", List.of(message("r" + i, null, 0))));
            await(node.broker().catalogue().deleteTopic(TopicName.of("orders")));
            racing.forEach(answer -> assertEquals(1, await(answer).size()));
            PersistenceId id = new PersistenceId(new QueueId(old.id(), 0).persistenceId());
            eventually(() -> assertEquals(List.of(), rows(node, id)));
            node.restart();
            eventually(() -> assertEquals(List.of(), rows(node, id)));
        }
    }

    private static List<TableReader.Row> rows(NodeBed node, PersistenceId id) {
        return node.broker()
                .journal()
                .tables()
                .scan(id, new org.escrowmq.persistence.Table(16, "offsets"), new byte[8], 10);
    }

    @Test
    void aWaitingPollHearsThatItsTopicOrGroupIsGone() {
        try (NodeBed node = NodeBed.start(folder)) {
            node.topic("orders", 1);
            node.group("billing", StartPosition.FIRST);
            node.group("audit", StartPosition.FIRST);
            var billing = node.receiveLater(query("orders", "billing", 1, Duration.ofSeconds(25)))
                    .deliveries();
            var audit = node.receiveLater(query("orders", "audit", 1, Duration.ofSeconds(25)))
                    .deliveries();
            assertEquals(List.of(), node.receiveNow("orders", "billing", 1));
            await(node.broker().catalogue().deleteGroup(GroupName.of("billing")));
            assertEquals(RefusalCode.GROUP_NOT_FOUND, refused(await(billing)).code());
            await(node.broker().catalogue().deleteTopic(TopicName.of("orders")));
            assertEquals(RefusalCode.TOPIC_NOT_FOUND, refused(await(audit)).code());
        }
    }

    @Test
    void aGroupThatIsDeletedAndMadeAnewBeginsAnew() {
        try (NodeBed node = NodeBed.start(folder)) {
            node.topic("orders", 2);
            node.group("billing", StartPosition.FIRST);
            node.sendAll("orders", "m", 10);
            node.drain("orders", "billing", 10);
            await(node.broker().catalogue().deleteGroup(GroupName.of("billing")));
            node.group("billing", StartPosition.FIRST);
            NodeBed.eventually(() -> NodeBed.done(
                    await(node.broker().catalogue().groupForUse(GroupName.of("billing"), TopicName.of("orders")))));
            assertEquals(10, node.drain("orders", "billing", 10).size());
            node.restart();
            assertEquals(List.of(), node.receiveNow("orders", "billing", 10));
        }
    }

    private static ClientRegistry.Client client(String id) {
        return new ClientRegistry.Client(
                id, ClientRegistry.Kind.PUSH_CONSUMER, "JAVA", "5", "peer", null, List.of(), 0, 0);
    }

    private static MessageExchange.ReceiveQuery renewed(String clientId) {
        return leased(query("orders", "billing", 1, Duration.ofSeconds(25)), Duration.ZERO, true, clientId);
    }

    @Test
    void aClientThatSaysGoodByeGivesUpItsLeasesSoon() {
        try (NodeBed node = NodeBed.start(folder, "escrow.cluster.client-release-delay = 100ms")) {
            node.topic("orders", 1);
            node.group("billing", StartPosition.FIRST);
            node.send("orders", "m");
            node.broker().clients().registered(client("a"), new SilentStream());
            assertEquals(List.of("m"), ids(node.receive(renewed("a"))));
            assertEquals(List.of(), node.receiveNow("orders", "billing", 1));
            node.broker().clients().terminated("a");
            assertEquals(2, node.receive(renewed("b")).get(0).attempt());
        }
    }

    @Test
    void aClientThatFallsSilentLosesItsLeasesAlsoAfterARestart() {
        try (NodeBed node = NodeBed.start(
                folder, "escrow.cluster.client-liveness = 1s", "escrow.cluster.client-release-delay = 100ms")) {
            node.topic("orders", 1);
            node.group("billing", StartPosition.FIRST);
            node.send("orders", "m");
            node.broker().clients().heard("a");
            assertEquals(List.of("m"), ids(node.receive(renewed("a"))));
            assertEquals(2, node.receive(renewed("b")).get(0).attempt(), "b was never heard, and loses it again");
            assertEquals(3, node.receive(renewed("c")).get(0).attempt());
            node.restart();
            assertEquals(4, node.receive(renewed("d")).get(0).attempt());
        }
    }

    @Test
    void whatACrashKeptFromItsClientComesAgainThoughTheClientLivesOn() {
        ScheduledExecutorService life = Executors.newSingleThreadScheduledExecutor();
        try (NodeBed node = NodeBed.start(
                folder, "escrow.cluster.client-liveness = 3s", "escrow.cluster.client-release-delay = 100ms")) {
            node.topic("orders", 1);
            node.group("billing", StartPosition.FIRST);
            node.send("orders", "seen by nobody");
            node.broker().clients().heard("a");
            assertEquals(1, node.receive(renewed("a")).get(0).attempt());
            node.restart();
            life.scheduleAtFixedRate(() -> node.broker().clients().heard("a"), 0, 200, TimeUnit.MILLISECONDS);
            assertEquals(2, node.receive(renewed("a")).get(0).attempt());
        } finally {
            life.shutdownNow();
        }
    }

    @Test
    void retentionTakesMessagesAwayAlsoFromAQueueThatSleeps() {
        try (NodeBed node = NodeBed.start(
                folder,
                "escrow.cluster.queue.idle-timeout = 1s",
                "escrow.cluster.queue.retention-check-interval = 500ms")) {
            TopicDescription topic = node.topic("orders", 1, Duration.ofSeconds(4));
            for (int i = 0; i < 20; i++) {
                node.send("orders", List.of(message("m" + i, null, List.of("key"), new byte[100])));
            }
            PersistenceId id = new PersistenceId(new QueueId(topic.id(), 0).persistenceId());
            assertFalse(rows(node, id).isEmpty());
            node.restart();
            // Nobody speaks to the queue: only the table of wake-ups does.
            eventually(() -> assertEquals(List.of(), rows(node, id)));
            eventually(() ->
                    assertEquals(List.of(), node.broker().journal().tables().wakesUntil(Long.MAX_VALUE, 10)));
            var figures = NodeBed.done(await(node.broker().inspection().describe(TopicName.of("orders"))));
            assertEquals(20, figures.get(0).first().value());
            assertEquals(0, figures.get(0).storedBytes());
            assertEquals(20, node.send("orders", "next").offset().value());
        }
    }

    @Test
    void queuesAndHubsThatNobodyUsesLeaveMemoryAndComeBack() {
        try (NodeBed node = NodeBed.start(
                folder, "escrow.cluster.queue.idle-timeout = 1s", "escrow.cluster.hub.idle-timeout = 1s")) {
            TopicDescription topic = node.topic("orders", 1);
            node.group("billing", StartPosition.FIRST);
            node.send("orders", "m0");
            List<Delivery> held = node.receive("orders", "billing", 1);
            var system = node.broker().system();
            var queue = system.actorSelection(
                    "/system/sharding/queues/*/" + topic.id().value() + "-0");
            assertTrue(alive(queue));
            Awaitility.await().atMost(NodeBed.PATIENCE).until(() -> !alive(queue));
            node.ack("orders", "billing", held);
            for (int i = 1; i < 6; i++) {
                node.send("orders", "m" + i);
                assertEquals(List.of("m" + i), node.drain("orders", "billing", 1));
                Awaitility.await().atMost(NodeBed.PATIENCE).until(() -> !alive(queue));
            }
        }
    }

    @Test
    void aQueueSleepsThoughAMessageWasLeftThere() {
        try (NodeBed node = NodeBed.start(
                folder, "escrow.cluster.queue.idle-timeout = 1s", "escrow.cluster.hub.idle-timeout = 1s")) {
            TopicDescription topic = node.topic("orders", 1);
            node.group("billing", StartPosition.FIRST);
            node.send("orders", "m");
            var queue = node.broker()
                    .system()
                    .actorSelection("/system/sharding/queues/*/" + topic.id().value() + "-0");
            node.receive(
                    leased(query("orders", "billing", 1, NodeBed.PATIENCE), Duration.ofMillis(100), false, "client"));
            Awaitility.await().atMost(NodeBed.PATIENCE).until(() -> !alive(queue));
            assertEquals(2, node.receive("orders", "billing", 1).get(0).attempt());
        }
    }

    private static boolean alive(org.apache.pekko.actor.ActorSelection selection) {
        try {
            await(selection.resolveOne(Duration.ofMillis(300)));
            return true;
        } catch (AssertionError absent) {
            return false;
        }
    }

    @Test
    void whatIsTooMuchIsRefusedAndTheRestIsServed() {
        try (NodeBed node = NodeBed.start(
                folder,
                "escrow.cluster.queue.pending-operations-max = 4",
                "escrow.cluster.queue.batch-operations-max = 1",
                "escrow.cluster.queue.batches-in-flight-max = 1",
                "escrow.cluster.hub.polls-max = 2")) {
            node.topic("orders", 1);
            node.group("billing", StartPosition.FIRST);
            List<CompletionStage<List<Outcome<SendReceipt>>>> sent = new ArrayList<>();
            for (int i = 0; i < 300; i++) sent.add(node.sendLater("orders", List.of(message("m" + i, null, 0))));
            int stored = 0;
            for (var answer : sent) {
                Outcome<SendReceipt> outcome = await(answer).get(0);
                if (outcome instanceof Outcome.Done) stored++;
                else
                    assertEquals(RefusalCode.TOO_MANY_REQUESTS, refused(outcome).code());
            }
            assertTrue(stored > 0 && stored < 300, stored + " stored");
            assertEquals(stored, node.drain("orders", "billing", stored).size());

            var one = node.receiveLater(query("orders", "billing", 1, Duration.ofSeconds(25)));
            var two = node.receiveLater(query("orders", "billing", 1, Duration.ofSeconds(25)));
            var three = node.receiveLater(query("orders", "billing", 1, Duration.ofSeconds(25)));
            assertEquals(
                    RefusalCode.TOO_MANY_REQUESTS,
                    refused(await(three.deliveries())).code());
            node.sendAll("orders", "late", 2);
            assertEquals(1, NodeBed.done(await(one.deliveries())).size());
            assertEquals(1, NodeBed.done(await(two.deliveries())).size());
        }
    }

    @Test
    void bytesThatWaitAreBounded() {
        try (NodeBed node = NodeBed.start(
                folder,
                "escrow.cluster.queue.pending-bytes-max = 10k",
                "escrow.cluster.queue.batches-in-flight-max = 1")) {
            node.topic("orders", 1);
            List<CompletionStage<List<Outcome<SendReceipt>>>> sent = new ArrayList<>();
            for (int i = 0; i < 50; i++) sent.add(node.sendLater("orders", List.of(message("m" + i, null, 8_000))));
            long refused = sent.stream()
                    .filter(answer -> await(answer).get(0) instanceof Outcome.Refused<SendReceipt> no
                            && no.refusal().code() == RefusalCode.TOO_MANY_REQUESTS)
                    .count();
            assertTrue(refused > 0 && refused < 50, refused + " refused");
        }
    }

    @Test
    void aQueueThatIsFencedRecoversAndLosesNothingThatWasAnswered() {
        try (NodeBed node = NodeBed.start(folder)) {
            TopicDescription topic = node.topic("orders", 1);
            node.group("billing", StartPosition.FIRST);
            PersistenceId id = new PersistenceId(new QueueId(topic.id(), 0).persistenceId());
            node.send("orders", "before");
            var waiting = node.receiveLater(query("orders", "billing", 2, Duration.ofSeconds(25)));
            assertEquals(List.of("before"), ids(NodeBed.done(await(waiting.deliveries()))));
            var polling = node.receiveLater(query("orders", "billing", 1, Duration.ofSeconds(25)));
            await(node.broker().journal().claim(id));
            Outcome<SendReceipt> fenced = await(node.sendLater("orders", List.of(message("lost?", null, 0))))
                    .get(0);
            assertTrue(
                    List.of(RefusalCode.TIMEOUT, RefusalCode.UNAVAILABLE)
                            .contains(refused(fenced).code()),
                    "" + fenced);
            eventually(() -> NodeBed.done(await(node.sendLater("orders", List.of(message("after", null, 0))))
                    .get(0)));
            assertEquals(List.of("after"), ids(NodeBed.done(await(polling.deliveries()))));
        }
    }

    @Test
    void theStoreAnswersAllThatIsAskedWhileTheNodeStops() {
        NodeBed node = NodeBed.start(folder);
        List<CompletionStage<List<Outcome<SendReceipt>>>> sent = new ArrayList<>();
        CompletionStage<Outcome<List<Delivery>>> poll;
        try (node) {
            node.topic("orders", 4);
            node.group("billing", StartPosition.FIRST);
            poll = node.receiveLater(query("orders", "billing", 1, Duration.ofSeconds(60)))
                    .deliveries();
            // Every queue has its shard: what waits for a shard when the node stops is not answered.
            node.sendAll("orders", "first", 64);
            for (int i = 0; i < 500; i++) sent.add(node.sendLater("orders", List.of(message("m" + i, null, 0))));
        }
        sent.forEach(answer -> assertEquals(1, await(answer).size()));
        await(poll);
    }
}
