package org.escrowmq.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final TopicName ORDERS = TopicName.of("orders");
    private static final GroupName BILLING = GroupName.of("billing");

    @Test
    void countsByTopicAndTypeInAndByTopicAndGroupOut() {
        Traffic traffic = new Traffic(10);
        traffic.in(ORDERS, MessageType.NORMAL).add(3, 300);
        traffic.in(ORDERS, MessageType.FIFO).add(1, 7);
        traffic.in(ORDERS, MessageType.NORMAL).add(1, 50);
        traffic.out(ORDERS, BILLING).add(2, 200);
        traffic.repeated(ORDERS, MessageType.NORMAL).add(5, 500);

        assertEquals(4, traffic.in(ORDERS, MessageType.NORMAL).messages());
        assertEquals(350, traffic.in(ORDERS, MessageType.NORMAL).bytes());
        assertEquals(1, traffic.in(ORDERS, MessageType.FIFO).messages());
        assertEquals(2, traffic.out(ORDERS, BILLING).messages());
        traffic.forEachRepeated((key, flow) -> assertEquals(5, flow.messages()));
        traffic.forget(ORDERS);
        assertEquals(0, traffic.repeated(ORDERS, MessageType.NORMAL).messages());
    }

    @Test
    void beyondTheBoundEverythingIsCountedTogether() {
        Traffic traffic = new Traffic(2);
        for (int i = 0; i < 5; i++)
            traffic.in(TopicName.of("t" + i), MessageType.NORMAL).add(1, 10);

        List<Traffic.Inbound> seen = new ArrayList<>();
        traffic.forEachIn((key, flow) -> seen.add(key));
        assertEquals(3, seen.size());
        assertEquals(3, traffic.in(Traffic.OTHERS, MessageType.NORMAL).messages());
    }

    @Test
    void forgettingMakesRoomAndStartsAnewForTheNextIncarnation() {
        Traffic traffic = new Traffic(1);
        Traffic.Flow old = traffic.in(ORDERS, MessageType.NORMAL);
        old.add(9, 9);
        traffic.out(ORDERS, BILLING).add(9, 9);
        traffic.forget(ORDERS);
        traffic.out(TopicName.of("other"), BILLING).add(1, 1);
        traffic.forget(BILLING);

        Traffic.Flow fresh = traffic.in(ORDERS, MessageType.NORMAL);
        assertNotSame(old, fresh);
        assertEquals(0, fresh.messages());
        assertEquals(0, traffic.out(ORDERS, BILLING).messages());
        assertNotSame(traffic.out(Traffic.OTHERS, Traffic.OTHER_GROUPS), traffic.out(ORDERS, BILLING));
    }

    @Test
    void racingThreadsShareOneFlowAndLoseNoCount() {
        Traffic traffic = new Traffic(1);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<CompletableFuture<Void>> runs = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                runs.add(CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < 1_000; i++)
                                traffic.in(ORDERS, MessageType.NORMAL).add(1, 2);
                        },
                        threads));
            }
            CompletableFuture.allOf(runs.toArray(new CompletableFuture<?>[0])).join();
        } finally {
            threads.shutdown();
        }
        long[] total = new long[2];
        traffic.forEachIn((key, flow) -> {
            total[0] += flow.messages();
            total[1] += flow.bytes();
        });
        assertEquals(4_000, total[0]);
        assertEquals(8_000, total[1]);
        assertSame(traffic.in(ORDERS, MessageType.NORMAL), traffic.in(ORDERS, MessageType.NORMAL));
    }

    @Test
    void theBoundIsAtLeastOne() {
        assertThrows(IllegalArgumentException.class, () -> new Traffic(0));
    }
}
