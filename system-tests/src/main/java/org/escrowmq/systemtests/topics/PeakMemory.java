package org.escrowmq.systemtests.topics;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.escrowmq.systemtests.process.ServerProcess;

/** The most anonymous memory that a server has, looked at four times a second until it is closed. */
final class PeakMemory implements AutoCloseable {
    private final AtomicLong most = new AtomicLong();
    private final ServerProcess server;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor();

    PeakMemory(ServerProcess server) {
        this.server = server;
        looks.scheduleWithFixedDelay(this::look, 0, 250, TimeUnit.MILLISECONDS);
    }

    private void look() {
        most.accumulateAndGet(server.figures().anonymousBytes(), Math::max);
    }

    long bytes() {
        look();
        return most.get();
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
