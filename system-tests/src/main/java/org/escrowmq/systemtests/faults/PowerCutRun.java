package org.escrowmq.systemtests.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.rocketmq.client.apis.ClientException;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.history.History;
import org.escrowmq.systemtests.history.HistoryChecker;
import org.escrowmq.systemtests.history.HistoryRecorder;
import org.escrowmq.systemtests.history.Limits;
import org.escrowmq.systemtests.history.Violation;
import org.escrowmq.systemtests.kill.RecordedConsumer;
import org.escrowmq.systemtests.kill.RecordedProducers;
import org.escrowmq.systemtests.process.EscrowServer;

/**
 * One server on a {@link VolatileDisk}. Power is cut and comes back while the same clients go on by themselves; then everything is
 * drained and the history checked. Moments are random by seed.
 */
final class PowerCutRun extends DiskRun {
    private static final String TOPIC = "power-cut-topic";
    private static final Set<String> GROUPS = Set.of("power-cut-workers", "power-cut-audit");
    private static final long DISK_BYTES = 3L << 30;
    private static final int TORN_PERCENT = 50;
    private static final Duration LEASE = Duration.ofSeconds(25);
    private static final Duration BACK_WITHIN = Duration.ofSeconds(10);
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(1);
    private static final int FINDINGS_SHOWN = 100;

    /** Small segments and many checkpoints, so that cuts fall into all the work of the store and not only into its appends. */
    private static final Map<String, String> KEYS = Map.of(
            "escrow.cluster.client-liveness", LEASE.toSeconds() + "s",
            "escrow.persistence.segment-bytes", "8m",
            "escrow.persistence.checkpoint-log-bytes", "4m",
            "escrow.persistence.collector.interval", "1s",
            "escrow.persistence.collector.hot-bytes-max", "16m",
            "escrow.persistence.min-free-bytes", "64m",
            "escrow.persistence.resume-free-bytes", "128m");

    private final int cutCount;
    private final boolean torn;
    private final boolean lying;
    private final int perSecond;
    private final long seed;
    private final Random random;
    private final Consumer<String> progress;
    private final HistoryRecorder recorder = new HistoryRecorder();
    private final Drain drain = new Drain(recorder, GROUPS);
    private final List<Cut> cuts = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private long unfinished;

    PowerCutRun(
            Path home,
            Path folder,
            int cutCount,
            boolean torn,
            boolean lying,
            int perSecond,
            long seed,
            Consumer<String> progress) {
        super(home, folder);
        this.cutCount = cutCount;
        this.torn = torn;
        this.lying = lying;
        this.perSecond = perSecond;
        this.seed = seed;
        this.random = new Random(seed);
        this.progress = progress;
    }

    /**
     * One cut. {@code acknowledgedSends} and {@code acknowledgedAcks} since the cut before; {@code lostBytes} were written and not
     * flushed (with torn sectors {@code keptBytes} of them survived); {@code fileSystemMillis} for device, e2fsck and mount,
     * {@code readyMillis} from there to ready; then to the first acknowledged send and delivery.
     */
    record Cut(
            int number,
            VolatileDisk.Moment moment,
            boolean torn,
            long acknowledgedSends,
            long acknowledgedAcks,
            long flushes,
            long lostBytes,
            long keptBytes,
            String fileSystemCheck,
            long fileSystemMillis,
            long readyMillis,
            long sendMillis,
            long deliveryMillis,
            List<String> findings) {}

    List<Cut> cuts() {
        return cuts;
    }

    List<String> findings() {
        return findings;
    }

    void run() throws Exception {
        VolatileDisk made = attachedDisk(DISK_BYTES, keepPercent(), seed);
        EscrowServer started = startedServer(KEYS);
        started.createTopic(TOPIC, 8);
        GROUPS.forEach(group -> started.createGroup(group, "first"));
        List<Long> crashes = new ArrayList<>();
        OfficialClients clients = started.clients(true);
        try (RecordedProducers producers = new RecordedProducers(clients, TOPIC, recorder, 8, perSecond)) {
            try (RecordedConsumer a = consumer(clients, "power-cut-workers");
                    RecordedConsumer b = consumer(clients, "power-cut-workers");
                    RecordedConsumer audit = consumer(clients, "power-cut-audit")) {
                for (int number = 1; number <= cutCount; number++) {
                    // Most cuts find the clients at full rate; every fifth comes while they are still coming back.
                    run(number % 5 == 0 ? random.nextInt(2000) : 6000 + random.nextInt(3000));
                    if (!cut(number, made, started, crashes)) {
                        return;
                    }
                }
                run(6000);
                recorder.record(new Event.LoadEnded(System.nanoTime()));
                producers.stop();
                progress.accept("draining");
                unfinished = drain.await(LEASE.plusSeconds(30));
            }
            if (unfinished > 0) {
                findings.add(unfinished + " deliveries stay leased to consumers that never saw them, "
                        + LEASE.plusSeconds(30) + " after the load");
                // What is there comes to others when those consumers leave; what does not is lost.
                try (RecordedConsumer other = consumer(clients, "power-cut-workers");
                        RecordedConsumer otherAudit = consumer(clients, "power-cut-audit")) {
                    drain.await(DRAIN_LIMIT);
                }
            }
        }
        judge(crashes);
    }

