package org.escrowmq.systemtests.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.history.Bodies;
import org.escrowmq.systemtests.process.EscrowServer;
import org.jspecify.annotations.Nullable;

/**
 * A disk of 320 MiB, a third of it taken by a file that is not the server's. Sends fill it until they are refused; everything
 * acknowledged is then received and acked on the full disk; the other file is removed, and sends must come back by themselves.
 */
final class FullDisk extends DiskRun {
    private static final String TOPIC = "full-disk-topic";
    private static final String GROUP = "full-disk-workers";
    private static final long DISK_BYTES = 320L << 20;
    private static final int OTHER_MEBIBYTES = 110;
    private static final int BODY_BYTES = 64 << 10;
    private static final String KEY = "escrow.persistence.min-free-bytes";
    private static final Duration BACK_LIMIT = Duration.ofSeconds(60);
    private static final Duration RECEIVE_LIMIT = Duration.ofMinutes(2);
    /** More than the disk holds. */
    private static final int SENDS_MAX = (int) (DISK_BYTES / BODY_BYTES) + 1;

    FullDisk(Path home, Path folder) {
        super(home, folder);
    }

    /** {@code backMillis} from the removal of the other file to the first acknowledged send. */
    record Outcome(String fault, String refusal, int acks, int refusedSends, long backMillis) {}

    Outcome run(List<String> findings) throws Exception {
        attachedDisk(DISK_BYTES, 0, 0);
        EscrowServer server = startedServer(Map.of(
                "escrow.persistence.segment-bytes", "8m",
                "escrow.persistence.checkpoint-log-bytes", "8m",
                "escrow.persistence.collector.interval", "1s",
                "escrow.persistence.collector.hot-bytes-max", "16m",
                "escrow.persistence.min-free-bytes", "64m",
                "escrow.persistence.resume-free-bytes", "96m"));
        Path other = server.data().resolve("file-of-somebody-else");
        Commands.run("fallocate", "-l", OTHER_MEBIBYTES + "M", other.toString());
        server.createTopic(TOPIC, 4);
        server.createGroup(GROUP, "first");
        OfficialClients clients = server.clients(false);
        Set<String> acknowledged = new HashSet<>();
        try (Producer producer = clients.producer(TOPIC);
                SimpleConsumer consumer = clients.simple(GROUP, TOPIC, Duration.ofSeconds(5))) {
            String refusal = sendUntilRefused(producer, acknowledged);
            if (!refusal.contains(KEY) || !refusal.matches("(?s).*\\d+ bytes free.*")) {
                findings.add("full: the refusal names neither the free bytes nor the key, or not both: " + refusal);
            }
            int acks = receiveAndAck(consumer, acknowledged, findings);
            // The whole set was acked, but the space is still taken: refused until there is room.
            int refused = refusal(producer, acknowledged) == null ? 0 : 1;
            Files.delete(other);
            long freed = System.nanoTime();
            while (refusal(producer, acknowledged) != null) {
                refused++;
                if (System.nanoTime() - freed > BACK_LIMIT.toNanos()) {
                    findings.add("full: sends are still refused " + BACK_LIMIT + " after space was freed");
                    break;
                }
            }
            long back = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - freed);
            acks += receiveAndAck(consumer, acknowledged, findings);
            if (!server.process().alive()) {
                findings.add("full: the server ended");
            }
            return new Outcome("full", refusal, acks, refused, back);
        }
    }

    private static String sendUntilRefused(Producer producer, Set<String> acknowledged) {
        for (int i = 0; i < SENDS_MAX; i++) {
            String refusal = refusal(producer, acknowledged);
            if (refusal != null) {
                return refusal;
            }
        }
        return "none, though more was sent than the disk holds";
    }

    /** Sends one message and adds its id, or tells how it was refused. */
    private static @Nullable String refusal(Producer producer, Set<String> acknowledged) {
        try {
            byte[] body = Bodies.random(acknowledged.size(), BODY_BYTES);
            acknowledged.add(producer.send(OfficialClients.message(TOPIC, body))
                    .getMessageId()
                    .toString());
            return null;
        } catch (ClientException e) {
            return e.toString();
        }
    }

    /** Until nothing of {@code acknowledged} is left; those are taken out of it. */
    private static int receiveAndAck(SimpleConsumer consumer, Set<String> acknowledged, List<String> findings) {
        int acks = 0;
        long end = System.nanoTime() + RECEIVE_LIMIT.toNanos();
        while (!acknowledged.isEmpty() && System.nanoTime() < end) {
            try {
                for (MessageView message : consumer.receive(16, Duration.ofMinutes(2))) {
                    consumer.ack(message);
                    acks++;
                    if (!acknowledged.remove(message.getMessageId().toString())) {
                        findings.add("full: delivered, but never acknowledged or twice: " + message.getMessageId());
                    }
                }
            } catch (ClientException e) {
                findings.add("full: receive or ack fails on the full disk: " + e);
                return acks;
            }
        }
        if (!acknowledged.isEmpty()) {
            findings.add("full: acknowledged and never received: " + acknowledged.size());
        }
        acknowledged.clear();
        return acks;
    }
}
