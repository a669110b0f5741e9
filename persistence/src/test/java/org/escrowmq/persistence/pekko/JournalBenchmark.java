package org.escrowmq.persistence.pekko;

import com.typesafe.config.ConfigFactory;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.escrowmq.model.Epoch;
import org.escrowmq.model.SequenceNumber;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.WriteAnswer;
import org.escrowmq.persistence.journal.LocalJournal;

/**
 * Figures of the journal by hand: {@code direct|actors|fill|open DIR ENTRIES}. 64 ids, 256 entries of 1 KiB in flight. Prints
 * entries a second and process CPU microseconds an entry, after a warm-up of a tenth.
 */
public final class JournalBenchmark {
    private static final int IDS = 64;
    private static final int IN_FLIGHT = 256;

    private JournalBenchmark() {}

    /** See the class. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        int entries = Integer.parseInt(arguments[2]);
        switch (arguments[0]) {
            case "direct" -> direct(folder, entries, false);
            case "fill" -> direct(folder, entries, true);
            case "actors" -> actors(folder, entries);
            case "open" -> open(folder);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static PersistenceSettings settings(Path folder, String more) {
        return PersistenceSettings.of(
                ConfigFactory.parseString("escrow.persistence.directory = \"" + folder + "\"\n" + more)
                        .withFallback(ConfigFactory.load()));
    }

    private static JournalEntry entry() {
        return new JournalEntry(
                ByteBuffer.allocate(60), List.of(ByteBuffer.allocate(1024)), List.of(), RetentionClass.DAY);
    }

    /** With {@code fill} it takes no checkpoint and dies without closing, so that the next start has everything to replay. */
    private static void direct(Path folder, int entries, boolean fill) throws Exception {
        String more = fill ? "escrow.persistence.checkpoint-log-bytes = 16g" : "";
        LocalJournal journal = LocalJournal.open(settings(folder, more), JournalBenchmark::fault);
        Epoch[] epochs = new Epoch[IDS];
        long[] next = new long[IDS];
        PersistenceId[] ids = new PersistenceId[IDS];
        for (int i = 0; i < IDS; i++) {
            ids[i] = new PersistenceId("queue|benchmark|" + i);
            var claim = journal.claim(ids[i]).toCompletableFuture().get();
            epochs[i] = claim.epoch();
            next[i] = claim.highest().value() + 1;
        }
        Semaphore window = new Semaphore(IN_FLIGHT);
        Figures figures = new Figures();
        for (int n = 0; n < entries; n++) {
            if (n == entries / 10) figures.start();
            window.acquire();
            int i = n % IDS;
            journal.write(ids[i], epochs[i], new SequenceNumber(next[i]++), entry())
                    .whenComplete((answer, failure) -> {
                        if (answer != WriteAnswer.APPLIED) fault("answered " + answer, new IllegalStateException());
                        window.release();
                    });
        }
        window.acquire(IN_FLIGHT);
        figures.print(fill ? "fill" : "direct", entries - entries / 10, journal);
        if (fill) Runtime.getRuntime().halt(0);
        journal.close();
    }

    private static void fault(String what, Throwable cause) {
        System.err.println(what + " " + cause);
        Runtime.getRuntime().halt(3);
    }

    private static void open(Path folder) throws Exception {
        long started = System.nanoTime();
        LocalJournal journal = LocalJournal.open(settings(folder, ""), JournalBenchmark::fault);
        long took = System.nanoTime() - started;
        System.out.printf(
                "open: %d ms, log %d MiB%n", took / 1_000_000, journal.status().logBytes() >> 20);
        Runtime.getRuntime().halt(0);
    }

    private static void actors(Path folder, int entries) throws Exception {
        ActorSystem system = ActorSystem.create(
                "benchmark",
                TckConfig.at(folder)
                        .withoutPath("escrow.persistence.segment-bytes")
                        .withFallback(ConfigFactory.load()));
        Journal journal = EscrowJournal.of(system).journal();
        Semaphore window = new Semaphore(IN_FLIGHT);
        CountDownLatch recovered = new CountDownLatch(IDS);
        ActorRef[] writers = new ActorRef[IDS];
        for (int i = 0; i < IDS; i++) {
            String id = "queue|benchmark|" + i;
            writers[i] = system.actorOf(Props.create(Writer.class, () -> new Writer(id, window, recovered)));
        }
        recovered.await();
        Figures figures = new Figures();
        for (int n = 0; n < entries; n++) {
            if (n == entries / 10) figures.start();
            window.acquire();
            writers[n % IDS].tell(entry(), ActorRef.noSender());
        }
        window.acquire(IN_FLIGHT);
        figures.print("persistAsync", entries - entries / 10, journal);
        system.terminate();
        EscrowJournal.of(system).closed().toCompletableFuture().get();
    }

    private static final class Writer extends AbstractPersistentActor {
        private final String id;
        private final Semaphore window;
        private final CountDownLatch recovered;

        Writer(String id, Semaphore window, CountDownLatch recovered) {
            this.id = id;
            this.window = window;
            this.recovered = recovered;
        }

        @Override
        public String persistenceId() {
            return id;
        }

        @Override
        public Receive createReceiveRecover() {
            return receiveBuilder()
                    .match(org.apache.pekko.persistence.RecoveryCompleted.class, done -> recovered.countDown())
                    .build();
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .match(JournalEntry.class, entry -> persistAsync(entry, persisted -> window.release()))
                    .build();
        }
    }

    private static final class Figures {
        private long nanos;
        private long cpu;

        void start() {
            nanos = System.nanoTime();
            cpu = cpu();
        }

        private static long cpu() {
            var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return system.getProcessCpuTime();
        }

        void print(String what, int entries, Journal journal) {
            double seconds = (System.nanoTime() - nanos) / 1e9;
            System.out.printf(
                    "%s: %.0f entries/s, %.1f us CPU an entry, %.1f entries an fsync%n",
                    what,
                    entries / seconds,
                    (cpu() - cpu) / 1e3 / entries,
                    (double) journal.status().entriesWritten()
                            / journal.status().fsyncs());
        }
    }
}
