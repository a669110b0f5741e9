package org.escrowmq.systemtests.kill;

import apache.rocketmq.v2.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.rocketmq.shaded.com.google.protobuf.util.Timestamps;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.RawClient;
import org.escrowmq.systemtests.load.Latencies;
import org.escrowmq.systemtests.process.EscrowServer;

/**
 * Messages at a fixed rate to one queue and one consumer, first alone, then beside messages that the consumer never acknowledges: each of
 * those comes again at once, until it has had its attempts. What the others take from send to receive tells whether they notice.
 */
public final class StubbornRun {
    private static final String TOPIC = "neighbours";
    private static final String GROUP = "some-fail";
    private static final String FAILS = "fails";
    private static final int ATTEMPTS = 200;
    private static final Duration WARM_UP = Duration.ofSeconds(15);

    private final Path home;
    private final Path folder;
    private final int perSecond;
    private final int stubborn;
    private final Duration each;

    /** {@code each}: how long the rate is kept with and without the stubborn ones. */
    public StubbornRun(Path home, Path folder, int perSecond, int stubborn, Duration each) {
        this.home = home;
        this.folder = folder;
        this.perSecond = perSecond;
        this.stubborn = stubborn;
        this.each = each;
    }

    /** Latencies from send to receive, and how many of the stubborn messages ended as dead letters. */
    public record Result(Latencies.Figures alone, Latencies.Figures beside, int deadLetters) {}

    /** Runs it all. */
    public Result run() throws Exception {
        try (EscrowServer server = EscrowServer.start(home, folder, Map.of());
                RawClient producer = new RawClient(server.endpoint());
                RawClient consumer = new RawClient(server.endpoint());
                AdminCalls admin = new AdminCalls(server.adminEndpoint())) {
            admin.createTopic(TOPIC, 1);
            admin.createGroup(GROUP, false, ATTEMPTS);
            measure(producer, consumer, WARM_UP);
            Latencies.Figures alone = measure(producer, consumer, each);
            for (int i = 0; i < stubborn; i++) producer.send(RawClient.message(TOPIC, new byte[200], FAILS));
            Latencies.Figures beside = measure(producer, consumer, each);
            consume(consumer, new Latencies(), () -> letters(producer) < stubborn);
            return new Result(alone, beside, letters(producer));
        }
    }

    private static int letters(RawClient raw) {
        return raw.all("%DLQ%" + GROUP, 0).size();
    }

    private Latencies.Figures measure(RawClient producer, RawClient consumer, Duration time) throws Exception {
        Latencies latencies = new Latencies();
        AtomicBoolean going = new AtomicBoolean(true);
        ExecutorService consuming = Executors.newSingleThreadExecutor();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try {
            Future<?> consumed = consuming.submit(() -> consume(consumer, latencies, going::get));
            clock.scheduleAtFixedRate(
                    () -> producer.send(RawClient.message(TOPIC, new byte[200], null)),
                    0,
                    TimeUnit.SECONDS.toNanos(1) / perSecond,
                    TimeUnit.NANOSECONDS);
            Awaitility.await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
            clock.shutdownNow();
            going.set(false);
            consumed.get();
        } finally {
            clock.shutdownNow();
            consuming.shutdownNow();
        }
        return latencies.figures();
    }

    /** Whether to go on. */
    private interface Going {
        boolean on();
    }

    private static void consume(RawClient raw, Latencies latencies, Going going) {
        while (going.on()) {
            for (Message message : raw.receive(GROUP, TOPIC, 32, Duration.ofSeconds(30))) {
                String handle = RawClient.handle(message);
                if (message.getSystemProperties().getTag().equals(FAILS)) {
                    raw.changeInvisible(GROUP, TOPIC, handle, Duration.ZERO);
                    continue;
                }
                long born = Timestamps.toMillis(message.getSystemProperties().getBornTimestamp());
                latencies.recordNanos(TimeUnit.MILLISECONDS.toNanos(Math.max(0, System.currentTimeMillis() - born)));
                raw.ack(GROUP, TOPIC, handle);
            }
        }
    }
}