    private int keepPercent() {
        return torn ? TORN_PERCENT : 0;
    }

    private RecordedConsumer consumer(OfficialClients clients, String group) throws ClientException {
        return new RecordedConsumer(clients, TOPIC, group, recorder, 0.002);
    }

    /** Lets the load go on. */
    private static void run(long millis) throws InterruptedException {
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    /** Whether the server came back. */
    private boolean cut(int number, VolatileDisk cutDisk, EscrowServer cutServer, List<Long> crashes)
            throws InterruptedException {
        if (lying && number == cutCount) {
            cutDisk.inject(VolatileDisk.Fault.LYING_FLUSH);
            run(3000);
        }
        VolatileDisk.Moment moment = VolatileDisk.Moment.values()[number % VolatileDisk.Moment.values().length];
        recorder.record(new Event.Crashed(System.nanoTime()));
        cutDisk.cutPower(moment, 1 + random.nextInt(20));
        cutServer.kill();
        crashes.add(System.nanoTime());
        VolatileDisk.Figures figures = cutDisk.figures();
        cutDisk.detach();
        cutDisk.heal(VolatileDisk.Fault.LYING_FLUSH);
        long powerBack = System.nanoTime();
        Commands.Outcome check = cutDisk.attach(keepPercent(), seed + number);
        long mounted = System.nanoTime();
        cutServer.startAgain();
        long readyMillis = -1;
        try {
            cutServer.awaitReady();
            readyMillis = cutServer.process().timeToReady().toMillis();
            recorder.record(new Event.Ready(cutServer.process().readyNanos()));
        } catch (IllegalStateException e) {
            findings.add("cut " + number + ": the server does not start again: " + e.getMessage());
        }
        cuts.add(new Cut(
                number,
                moment,
                torn,
                0,
                0,
                figures.flushes(),
                figures.unflushed(),
                figures.kept(),
                check.output(),
                TimeUnit.NANOSECONDS.toMillis(mounted - powerBack),
                readyMillis,
                -1,
                -1,
                List.of()));
        progress.accept("cut " + number + " of " + cutCount + " (" + moment + "): " + figures.unflushed()
                + " unflushed bytes, " + figures.kept() + " of them kept; ready after " + readyMillis + " ms");
        return readyMillis >= 0;
    }

    /** Completes the records of the cuts: what a cut had to keep is what was acknowledged between it and the one before. */
    private void judge(List<Long> crashes) {
        History history = recorder.history();
        List<Violation> violations = new HistoryChecker(new Limits(GROUPS, true, LEASE, BACK_WITHIN)).check(history);
        List<Duration> toSend = history.fromReadyToSend();
        List<Duration> toDelivery = history.fromReadyToDelivery();
        Map<String, Long> acknowledged = new HashMap<>();
        long[] sends = new long[crashes.size() + 1];
        long[] acks = new long[crashes.size() + 1];
        for (Event event : history.events()) {
            if (event instanceof Event.SendOk e) {
                acknowledged.put(e.key(), e.atNanos());
                sends[cutAfter(crashes, e.atNanos())]++;
            } else if (event instanceof Event.AckOk e) {
                acks[cutAfter(crashes, e.atNanos())]++;
            }
        }
        List<List<String>> byCut = new ArrayList<>();
        crashes.forEach(crash -> byCut.add(new ArrayList<>()));
        for (Violation violation : violations) {
            Long at = acknowledged.get(violation.key());
            int cut = at == null ? crashes.size() : cutAfter(crashes, at);
            if (cut < crashes.size()) {
                byCut.get(cut).add(violation.toString());
            }
        }
        for (int i = 0; i < cuts.size(); i++) {
            Cut cut = cuts.get(i);
            List<String> shown = byCut.get(i).stream().limit(FINDINGS_SHOWN).toList();
            cuts.set(
                    i,
                    new Cut(
                            cut.number(),
                            cut.moment(),
                            cut.torn(),
                            sends[i],
                            acks[i],
                            cut.flushes(),
                            cut.lostBytes(),
                            cut.keptBytes(),
                            cut.fileSystemCheck(),
                            cut.fileSystemMillis(),
                            cut.readyMillis(),
                            toSend.get(i).toMillis(),
                            toDelivery.get(i).toMillis(),
                            shown));
        }
        violations.stream().limit(FINDINGS_SHOWN).forEach(violation -> findings.add(violation.toString()));
        if (violations.size() > FINDINGS_SHOWN) {
            findings.add("and " + (violations.size() - FINDINGS_SHOWN) + " more");
        }
        if (cuts.stream().mapToLong(Cut::lostBytes).sum() == 0) {
            findings.add("no cut lost an unflushed byte: the disk did not do what this tool is for");
        }
        progress.accept(acknowledged.size() + " acknowledged sends, " + violations.size() + " violations");
    }

    /** The index of the first cut after that time; their number when there is none. */
    private static int cutAfter(List<Long> crashes, long atNanos) {
        int cut = 0;
        while (cut < crashes.size() && crashes.get(cut) < atNanos) {
            cut++;
        }
        return cut;
    }
}
