package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.ids;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTest {
    @TempDir
    Path folder;

    @Test
    void sendsReceivesAndAcknowledgesAcrossARestart() {
        try (NodeBed node = NodeBed.start(folder)) {
            node.topic("orders", 2);
            node.group("billing", StartPosition.FIRST);
            node.send("orders", "m1");
            List<Delivery> got = node.receive("orders", "billing", 1);
            assertEquals(List.of("m1"), ids(got));
            node.ack("orders", "billing", got);
        }
    }
}
