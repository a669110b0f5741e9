package org.escrowmq.systemtests.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.history.HistoryChecker;
import org.escrowmq.systemtests.history.HistoryRecorder;
import org.escrowmq.systemtests.history.Limits;
import org.escrowmq.systemtests.history.Violation;
import org.escrowmq.systemtests.kill.RecordedConsumer;
import org.escrowmq.systemtests.kill.RecordedProducers;
import org.escrowmq.systemtests.process.EscrowServer;

/**
 * A disk that answers EIO from some moment on. The server must end by itself; then the disk is healed, holds only what it had flushed
 * (a kernel drops the pages that it could not write), and the server starts on it again under the same clients.
 */
final class FailingDisk extends DiskRun {
    private static final String TOPIC = "failing-disk-topic";
    private static final String GROUP = "failing-disk-workers";
    private static final Set<String> GROUPS = Set.of(GROUP);
    private static final int STORAGE_FAULT = 6;
    private static final Duration END_LIMIT = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofSeconds(25);

    private final VolatileDisk.Fault fault;
    private final HistoryRecorder recorder = new HistoryRecorder();

    FailingDisk(Path home, Path folder, VolatileDisk.Fault fault) {
        super(home, folder);
        this.fault = fault;
    }

    /** {@code acknowledgedAfterFault}: answers OK that came later than the fault; they must be true as well. */
    record Outcome(
            String fault,
            long acknowledgedSends,
            long acknowledgedAfterFault,
            int exitCode,
            long endMillis,
            long readyMillis,
            long lostBytes) {}

    Outcome run(List<String> findings) throws Exception {
        VolatileDisk disk = attachedDisk(2L << 30, 0, 0);
        EscrowServer server = startedServer(Map.of(
                "escrow.cluster.client-liveness", LEASE.toSeconds() + "s",
                "escrow.persistence.segment-bytes", "8m",
                "escrow.persistence.min-free-bytes", "64m",
                "escrow.persistence.resume-free-bytes", "128m"));
        server.createTopic(TOPIC, 4);
        GROUPS.forEach(group -> server.createGroup(group, "first"));
        OfficialClients clients = server.clients(true);
        try (RecordedConsumer a = new RecordedConsumer(clients, TOPIC, GROUP, recorder, 0);
                RecordedConsumer b = new RecordedConsumer(clients, TOPIC, GROUP, recorder, 0);
                RecordedProducers producers = new RecordedProducers(clients, TOPIC, recorder, 4, 300)) {
            run(6000);
            long broken = System.nanoTime();
            recorder.record(new Event.Crashed(broken));
            disk.inject(fault);
            int exitCode = server.process().awaitExit(END_LIMIT);
            long ended = System.nanoTime();
            recorder.record(new Event.Crashed(ended));
            if (exitCode != STORAGE_FAULT) {
                findings.add(fault.word() + ": the server ends with " + exitCode + " instead of " + STORAGE_FAULT);
            }
            disk.cutPower(VolatileDisk.Moment.ANY, 1);
            long lost = disk.figures().unflushed();
            disk.detach();
            disk.heal(fault);
            disk.attach(0, 0);
            server.startAgain();
            server.awaitReady();
            recorder.record(new Event.Ready(server.process().readyNanos()));
            run(6000);
            recorder.record(new Event.LoadEnded(System.nanoTime()));
            producers.stop();
            long missing = new Drain(recorder, GROUPS).await(LEASE.plusSeconds(30));
            if (missing > 0) {
                findings.add(fault.word() + ": " + missing + " deliveries missing " + LEASE.plusSeconds(30)
                        + " after the load, lost or leased to consumers that never saw them");
            }
            List<Violation> violations = new HistoryChecker(new Limits(GROUPS, true, LEASE, Duration.ofSeconds(10)))
                    .check(recorder.history());
            violations.stream().limit(50).forEach(violation -> findings.add(fault.word() + ": " + violation));
            List<Long> acknowledged = recorder.history().events().stream()
                    .filter(event -> event instanceof Event.SendOk)
                    .map(Event::atNanos)
                    .toList();
            long after = acknowledged.stream()
                    .filter(at -> at > broken && at < ended)
                    .count();
            return new Outcome(
                    fault.word(),
                    acknowledged.size(),
                    after,
                    exitCode,
                    TimeUnit.NANOSECONDS.toMillis(ended - broken),
                    server.process().timeToReady().toMillis(),
                    lost);
        }
    }

    /** Lets the load go on. */
    private static void run(long millis) throws InterruptedException {
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }
}
