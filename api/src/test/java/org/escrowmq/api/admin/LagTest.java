package org.escrowmq.api.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.escrowmq.api.metrics.Exposition;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.Test;

/** How often, and how long, a scrape asks the queues for lags. */
class LagTest {
    private static final GroupName READER = GroupName.of("reader");

    private static void topics(OpenAdminPort port, int count) {
        for (int i = 0; i < count; i++) {
            TopicName name = TopicName.of("t" + i);
            OpenAdminPort.await(port.broker.catalogue.createTopic(
                    new TopicSpec(name, TopicType.NORMAL, 1, Permission.READ_WRITE, java.time.Duration.ofHours(1))));
            OpenAdminPort.await(port.broker.catalogue.groupForUse(READER, name));
        }
    }

    private static void send(OpenAdminPort port, String topic) {
        OpenAdminPort.await(port.broker.queues.send(
                TopicName.of(topic), List.of(Message.normal("id", ByteBuffer.wrap(new byte[1])))));
    }

    private static Exposition scrape(OpenAdminPort port) {
        return Exposition.parse(port.get("/metrics").body());
    }

    @Test
    void aTopicWithoutTrafficIsNotAskedAgain() {
        try (OpenAdminPort port = OpenAdminPort.serving()) {
            topics(port, 3);
            assertEquals(0, scrape(port).value("rocketmq_consumer_lag_messages", "topic", "t1"));
            assertEquals(3, port.broker.queues.described.get());
            scrape(port);
            assertEquals(3, port.broker.queues.described.get());

            send(port, "t1");
            assertEquals(1, scrape(port).value("rocketmq_consumer_lag_messages", "topic", "t1"));
            assertEquals(4, port.broker.queues.described.get());
            OpenAdminPort.await(port.broker.catalogue.groupForUse(GroupName.of("second"), TopicName.of("t2")));
            assertEquals(
                    0, scrape(port).value("rocketmq_consumer_lag_messages", "topic", "t2", "consumer_group", "second"));
            assertEquals(5, port.broker.queues.described.get());
        }
    }

    @Test
    void oneScrapeAsksABoundedNumberAndTheNextGoesOn() {
        try (OpenAdminPort port = OpenAdminPort.with("metrics.lag-topics-max = 2")) {
            topics(port, 5);
            assertEquals(3, scrape(port).value("escrow_lag_topics_left_out"));
            assertEquals(1, scrape(port).value("escrow_lag_topics_left_out"));
            assertEquals(0, scrape(port).value("escrow_lag_topics_left_out"));
            assertEquals(5, port.broker.queues.described.get());
        }
    }

    @Test
    void onlyABoundedNumberIsShown() {
        try (OpenAdminPort port = OpenAdminPort.with("metrics.lag-topics-shown-max = 2")) {
            topics(port, 5);
            scrape(port);
            assertEquals(3, scrape(port).value("escrow_lag_topics_left_out"));
        }
    }

    @Test
    void aQueueThatDoesNotAnswerHoldsNoScrapeUp() {
        try (OpenAdminPort port = OpenAdminPort.with("metrics.lag-timeout = 100 ms")) {
            topics(port, 1);
            CompletableFuture<Void> gate = new CompletableFuture<>();
            port.broker.queues.describeGate = gate;
            assertEquals(1, scrape(port).value("escrow_lag_topics_left_out"));
            gate.complete(null);
            Awaitility.await().untilAsserted(() -> {
                Exposition metrics = scrape(port);
                assertEquals(0, metrics.value("escrow_lag_topics_left_out"));
                assertEquals(1, metrics.value("escrow_lag_asks_failed_total"));
            });
        }
    }

    @Test
    void aDeletedTopicIsForgotten() {
        try (OpenAdminPort port = OpenAdminPort.serving()) {
            topics(port, 2);
            scrape(port);
            OpenAdminPort.await(port.broker.catalogue.deleteTopic(TopicName.of("t0")));
            Exposition metrics = scrape(port);
            assertEquals(0, metrics.sum("rocketmq_consumer_lag_messages", "topic", "t0"));
            assertFalse(port.get("/metrics").body().contains("topic=\"t0\""));
        }
    }
}
