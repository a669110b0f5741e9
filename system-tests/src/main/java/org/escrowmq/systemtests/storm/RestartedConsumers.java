package org.escrowmq.systemtests.storm;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.apis.ClientException;

/**
 * Consumers of one group, of which now and then one leaves and a new one comes. The official client takes up to 23 seconds to leave: it
 * receives no more, waits for its polls and goes on with what it has; meanwhile the new one works already.
 */
final class RestartedConsumers implements AutoCloseable {
    private static final long PAUSE_MILLIS_MIN = 1000;
    private static final int PAUSE_MILLIS_SPAN = 4000;
    private static final long START_AGAIN_MILLIS = 500;

    private final Start start;
    private final Random random;
    private final List<OrderedConsumer> consumers = new ArrayList<>();
    private final List<Future<?>> leaving = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Future<Integer> restarts;

    /** All started, and replaced from now on at moments of {@code random}. */
    RestartedConsumers(int count, Random random, Start start) throws ClientException {
        this.start = start;
        this.random = random;
        for (int i = 0; i < count; i++) {
            consumers.add(start.consumer());
        }
        this.restarts = threads.submit(this::restart);
    }

    /** Makes a consumer. */
    interface Start {
        OrderedConsumer consumer() throws ClientException;
    }

    /** Until stopped; the answer is how many were replaced. */
    private int restart() throws InterruptedException {
        int count = 0;
        while (!stopped.await(PAUSE_MILLIS_MIN + random.nextInt(PAUSE_MILLIS_SPAN), TimeUnit.MILLISECONDS)) {
            OrderedConsumer fresh = started();
            leaving.add(leave(consumers.set(random.nextInt(consumers.size()), fresh)));
            count++;
        }
        return count;
    }

    private Future<?> leave(OrderedConsumer consumer) {
        return threads.submit(() -> {
            consumer.close();
            return consumer;
        });
    }

    /** The server may be away just now: then its client does not start, and has to be started again. */
    private OrderedConsumer started() throws InterruptedException {
        while (true) {
            try {
                return start.consumer();
            } catch (ClientException | IllegalStateException e) {
                // The second is how the client reports that the start of its service failed.
                new CountDownLatch(1).await(START_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Leaves the present ones running, and waits until the others have left; how often one was replaced. */
    int stopRestarts() throws InterruptedException {
        stopped.countDown();
        int count = result(restarts);
        for (Future<?> one : leaving) {
            result(one);
        }
        return count;
    }

    private static <T> T result(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a consumer could not be replaced", e);
        }
    }

    /** All at once. */
    @Override
    public void close() throws InterruptedException {
        stopped.countDown();
        List<Future<?>> last = consumers.stream().<Future<?>>map(this::leave).toList();
        for (Future<?> one : last) {
            result(one);
        }
        threads.shutdownNow();
    }
}
