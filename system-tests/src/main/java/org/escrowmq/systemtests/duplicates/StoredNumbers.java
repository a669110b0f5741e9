package org.escrowmq.systemtests.duplicates;

import apache.rocketmq.v2.FilterExpression;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.PullMessageRequest;
import apache.rocketmq.v2.PullMessageResponse;
import apache.rocketmq.v2.QueryOffsetPolicy;
import apache.rocketmq.v2.QueryOffsetRequest;
import java.time.Duration;
import java.util.BitSet;
import java.util.Iterator;
import java.util.TreeMap;
import org.apache.rocketmq.shaded.com.google.protobuf.util.Durations;
import org.escrowmq.systemtests.client.RawClient;

/** The numbers that the bodies of all stored messages of a topic begin with (64 bits), each with how often it is stored. */
final class StoredNumbers {
    private static final Duration CALL = Duration.ofSeconds(20);
    private static final int BATCH = 32;

    private final BitSet seen = new BitSet();
    private final TreeMap<Integer, Integer> repeated = new TreeMap<>();
    private long messages;

    private StoredNumbers() {}

    /** Reads every queue from its beginning to its end. */
    static StoredNumbers read(RawClient client, String topic, int queues) {
        StoredNumbers numbers = new StoredNumbers();
        for (int queue = 0; queue < queues; queue++) {
            MessageQueue place = MessageQueue.newBuilder()
                    .setTopic(RawClient.resource(topic))
                    .setId(queue)
                    .build();
            numbers.read(client, place);
        }
        return numbers;
    }

    private void read(RawClient client, MessageQueue queue) {
        long end = client.blocking(CALL)
                .queryOffset(QueryOffsetRequest.newBuilder()
                        .setMessageQueue(queue)
                        .setQueryOffsetPolicy(QueryOffsetPolicy.END)
                        .build())
                .getOffset();
        long at = 0;
        while (at < end) {
            Iterator<PullMessageResponse> frames = client.blocking(CALL)
                    .pullMessage(PullMessageRequest.newBuilder()
                            .setGroup(RawClient.resource("readers"))
                            .setMessageQueue(queue)
                            .setOffset(at)
                            .setBatchSize(BATCH)
                            .setFilterExpression(FilterExpression.newBuilder().setExpression("*"))
                            .setLongPollingTimeout(Durations.fromSeconds(5))
                            .build());
            long next = at;
            while (frames.hasNext()) {
                PullMessageResponse frame = frames.next();
                if (frame.hasMessage()) {
                    add(frame.getMessage().getBody().asReadOnlyByteBuffer().getLong());
                } else {
                    next = Math.max(next, frame.getNextOffset());
                }
            }
            if (next == at) throw new IllegalStateException("queue " + queue.getId() + " cannot be read from " + at);
            at = next;
        }
    }

    private void add(long number) {
        messages++;
        int index = Math.toIntExact(number);
        if (seen.get(index)) repeated.merge(index, 1, Integer::sum);
        else seen.set(index);
    }

    /** All stored messages. */
    long messages() {
        return messages;
    }

    boolean contains(int number) {
        return seen.get(number);
    }

    /** Numbers that are stored more than once, with how often too many. */
    TreeMap<Integer, Integer> repeated() {
        return repeated;
    }
}
