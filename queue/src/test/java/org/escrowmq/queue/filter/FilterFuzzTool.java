package org.escrowmq.queue.filter;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * {@code system-tests/bin/fuzz-filters}: millions of texts read as SQL filters. Ends with 0 when all held, 1 with a finding (a
 * crash, a text that takes longer than {@value #HANG_SECONDS} s, memory that grows), 2 for wrong arguments. Progress goes to standard
 * error and says where to go on; the report is one line of JSON on standard output.
 */
final class FilterFuzzTool {
    private static final String USAGE = """
            usage: system-tests/bin/fuzz-filters [--inputs N] [--seed S] [--from I] | --show I [--seed S]
              --inputs N  how many texts are read as filters (1000000)
              --seed S    of all texts (1); text I of a seed is always the same
              --from I    the first text (0): goes on where another run ended
              --show I    prints text I and what it comes to""";

    private static final int HANG_SECONDS = 10;
    private static final int PROGRESS_SECONDS = 5;

    /** Used heap after a collection: that of the end above that after the first report. */
    private static final long GROWTH_BYTES_MAX = 8 << 20;

    /** A small stack: a filter's depth is bounded by the parser, not by the stack. */
    private static final long STACK_BYTES = 256 << 10;

    private final long seed;
    private final long from;
    private final long inputs;
    private final FilterFuzz fuzz;
    private final AtomicReference<FilterFuzz.Finding> finding = new AtomicReference<>();
    private final long startNanos = System.nanoTime();
    private long firstHeapBytes = -1;

    private FilterFuzzTool(long seed, long from, long inputs) {
        this.seed = seed;
        this.from = from;
        this.inputs = inputs;
        this.fuzz = new FilterFuzz(seed);
    }

    /** The command. */
    public static void main(String[] arguments) throws InterruptedException {
        long seed = 1;
        long from = 0;
        long inputs = 1_000_000;
        long show = -1;
        try {
            for (int i = 0; i < arguments.length; i += 2) {
                if (arguments[i].equals("--help") || arguments[i].equals("-h")) {
                    System.out.println(USAGE);
                    return;
                }
                if (i + 1 == arguments.length) throw new IllegalArgumentException(arguments[i] + " needs a number");
                long value = Long.parseLong(arguments[i + 1]);
                switch (arguments[i]) {
                    case "--seed" -> seed = value;
                    case "--from" -> from = value;
                    case "--inputs" -> inputs = value;
                    case "--show" -> show = value;
                    default -> throw new IllegalArgumentException("unknown: " + arguments[i]);
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.println("fuzz-filters: " + e.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
        System.exit(show >= 0 ? show(seed, show) : new FilterFuzzTool(seed, from, inputs).run());
    }

    private static int show(long seed, long index) {
        String text = new FuzzInputs(seed).text(index);
        System.out.println(text);
        try {
            SqlFilter.parse(text);
            System.out.println("-- a filter");
        } catch (FilterSyntaxException e) {
            System.out.println("-- refused " + e.getMessage());
        }
        return 0;
    }

    private int run() throws InterruptedException {
        Thread worker = new Thread(null, this::look, "fuzz", STACK_BYTES);
        worker.setDaemon(true);
        worker.start();
        long before = -1;
        long waited = 0;
        while (worker.isAlive()) {
            worker.join(TimeUnit.SECONDS.toMillis(PROGRESS_SECONDS));
            long current = fuzz.current();
            waited = current == before ? waited + PROGRESS_SECONDS : 0;
            if (worker.isAlive() && waited >= HANG_SECONDS) return hangs(current);
            before = current;
            progress();
        }
        return ended();
    }

    private void look() {
        try {
            for (long index = from; index < from + inputs; index++) fuzz.look(index);
        } catch (FilterFuzz.Finding e) {
            finding.set(e);
        }
    }

    private int hangs(long index) {
        System.err.println("input " + index + " takes longer than " + HANG_SECONDS + " s; see it with --show " + index
                + " --seed " + seed);
        report(usedHeapBytes(), false);
        return 1;
    }

    private void progress() {
        long heap = usedHeapBytes();
        if (firstHeapBytes < 0) firstHeapBytes = heap;
        long done = fuzz.filters() + fuzz.refusals();
        System.err.printf(
                Locale.ROOT,
                "%,d of %,d, %,.0f a second, %.0f %% filters, slowest %,d us (input %d), heap %.1f MiB; goes on with --from %d%n",
                done,
                inputs,
                done / seconds(),
                100.0 * fuzz.filters() / Math.max(1, done),
                TimeUnit.NANOSECONDS.toMicros(fuzz.slowestNanos()),
                fuzz.slowest(),
                heap / 1048576.0,
                from + done);
    }

    private int ended() {
        FilterFuzz.Finding found = finding.get();
        if (found != null) found.printStackTrace();
        long heap = usedHeapBytes();
        boolean grows = heap - firstHeapBytes > GROWTH_BYTES_MAX;
        if (grows) System.err.println("the heap grew from " + firstHeapBytes + " to " + heap + " bytes");
        boolean held = found == null && !grows && fuzz.filters() + fuzz.refusals() == inputs;
        report(heap, held);
        return held ? 0 : 1;
    }

    private double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private static long usedHeapBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void report(long heap, boolean held) {
        System.out.printf(
                Locale.ROOT,
                "{\"commit\":\"%s\",\"seed\":%d,\"from\":%d,\"inputs\":%d,\"filters\":%d,\"refused\":%d,\"seconds\":%.1f,"
                        + "\"slowestMicros\":%d,\"slowestInput\":%d,\"firstHeapBytes\":%d,\"lastHeapBytes\":%d,\"held\":%b}%n",
                System.getProperty("escrow.commit", "unknown"),
                seed,
                from,
                fuzz.filters() + fuzz.refusals(),
                fuzz.filters(),
                fuzz.refusals(),
                seconds(),
                TimeUnit.NANOSECONDS.toMicros(fuzz.slowestNanos()),
                fuzz.slowest(),
                firstHeapBytes,
                heap,
                held);
    }
}
