package org.escrowmq.systemtests.load;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.rocketmq.client.apis.message.MessageBuilder;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.escrowmq.systemtests.client.OfficialClients;

/**
 * Messages that are stored first and then consumed, numbered from 0 in their bodies. With message groups, message {@code i} is the
 * {@code i / messageGroups}-th of the group {@code i % messageGroups}. Some are chosen to fail once; which ones is the same in every run.
 */
final class Backlog {
    private static final int NUMBER_BYTES = Integer.BYTES;

    private final int messages;
    private final int messageGroups;
    private final BitSet failing = new BitSet();

    /**
     * @param messageGroups 0 for messages without one
     * @param failures how many messages fail once, spread evenly over the backlog, each of another message group
     */
    Backlog(int messages, int messageGroups, int failures) {
        if (failures > messages || (messageGroups > 0 && failures > messageGroups)) {
            throw new IllegalArgumentException(
                    failures + " failures need as many messages and message groups; there are " + messages + " and "
                            + messageGroups);
        }
        this.messages = messages;
        this.messageGroups = messageGroups;
        chooseFailing(failures);
    }

    private void chooseFailing(int failures) {
        Random random = new Random(failures);
        Set<Integer> groups = new HashSet<>();
        for (int i = 0; i < failures; i++) {
            int from = (int) ((long) messages * i / failures);
            int to = (int) ((long) messages * (i + 1) / failures);
            int chosen;
            do {
                chosen = from + random.nextInt(to - from);
            } while (messageGroups > 0 && !groups.add(messageGroup(chosen)));
            failing.set(chosen);
        }
    }

    int messages() {
        return messages;
    }

    int messageGroups() {
        return messageGroups;
    }

    int messageGroup(int message) {
        return message % messageGroups;
    }

    /** Its place in its message group, from 0. */
    int sequence(int message) {
        return message / messageGroups;
    }

    boolean failsOnce(int message) {
        return failing.get(message);
    }

    /** Which one it is. */
    int number(MessageView message) {
        int number = message.getBody().getInt();
        if (number < 0 || number >= messages) {
            throw new IllegalStateException("not of this backlog: message " + number + " of " + messages);
        }
        return number;
    }

    /** Sends all, with {@code inFlight} on their way at most; a message only when the one before it in its group is answered. */
    Stopwatch store(Producer producer, String topic, int bodyBytes, int inFlight) throws InterruptedException {
        byte[] filler = new byte[Math.max(bodyBytes, NUMBER_BYTES)];
        ThreadLocalRandom.current().nextBytes(filler);
        CompletableFuture<?>[] lastOfGroup = new CompletableFuture<?>[Math.max(1, messageGroups)];
        Stopwatch watch = new Stopwatch();
        Semaphore window = new Semaphore(inFlight);
        for (int i = 0; i < messages; i++) {
            byte[] body = filler.clone();
            ByteBuffer.wrap(body).putInt(i);
            MessageBuilder message = OfficialClients.message(topic).setBody(body);
            if (messageGroups > 0) {
                CompletableFuture<?> before = lastOfGroup[messageGroup(i)];
                if (before != null) {
                    before.join();
                }
                message.setMessageGroup("group-" + messageGroup(i));
            }
            window.acquire();
            long begin = System.nanoTime();
            CompletableFuture<?> answered = producer.sendAsync(message.build()).handle((receipt, failure) -> {
                if (failure == null) {
                    watch.succeeded(System.nanoTime() - begin);
                } else {
                    watch.failed(failure);
                }
                window.release();
                return failure == null;
            });
            if (messageGroups > 0) {
                lastOfGroup[messageGroup(i)] = answered;
            }
        }
        window.acquire(inFlight);
        return watch;
    }
}
