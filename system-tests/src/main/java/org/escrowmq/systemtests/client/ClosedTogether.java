package org.escrowmq.systemtests.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Clients that are closed all at once: an official push consumer waits for its long polls when it is closed, some twenty seconds, and several
 * need not do so one after another. Not thread-safe.
 */
public final class ClosedTogether implements AutoCloseable {
    private final List<AutoCloseable> clients = new ArrayList<>();

    /** Has the client closed with the others; the client. */
    public <T extends AutoCloseable> T add(T client) {
        clients.add(client);
        return client;
    }

    /** Closes all and waits; the failure of the first that could not be closed. */
    @Override
    public void close() throws Exception {
        if (clients.isEmpty()) return;
        ExecutorService closers = Executors.newFixedThreadPool(clients.size());
        try {
            List<Callable<Void>> closings = new ArrayList<>();
            for (AutoCloseable client : clients) {
                closings.add(() -> {
                    client.close();
                    return null;
                });
            }
            for (Future<Void> closed : closers.invokeAll(closings)) closed.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a client could not be closed", e.getCause());
        } finally {
            closers.shutdown();
        }
    }
}
