package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.FilterExpression;
import apache.rocketmq.v2.GetOffsetRequest;
import apache.rocketmq.v2.GetOffsetResponse;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.PullMessageRequest;
import apache.rocketmq.v2.PullMessageResponse;
import apache.rocketmq.v2.QueryOffsetPolicy;
import apache.rocketmq.v2.QueryOffsetRequest;
import apache.rocketmq.v2.QueryOffsetResponse;
import apache.rocketmq.v2.UpdateOffsetRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.shaded.com.google.protobuf.util.Durations;
import org.apache.rocketmq.shaded.com.google.protobuf.util.Timestamps;
import org.escrowmq.systemtests.client.AdminCalls;
import org.escrowmq.systemtests.client.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reading without leases, and groups that are moved, over the wire of an assembled server. */
@ExtendWith(SharedServer.class)
class StreamTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration CALL = Duration.ofSeconds(20);

    private static MessageQueue queue(String topic) {
        return MessageQueue.newBuilder()
                .setTopic(RawClient.resource(topic))
                .setId(0)
                .build();
    }

    private static List<PullMessageResponse> pull(RawClient raw, String topic, long offset, int batch) {
        List<PullMessageResponse> frames = new ArrayList<>();
        raw.blocking(CALL)
                .pullMessage(PullMessageRequest.newBuilder()
                        .setGroup(RawClient.resource("readers"))
                        .setMessageQueue(queue(topic))
                        .setOffset(offset)
                        .setBatchSize(batch)
                        .setFilterExpression(FilterExpression.newBuilder().setExpression("*"))
                        .setLongPollingTimeout(Durations.fromSeconds(5))
                        .build())
                .forEachRemaining(frames::add);
        return frames;
    }

    private static long find(RawClient raw, QueryOffsetRequest.Builder request, String topic) {
        QueryOffsetResponse response = raw.blocking(CALL)
                .queryOffset(request.setMessageQueue(queue(topic)).build());
        assertEquals(Code.OK, response.getStatus().getCode(), response.toString());
        return response.getOffset();
    }

    private static GetOffsetResponse progress(RawClient raw, String group, String topic) {
        return raw.blocking(CALL)
                .getOffset(GetOffsetRequest.newBuilder()
                        .setGroup(RawClient.resource(group))
                        .setMessageQueue(queue(topic))
                        .build());
    }

    private static void send(RawClient raw, String topic, int count) {
        for (int i = 0; i < count; i++) {
            assertEquals(
                    Code.OK,
                    raw.send(RawClient.message(topic, Received.bytes("m" + i), null))
                            .getStatus()
                            .getCode());
        }
    }

    @Test
    void aQueueIsReadFromItsBeginningToItsEndAndOn(SharedServer.Running server) {
        String topic = server.topic(1);
        try (RawClient raw = server.raw()) {
            long before = System.currentTimeMillis();
            send(raw, topic, 40);
            QueryOffsetRequest.Builder query = QueryOffsetRequest.newBuilder();
            assertEquals(0, find(raw, query.setQueryOffsetPolicy(QueryOffsetPolicy.BEGINNING), topic));
            assertEquals(40, find(raw, query.setQueryOffsetPolicy(QueryOffsetPolicy.END), topic));
            query.setQueryOffsetPolicy(QueryOffsetPolicy.TIMESTAMP);
            assertEquals(0, find(raw, query.setTimestamp(Timestamps.fromMillis(before)), topic));
            assertEquals(40, find(raw, query.setTimestamp(Timestamps.fromMillis(before + 3_600_000)), topic));

            List<String> bodies = new ArrayList<>();
            long at = 0;
            while (at < 40) {
                List<PullMessageResponse> frames = pull(raw, topic, at, 32);
                for (PullMessageResponse frame : frames) {
                    if (frame.hasMessage())
                        bodies.add(frame.getMessage().getBody().toStringUtf8());
                }
                at = frames.get(frames.size() - 1).getNextOffset();
            }
            assertEquals(40, bodies.size());
            for (int i = 0; i < 40; i++) assertEquals("m" + i, bodies.get(i));

            List<PullMessageResponse> end = pull(raw, topic, 40, 32);
            assertEquals(Code.MESSAGE_NOT_FOUND, end.get(0).getStatus().getCode());
            assertEquals(40, end.get(1).getNextOffset());
            assertEquals(
                    Code.ILLEGAL_OFFSET,
                    pull(raw, topic, 41, 32).get(0).getStatus().getCode());
        }
    }

    @Test
    void anUpdatedOffsetIsWhereTheGroupReceivesFrom(SharedServer.Running server) {
        String topic = server.topic(1);
        String group = server.group();
        try (RawClient raw = server.raw()) {
            send(raw, topic, 5);
            assertEquals(
                    Code.OFFSET_NOT_FOUND,
                    progress(raw, group, topic).getStatus().getCode());
            assertEquals(
                    Code.OK,
                    raw.blocking(CALL)
                            .updateOffset(UpdateOffsetRequest.newBuilder()
                                    .setGroup(RawClient.resource(group))
                                    .setMessageQueue(queue(topic))
                                    .setOffset(3)
                                    .build())
                            .getStatus()
                            .getCode());
            assertEquals(3, progress(raw, group, topic).getOffset());
            List<Message> messages = raw.receive(group, topic, 32, LEASE);
            assertEquals(2, messages.size());
            raw.ack(group, topic, messages.stream().map(RawClient::handle).toArray(String[]::new));
            assertEquals(5, progress(raw, group, topic).getOffset());
        }
    }

    @Test
    void anOfficialClientReceivesAgainWhatItsGroupIsMovedBackTo(SharedServer.Running server) throws Exception {
        String topic = server.topic(4);
        String group = server.group();
        try (RawClient raw = server.raw();
                SimpleConsumer consumer = server.clients().simple(group, topic, Duration.ofSeconds(5))) {
            send(raw, topic, 20);
            Set<String> first = drain(consumer, 20);
            assertEquals(20, first.size());
            server.admin().resetOffset(group, topic, AdminCalls.Start.FIRST);
            assertEquals(first, drain(consumer, 20));
            send(raw, topic, 5);
            server.admin().resetOffset(group, topic, AdminCalls.Start.LATEST);
            assertTrue(consumer.receive(32, LEASE).isEmpty(), "what lies before the end is done with");
        }
    }

    private static Set<String> drain(SimpleConsumer consumer, int count) throws Exception {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 20 && ids.size() < count; i++) {
            for (MessageView message : consumer.receive(32, LEASE)) {
                ids.add(message.getMessageId().toString());
                consumer.ack(message);
            }
        }
        return ids;
    }
}
