package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.done;
import static org.escrowmq.cluster.node.NodeBed.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.MessageExchange.SendReceipt;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many topics at once: made by few entries, used by few actors. */
class ManyTopicsTest {
    @TempDir
    Path folder;

    private static CompletionStage<Outcome<TopicDescription>> create(NodeBed node, String name) {
        return node.broker()
                .catalogue()
                .createTopic(new TopicSpec(
                        TopicName.of(name), TopicType.NORMAL, 1, Permission.READ_WRITE, Duration.ofDays(1)));
    }

    private static long entries(NodeBed node) {
        return node.broker().journal().status().entriesWritten();
    }

    @Test
    void topicsThatAreMadeAtOnceShareEntriesAndEachIsDecidedOnThoseBefore() {
        try (NodeBed node = NodeBed.start(folder)) {
            long before = entries(node);
            List<CompletionStage<Outcome<TopicDescription>>> answers = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) answers.add(create(node, "t" + i % 2_000));
            Set<TopicId> ids = new HashSet<>();
            int refused = 0;
            for (CompletionStage<Outcome<TopicDescription>> answer : answers) {
                Outcome<TopicDescription> outcome = await(answer);
                if (outcome instanceof Outcome.Refused<TopicDescription> no) {
                    assertEquals(RefusalCode.TOPIC_EXISTS, no.refusal().code());
                    refused++;
                } else {
                    assertTrue(ids.add(done(outcome).id()));
                }
            }
            assertEquals(2_000, ids.size());
            assertEquals(1_000, refused);
            assertTrue(entries(node) - before < 200, entries(node) - before + " entries");
            List<TopicDescription> topics = node.broker().catalogue().topics();
            node.restart();
            assertEquals(topics, node.broker().catalogue().topics());
            assertEquals(2_000, node.broker().catalogue().topicCount());
        }
    }

    @Test
    void queuesThatWereNotUsedForLongestMakeRoomForOthers() {
        try (NodeBed node = NodeBed.start(folder, "escrow.cluster.awake-queues-max = 16")) {
            for (int i = 0; i < 100; i++) node.topic("t" + i, 1);
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 100; i++) {
                    String topic = "t" + i;
                    String id = "m" + round + "-" + i;
                    eventually(() -> {
                        SendReceipt receipt = done(await(node.sendLater(topic, List.of(NodeBed.message(id, null, 0))))
                                .get(0));
                        assertEquals(id.charAt(1) - '0', receipt.offset().value());
                    });
                }
            }
        }
    }
}
