package org.escrowmq.systemtests.load;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** What loads with several consumers of one group are told, and what they have in common: a stored backlog that must come exactly once. */
abstract class ConsumeCommand extends LoadCommand {
    /** A message that came twice would come with the next polls. */
    private static final long SETTLE_SECONDS = 2;

    @Option(names = "--group", required = true, description = "consumer group; the whole backlog is still before it")
    private String group = "";

    @Option(names = "--consumers", defaultValue = "4", description = "of that group (${DEFAULT-VALUE})")
    private int consumers;

    @Option(names = "--messages", defaultValue = "100000", description = "backlog (${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--within", defaultValue = "600", description = "seconds until it is given up (${DEFAULT-VALUE})")
    private long withinSeconds;

    final String group() {
        return group;
    }

    final int consumers() {
        return consumers;
    }

    final int messages() {
        return messages;
    }

    /** Waits until all is acknowledged, and a little longer for what should not come. */
    final void await(AckedBacklog acks) throws Exception {
        acks.await(withinSeconds);
        new CountDownLatch(1).await(SETTLE_SECONDS, TimeUnit.SECONDS);
    }

    /** Closes all at the same time: the official client waits for its polls, up to 23 seconds. */
    static void closeAll(List<? extends Closeable> consumers) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Closeable consumer : consumers) {
            Thread thread = new Thread(() -> close(consumer), "close");
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void close(Closeable consumer) {
        try {
            consumer.close();
        } catch (IOException e) {
            System.err.println("a consumer did not close: " + e);
        }
    }
}
