package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.java.exception.TooManyRequestsException;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.ClosedTogether;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.history.History;
import org.escrowmq.systemtests.history.HistoryChecker;
import org.escrowmq.systemtests.history.HistoryRecorder;
import org.escrowmq.systemtests.history.Limits;
import org.escrowmq.systemtests.kill.KillRun;
import org.escrowmq.systemtests.kill.RecordedConsumer;
import org.escrowmq.systemtests.kill.RecordedProducers;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Servers that are stopped, killed and overloaded, each one of its own. */
class RestartTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    @Tag("conformance")
    @DisplayName(
            "34: after a restart in the middle the clients go on by themselves within 5 s of ready, and nothing is lost")
    void restartInTheMiddle() throws Exception {
        Path folder = ServerFolders.create("restart");
        HistoryRecorder recorder = new HistoryRecorder();
        Set<String> groups = Set.of("workers", "audit");
        try (EscrowServer server = start(folder, Map.of("escrow.cluster.client-liveness", "25s"))) {
            createTopic(server, "middle", 8, groups);
            OfficialClients clients = server.clients(true);
            try (ClosedTogether consumers = new ClosedTogether();
                    RecordedProducers producers = new RecordedProducers(clients, "middle", recorder, 4, 400)) {
                RecordedConsumer a = consumers.add(new RecordedConsumer(clients, "middle", "workers", recorder, 0));
                RecordedConsumer b = consumers.add(new RecordedConsumer(clients, "middle", "workers", recorder, 0));
                RecordedConsumer audit = consumers.add(new RecordedConsumer(clients, "middle", "audit", recorder, 0));
                awaitEvents(recorder, Event.AckOk.class, 200);
                recorder.record(new Event.Crashed(System.nanoTime()));
                server.stop();
                server.startAgain();
                server.awaitReady();
                recorder.record(new Event.Ready(server.process().readyNanos()));
                Awaitility.await().pollDelay(Duration.ofSeconds(7)).atMost(SOON).until(() -> producers.begun() > 400);
                recorder.record(new Event.LoadEnded(System.nanoTime()));
                producers.stop();
                long quiet = Duration.ofSeconds(2).toNanos();
                Awaitility.await()
                        .atMost(Duration.ofMinutes(3))
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> recorder.history().settled(groups, System.nanoTime() - quiet));
                assertTrue(a.received() + b.received() > 0 && audit.received() > 0);
            }
        }
        Limits limits = new Limits(groups, true, Duration.ofSeconds(25), Duration.ofSeconds(5));
        assertEquals(List.of(), new HistoryChecker(limits).check(recorder.history()));
        Folders.remove(folder);
    }

    @Test
    @Tag("conformance")
    @DisplayName("136: acked out of order before a restart: only what was not acked comes back")
    void acksOutOfOrder() throws Exception {
        Path folder = ServerFolders.create("acks");
        try (EscrowServer server = start(folder, Map.of())) {
            createTopic(server, "order", 1, Set.of("group"));
            Set<String> left = new TreeSet<>();
            try (RawClient raw = new RawClient(server.endpoint())) {
                for (int i = 0; i < 20; i++) {
                    raw.send(RawClient.message("order", Received.bytes("m" + i), null));
                }
                List<Message> messages = new ArrayList<>();
                while (messages.size() < 20) {
                    messages.addAll(raw.receive("group", "order", 32, Duration.ofSeconds(15)));
                }
                for (int i = 19; i >= 0; i--) {
                    Message message = messages.get(i);
                    if (i % 3 == 0) {
                        left.add(message.getBody().toStringUtf8());
                    } else {
                        assertEquals(
                                Code.OK,
                                raw.ack("group", "order", RawClient.handle(message))
                                        .getStatus()
                                        .getCode());
                    }
                }
            }
            server.kill();
            server.startAgain();
            server.awaitReady();
            Set<String> back = new TreeSet<>();
            try (RawClient raw = new RawClient(server.endpoint())) {
                Awaitility.await().atMost(SOON).pollInSameThread().until(() -> {
                    raw.receive("group", "order", 32, Duration.ofMinutes(5))
                            .forEach(message -> back.add(message.getBody().toStringUtf8()));
                    return back.size() >= left.size();
                });
                assertEquals(List.of(), raw.receive("group", "order", 32, Duration.ofMinutes(5)));
            }
            assertEquals(left, back);
        }
        Folders.remove(folder);
    }

    @Test
    @Tag("conformance")
    @DisplayName(
            "72: on an overloaded node TOO_MANY_REQUESTS leads the Java producer to retry later, and no message is lost")
    void overload() throws Exception {
        Path folder = ServerFolders.create("overload");
        try (EscrowServer server = start(folder, Map.of("escrow.cluster.queue.pending-operations-max", "16"))) {
            createTopic(server, "narrow", 1, Set.of("all"));
            Set<String> acknowledged = ConcurrentHashMap.newKeySet();
            List<Throwable> others = new ArrayList<>();
            List<CompletableFuture<?>> sends = new ArrayList<>();
            try (Producer producer = server.clients(false).producer("narrow")) {
                for (int i = 0; i < 4000; i++) {
                    sends.add(producer.sendAsync(OfficialClients.message("narrow", Received.bytes("m" + i)))
                            .handle((receipt, failure) -> {
                                if (failure == null) {
                                    acknowledged.add(receipt.getMessageId().toString());
                                } else if (!throttled(failure)) {
                                    synchronized (others) {
                                        others.add(failure);
                                    }
                                }
                                return null;
                            }));
                }
                CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new)).join();
            }
            assertEquals(List.of(), others);
            assertTrue(acknowledged.size() > 100, "acknowledged: " + acknowledged.size());
            // By few large calls: the consumers' calls wait in the same narrow place. An empty poll ends it.
            Set<String> missing = new TreeSet<>(acknowledged);
            try (RawClient raw = new RawClient(server.endpoint())) {
                List<Message> messages;
                do {
                    messages = raw.receive("all", "narrow", 32, Duration.ofMinutes(5));
                    messages.forEach(message ->
                            missing.remove(message.getSystemProperties().getMessageId()));
                } while (!messages.isEmpty());
            }
            assertEquals(0, missing.size(), () -> "missing of " + acknowledged.size() + ": " + missing);
        }
        Folders.remove(folder);
    }

    private static boolean throttled(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TooManyRequestsException) {
                return true;
            }
        }
        return false;
    }

    @Test
    void killedAgainAndAgainUnderLoad() throws Exception {
        Path folder = ServerFolders.create("kill");
        int kills = LongSuite.choose(50, 2);
        KillRun run =
                new KillRun(EscrowServer.homeOfThisTree(), folder, kills, 500, 20261122, true, System.out::println);
        KillRun.Result result = run.run();
        assertEquals(List.of(), result.violations());
        assertEquals(kills, result.restarts().size());
        assertTrue(result.messages() > 500, "acknowledged: " + result.messages());
        Folders.remove(folder);
    }

    private static EscrowServer start(Path folder, Map<String, String> keys) {
        return EscrowServer.start(EscrowServer.homeOfThisTree(), folder, keys);
    }

    private static void createTopic(EscrowServer server, String topic, int queues, Set<String> groups) {
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            admin.createTopic(topic, queues);
            groups.forEach(group -> admin.createGroup(group, AdminCalls.Start.FIRST));
        }
    }

    private static void awaitEvents(HistoryRecorder recorder, Class<? extends Event> kind, int count) {
        Awaitility.await().atMost(SOON).until(() -> {
            History history = recorder.history();
            return history.events().stream().filter(kind::isInstance).count() >= count;
        });
    }
}
