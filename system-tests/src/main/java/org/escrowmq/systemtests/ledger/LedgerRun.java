package org.escrowmq.systemtests.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.process.EscrowServer;

/**
 * Producers that work through a ledger while they are killed at every step, and the server some seconds after each time that it was ready;
 * then everything is consumed and compared with the ledger. Random by seed, but for the moments at which processes run.
 */
public final class LedgerRun {
    private static final String TOPIC = "ledger";
    private static final String GROUP = "ledger-readers";
    private static final int QUEUES = 8;
    private static final int PRODUCERS = 2;
    private static final int THREADS = 16;
    private static final Duration IMMUNITY = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int CHECKS = 15;
    private static final Duration UP = Duration.ofSeconds(5);
    /** After the last kill nothing may be open for longer. */
    private static final Duration BOUND =
            IMMUNITY.plus(INTERVAL.multipliedBy(CHECKS)).plusSeconds(5);

    private static final Duration LOAD_LIMIT = Duration.ofMinutes(60);
    private static final Duration INVISIBLE = Duration.ofMinutes(5);

    private final Path home;
    private final Path folder;
    private final int rows;
    private final Random random;
    private final Consumer<String> progress;
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final List<ProducerProcess> producers = new ArrayList<>();
    private final Map<LedgerProducer.Step, Integer> halts = new EnumMap<>(LedgerProducer.Step.class);
    private int started;
    private int producerKills;
    private int serverKills;
    private int rolledBackByDeath;

    /** {@code rows}: how many transactions. */
    public LedgerRun(Path home, Path folder, int rows, long seed, Consumer<String> progress) {
        this.home = home;
        this.folder = folder;
        this.rows = rows;
        this.random = new Random(seed);
        this.progress = progress;
    }

    /**
     * How it went; {@code violations} is empty when what was delivered is what the ledger committed.
     *
     * @param committed rows, and messages that were delivered
     * @param halts how often a producer ended at each step
     * @param producerKills how often one was killed at any moment
     */
    public record Result(
            int rows,
            int committed,
            int serverKills,
            Map<LedgerProducer.Step, Integer> halts,
            int producerKills,
            int rolledBackByDeath,
            Duration untilNothingWasOpen,
            List<String> violations) {
        /** Whether a producer ended at each of its steps. */
        public boolean haltedEverywhere() {
            return halts.size() == LedgerProducer.Step.values().length;
        }
    }

