package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.done;
import static org.escrowmq.cluster.node.NodeBed.ids;
import static org.escrowmq.cluster.node.NodeBed.leased;
import static org.escrowmq.cluster.node.NodeBed.query;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ordered group whose messages are partly in memory and partly not. */
class OrderedBacklogTest {
    private static final Duration LEASE = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    private static List<Message> messages(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> NodeBed.ordered("m" + i, "g"))
                .toList();
    }

    @Test
    void theFirstMessageIsReadWhereOnlyLaterOnesOfItsMessageGroupAreInMemory() {
        try (NodeBed node = NodeBed.start(folder)) {
            TopicSpec topic =
                    new TopicSpec(TopicName.of("orders"), TopicType.FIFO, 1, Permission.READ_WRITE, Duration.ofDays(1));
            done(await(node.broker().catalogue().createTopic(topic)));
            done(await(node.broker()
                    .catalogue()
                    .createGroup(new GroupSpec(
                            GroupName.of("billing"), true, 17, StartPosition.FIRST, RetryPolicy.standard()))));
            node.send("orders", messages(0, 10));
            assertEquals(
                    10,
                    node.receive(leased(query("orders", "billing", 10, NodeBed.PATIENCE), LEASE, false, "c"))
                            .size());
            node.restart();
            node.send("orders", messages(10, 5));
            // Passes the new ones over: they wait, in memory, behind those that are held and are not.
            assertEquals(List.of(), node.receiveNow("orders", "billing", 5));
            assertEquals(
                    IntStream.range(0, 15).mapToObj(i -> "m" + i).toList(), ids(node.receive("orders", "billing", 15)));
        }
    }
}
