package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.done;
import static org.escrowmq.cluster.node.NodeBed.eventually;
import static org.escrowmq.cluster.node.NodeBed.ids;
import static org.escrowmq.cluster.node.NodeBed.query;
import static org.escrowmq.cluster.node.NodeBed.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaLimits;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotas of a whole node, on a real journal. */
class NodeQuotaTest {
    private static final QuotaTarget BILLING = new QuotaTarget(QuotaTarget.Kind.GROUP, "billing");
    private static final QuotaTarget ORDERS = new QuotaTarget(QuotaTarget.Kind.TOPIC, "orders");

    @TempDir
    Path folder;

    private static Outcome<Quota> set(NodeBed node, QuotaTarget target, QuotaLimits limits) {
        return await(node.broker().quotas().set(new Quota(target, limits)));
    }

    @Test
    void quotasOutliveARestartAndGoWithWhatTheyAreFor() {
        try (NodeBed node = NodeBed.start(folder)) {
            assertEquals(
                    RefusalCode.TOPIC_NOT_FOUND,
                    refused(set(node, ORDERS, new QuotaLimits(1, 0, 0))).code());
            node.topic("orders", 1);
            node.group("billing", StartPosition.FIRST);
            done(set(node, ORDERS, new QuotaLimits(1, 0, 0)));
            done(set(node, ORDERS, new QuotaLimits(7, 8, 9)));
            done(set(node, BILLING, new QuotaLimits(0, 0, 2)));
            List<Quota> all =
                    List.of(new Quota(ORDERS, new QuotaLimits(7, 8, 9)), new Quota(BILLING, new QuotaLimits(0, 0, 2)));
            assertEquals(all, node.broker().quotas().overrides());
            node.restart();
            assertEquals(all, node.broker().quotas().overrides());
            assertEquals(
                    7,
                    node.broker()
                            .quotas()
                            .limiter()
                            .limits(QuotaTarget.Kind.TOPIC, "orders")
                            .messagesPerSecond());
            done(await(node.broker().quotas().unset(BILLING)));
            assertEquals(
                    RefusalCode.NOT_FOUND,
                    refused(await(node.broker().quotas().unset(BILLING))).code());
            await(node.broker().catalogue().deleteTopic(TopicName.of("orders")));
            assertEquals(List.of(), node.broker().quotas().overrides());
            assertTrue(node.broker().quotas().limiter().isDefault(QuotaTarget.Kind.TOPIC, "orders"));
        }
    }

    @Test
    void aSlowGroupHoldsNoMoreThanItsQuotaAndNobodyElseFeelsIt() {
        try (NodeBed node = NodeBed.start(folder)) {
            node.topic("orders", 1);
            node.group("billing", StartPosition.FIRST);
            node.group("audit", StartPosition.FIRST);
            done(set(node, BILLING, new QuotaLimits(0, 0, 2)));
            node.sendAll("orders", "m", 6);
            List<Delivery> held = node.receive("orders", "billing", 32);
            assertEquals(List.of("m0", "m1"), ids(held));
            assertEquals(List.of(), node.receiveNow("orders", "billing", 32));
            assertEquals(6, node.receive("orders", "audit", 32).size());
            CompletionStage<Outcome<List<Delivery>>> waiting = node.receiveLater(
                            query("orders", "billing", 32, Duration.ofSeconds(25)))
                    .deliveries();
            node.ack("orders", "billing", held.subList(0, 1));
            assertEquals(List.of("m2"), ids(done(await(waiting))));
            waiting = node.receiveLater(query("orders", "billing", 32, Duration.ofSeconds(25)))
                    .deliveries();
            done(set(node, BILLING, new QuotaLimits(0, 0, 5)));
            assertEquals(List.of("m3", "m4", "m5"), ids(done(await(waiting))));
        }
    }

    @Test
    void deliveriesBeyondTheRateWaitAndComeAllTheSame() {
        try (NodeBed node = NodeBed.start(folder, "escrow.cluster.quotas.group.messages-per-second = 20")) {
            node.topic("orders", 2);
            node.group("billing", StartPosition.FIRST);
            node.sendAll("orders", "m", 60);
            long begin = System.nanoTime();
            assertEquals(60, node.drain("orders", "billing", 60).size());
            long millis = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(millis >= 1_400, "20 at once and 20 a second, two queues asked at a time: " + millis + " ms");
            eventually(() -> assertEquals(
                    20,
                    node.broker()
                            .quotas()
                            .limiter()
                            .room(org.escrowmq.model.GroupName.of("billing"))
                            .messages()));
        }
    }
}