    /** Runs it all. */
    public Result run() throws IOException, InterruptedException, ClientException {
        Files.createDirectories(folder);
        Ledger ledger = Ledger.open(folder.resolve("ledger"), rows);
        Map<String, String> keys = Map.of(
                "escrow.cluster.transaction.immunity", IMMUNITY.toMillis() + "ms",
                "escrow.cluster.transaction.check-interval", INTERVAL.toMillis() + "ms",
                "escrow.cluster.transaction.checks-max", Integer.toString(CHECKS));
        try (EscrowServer server = EscrowServer.start(home, folder, keys)) {
            try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
                admin.createTransactionTopic(TOPIC, QUEUES);
                admin.createGroup(GROUP, AdminCalls.Start.FIRST);
            }
            try {
                work(server, ledger);
                Duration settled = settle(server);
                int committed = compare(server, ledger);
                return new Result(
                        rows,
                        committed,
                        serverKills,
                        halts,
                        producerKills,
                        rolledBackByDeath,
                        settled,
                        List.copyOf(violations));
            } finally {
                for (ProducerProcess producer : producers) producer.close();
            }
        }
    }

    private void work(EscrowServer server, Ledger ledger) throws InterruptedException {
        for (int i = 0; i < PRODUCERS; i++) producers.add(start(server));
        long end = System.nanoTime() + LOAD_LIMIT.toNanos();
        long nextServerKill = server.process().readyNanos() + UP.toNanos();
        long nextProducerKill = System.nanoTime() + pause();
        while (!ledger.allTaken()) {
            if (System.nanoTime() > end) throw new IllegalStateException("rows are left after " + LOAD_LIMIT);
            if (System.nanoTime() > nextServerKill) {
                server.kill();
                server.startAgain();
                serverKills++;
                server.awaitReady();
                nextServerKill = server.process().readyNanos() + UP.toNanos();
                // A client that was there waits long before it connects again; a new one is there at once.
                killAProducer();
                progress.accept("server kill " + serverKills + ", ready after "
                        + server.process().timeToReady().toMillis() + " ms");
            }
            if (System.nanoTime() > nextProducerKill) {
                killAProducer();
                nextProducerKill = System.nanoTime() + pause();
            }
            replaceDead(server, ledger);
            pauseMillis(20);
        }
        // Those that are at work still end what they have.
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
            replaceDead(server, ledger);
            return noneBegun(ledger);
        });
    }

    private void killAProducer() throws InterruptedException {
        producers.get(random.nextInt(PRODUCERS)).kill();
        producerKills++;
    }

    private long pause() {
        return TimeUnit.MILLISECONDS.toNanos(3_000 + random.nextInt(5_000));
    }

    private static void pauseMillis(long millis) {
        Awaitility.await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
    }

    private static boolean noneBegun(Ledger ledger) {
        for (int row = 0; row < ledger.count(); row++) if (ledger.state(row) == Ledger.State.BEGUN) return false;
        return true;
    }

    private void replaceDead(EscrowServer server, Ledger ledger) {
        for (int i = 0; i < producers.size(); i++) {
            ProducerProcess producer = producers.get(i);
            if (producer.alive()) continue;
            if (producer.halted()) halts.merge(stepOf(producer.owner()), 1, Integer::sum);
            rolledBackByDeath += ledger.rollBackAllOf(producer.owner());
            producers.set(i, start(server));
        }
    }

    /** Owner after owner another step. */
    private static LedgerProducer.Step stepOf(int owner) {
        LedgerProducer.Step[] steps = LedgerProducer.Step.values();
        return steps[owner % steps.length];
    }

    private ProducerProcess start(EscrowServer server) {
        int owner = started++;
        LedgerProducer.Step step = stepOf(owner);
        // An answer to a check comes much more seldom than the other steps.
        int before = step == LedgerProducer.Step.ASKED ? 20 + random.nextInt(50) : 500 + random.nextInt(1_500);
        return ProducerProcess.start(
                owner,
                List.of(
                        server.endpoint(),
                        TOPIC,
                        folder.resolve("ledger").toString(),
                        Integer.toString(rows),
                        Integer.toString(owner),
                        Integer.toString(THREADS),
                        step.name(),
                        Integer.toString(before)),
                folder,
                violations::add);
    }

    /** Waits until nothing is open any more; how long that took. The server was not killed since. */
    private Duration settle(EscrowServer server) {
        long begin = System.nanoTime();
        try (AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            Awaitility.await()
                    .atMost(BOUND.multipliedBy(2))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        replaceAllDead(server);
                        return !admin.hasTransactions(TOPIC, AdminCalls.TransactionState.OPEN)
                                || System.nanoTime() - begin > BOUND.toNanos();
                    });
            if (admin.hasTransactions(TOPIC, AdminCalls.TransactionState.OPEN))
                violations.add("transactions are open " + BOUND + " after the last row was taken");
            if (admin.hasTransactions(TOPIC, AdminCalls.TransactionState.PARKED))
                violations.add("transactions were parked");
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Producers halt at checks too: somebody has to be there. All rows are ended. */
    private void replaceAllDead(EscrowServer server) {
        for (int i = 0; i < producers.size(); i++) {
            ProducerProcess producer = producers.get(i);
            if (producer.alive()) continue;
            if (producer.halted()) halts.merge(stepOf(producer.owner()), 1, Integer::sum);
            producers.set(i, start(server));
        }
    }

    /** Consumes everything; answers how many were committed. */
    private int compare(EscrowServer server, Ledger ledger) throws ClientException {
        int[] delivered = new int[rows];
        try (SimpleConsumer consumer = server.clients(false).simple(GROUP, TOPIC, Duration.ofSeconds(5))) {
            List<MessageView> batch = consumer.receive(32, INVISIBLE);
            while (!batch.isEmpty()) {
                for (MessageView message : batch) {
                    delivered[message.getBody().getInt()]++;
                    consumer.ack(message);
                }
                batch = consumer.receive(32, INVISIBLE);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        int committed = 0;
        for (int row = 0; row < rows; row++) {
            boolean wanted = ledger.state(row) == Ledger.State.COMMITTED;
            if (wanted) committed++;
            if (wanted && delivered[row] == 0) violations.add("row " + row + " is committed and was not delivered");
            if (!wanted && delivered[row] > 0) violations.add("row " + row + " is rolled back and was delivered");
            if (delivered[row] > 1) violations.add("row " + row + " was delivered " + delivered[row] + " times");
        }
        return committed;
    }
}
