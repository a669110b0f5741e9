package org.escrowmq.api.messaging;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.FilterExpression;
import apache.rocketmq.v2.FilterType;
import apache.rocketmq.v2.GetOffsetRequest;
import apache.rocketmq.v2.GetOffsetResponse;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.PullMessageRequest;
import apache.rocketmq.v2.PullMessageResponse;
import apache.rocketmq.v2.QueryOffsetPolicy;
import apache.rocketmq.v2.QueryOffsetRequest;
import apache.rocketmq.v2.QueryOffsetResponse;
import apache.rocketmq.v2.SystemProperties;
import apache.rocketmq.v2.UpdateOffsetRequest;
import apache.rocketmq.v2.UpdateOffsetResponse;
import io.grpc.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PullMessage, GetOffset, UpdateOffset and QueryOffset through a real connection. */
class PullTest {
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.start("long-poll { min = 400ms, max = 1200ms, reserve = 100ms }, limits.polls-in-flight = 1");
    }

    @AfterAll
    static void stop() throws Exception {
        rig.close();
    }

    @BeforeEach
    void topic() {
        rig.empty();
        rig.catalogue.topic("t", TopicType.NORMAL, 1);
    }

    private static MessageQueue queue(String topic, int id) {
        return MessageQueue.newBuilder().setTopic(Rig.resource(topic)).setId(id).build();
    }

    private static PullMessageRequest.Builder ask(long offset) {
        return PullMessageRequest.newBuilder()
                .setGroup(Rig.resource("g"))
                .setMessageQueue(queue("t", 0))
                .setOffset(offset)
                .setBatchSize(32)
                .setFilterExpression(Messages.filter("*"))
                .setLongPollingTimeout(WireTimes.duration(Duration.ofMillis(400)));
    }

    private static List<PullMessageResponse> pull(PullMessageRequest.Builder request) {
        List<PullMessageResponse> frames = new ArrayList<>();
        rig.client("c").pullMessage(request.build()).forEachRemaining(frames::add);
        return frames;
    }

    private static List<String> ids(List<PullMessageResponse> frames) {
        return frames.stream()
                .filter(PullMessageResponse::hasMessage)
                .map(frame -> frame.getMessage().getSystemProperties().getMessageId())
                .toList();
    }

    private static void send(String... ids) {
        for (String id : ids) rig.client("p").sendMessage(Messages.send(Messages.message("t", id)));
    }

    private static void assertRefused(Code code, PullMessageRequest.Builder request) {
        List<PullMessageResponse> frames = pull(request);
        assertEquals(1, frames.size(), frames.toString());
        assertEquals(
                code,
                frames.get(0).getStatus().getCode(),
                frames.get(0).getStatus().getMessage());
    }

    @Test
    void messagesComeAsStatusMessagesNextOffset() {
        send("a", "b", "c");
        List<PullMessageResponse> frames = pull(ask(1));
        assertEquals(4, frames.size());
        assertEquals(Code.OK, frames.get(0).getStatus().getCode());
        assertEquals(List.of("b", "c"), ids(frames));
        assertEquals(3, frames.get(3).getNextOffset());
        SystemProperties system = frames.get(1).getMessage().getSystemProperties();
        assertEquals(1, system.getQueueOffset());
        assertFalse(system.hasReceiptHandle(), "a pull leases nothing");
        assertEquals("body of b", frames.get(1).getMessage().getBody().toStringUtf8());
    }

    @Test
    void aBatchIsCutTo32AndAtLeastOne() {
        for (int i = 0; i < 40; i++) send("m" + i);
        List<PullMessageResponse> frames = pull(ask(0).setBatchSize(1_000));
        assertEquals(32, ids(frames).size());
        assertEquals(32, frames.get(33).getNextOffset());
        assertEquals(1, ids(pull(ask(0).setBatchSize(-1))).size());
    }

    @Test
    void atTheEndThePollPassesAndTheNextOffsetStays() {
        send("a");
        long start = System.nanoTime();
        List<PullMessageResponse> frames = pull(ask(1));
        assertTrue(System.nanoTime() - start >= Duration.ofMillis(400).toNanos());
        assertEquals(2, frames.size());
        assertEquals(Code.MESSAGE_NOT_FOUND, frames.get(0).getStatus().getCode());
        assertEquals(1, frames.get(1).getNextOffset());
    }

    @Test
    void whatTheFilterLeavesOutIsPassed() {
        send("a", "b");
        List<PullMessageResponse> frames = pull(ask(0).setFilterExpression(Messages.filter("other")));
        assertEquals(Code.MESSAGE_NOT_FOUND, frames.get(0).getStatus().getCode());
        assertEquals(2, frames.get(1).getNextOffset());
    }

    @Test
    void aWaitingPullGetsAMessageThatIsSent() {
        CompletableFuture<List<PullMessageResponse>> polled = CompletableFuture.supplyAsync(
                () -> pull(ask(0).setLongPollingTimeout(WireTimes.duration(Duration.ofMillis(1200)))));
        await().until(() -> rig.exchange.streams().waiting() == 1);
        assertRefused(Code.TOO_MANY_REQUESTS, ask(0));
        send("a");
        assertEquals(List.of("a"), ids(polled.orTimeout(5, SECONDS).join()));
    }

    @Test
    void aClientThatGoesAwayLeavesNothingBehind() {
        Context.CancellableContext context = Context.current().withCancellation();
        context.run(() -> {
            Iterator<PullMessageResponse> unread = rig.client("c").pullMessage(ask(0).build());
            assertTrue(unread != null);
        });
        await().until(() -> rig.exchange.streams().waiting() == 1);
        context.cancel(null);
        await().until(() -> rig.exchange.streams().waiting() == 0);
        await().until(() -> rig.server.load().pollsInFlight() == 0);
    }

    @Test
    void refusals() {
        send("a", "b");
        assertRefused(Code.ILLEGAL_OFFSET, ask(-1));
        assertRefused(Code.ILLEGAL_OFFSET, ask(3));
        rig.exchange.streams().trimmed = 1;
        assertRefused(Code.OFFSET_NOT_FOUND, ask(0));
        assertRefused(Code.BAD_REQUEST, ask(1).setMessageQueue(queue("t", 1)));
        assertRefused(Code.TOPIC_NOT_FOUND, ask(1).setMessageQueue(queue("none", 0)));
        assertRefused(Code.ILLEGAL_TOPIC, ask(1).clearMessageQueue());
        assertRefused(Code.ILLEGAL_CONSUMER_GROUP, ask(1).setGroup(Rig.resource("a#")));
        assertRefused(
                Code.ILLEGAL_FILTER_EXPRESSION,
                ask(1).setFilterExpression(FilterExpression.newBuilder().setType(FilterType.SQL)));
        List<PullMessageResponse> anonymous = new ArrayList<>();
        MessagingServiceGrpc.newBlockingStub(rig.plainChannel())
                .pullMessage(ask(1).build())
                .forEachRemaining(anonymous::add);
        assertEquals(Code.CLIENT_ID_REQUIRED, anonymous.get(0).getStatus().getCode());
    }

    private static GetOffsetResponse get(String group) {
        return rig.client("c")
                .getOffset(GetOffsetRequest.newBuilder()
                        .setGroup(Rig.resource(group))
                        .setMessageQueue(queue("t", 0))
                        .build());
    }

    private static UpdateOffsetResponse update(long offset) {
        return rig.client("c")
                .updateOffset(UpdateOffsetRequest.newBuilder()
                        .setGroup(Rig.resource("g"))
                        .setMessageQueue(queue("t", 0))
                        .setOffset(offset)
                        .build());
    }

    @Test
    void anOffsetIsUpdatedAndGot() {
        send("a", "b");
        assertEquals(Code.CONSUMER_GROUP_NOT_FOUND, get("g").getStatus().getCode());
        assertEquals(Code.OK, update(2).getStatus().getCode());
        assertEquals(Code.OK, get("g").getStatus().getCode());
        assertEquals(2, get("g").getOffset());
        assertEquals(Code.ILLEGAL_OFFSET, update(3).getStatus().getCode());
        assertEquals(Code.ILLEGAL_OFFSET, update(-1).getStatus().getCode());
        assertEquals(2, get("g").getOffset());
        assertEquals(Code.ILLEGAL_CONSUMER_GROUP, get("").getStatus().getCode());
    }

    private static QueryOffsetResponse query(QueryOffsetRequest.Builder request) {
        return rig.client("c")
                .queryOffset(request.setMessageQueue(queue("t", 0)).build());
    }

    @Test
    void offsetsAreFoundByPolicy() {
        send("a", "b");
        rig.exchange.streams().trimmed = 1;
        QueryOffsetRequest.Builder request = QueryOffsetRequest.newBuilder();
        assertEquals(
                1,
                query(request.setQueryOffsetPolicy(QueryOffsetPolicy.BEGINNING)).getOffset());
        assertEquals(
                2, query(request.setQueryOffsetPolicy(QueryOffsetPolicy.END)).getOffset());
        request.setQueryOffsetPolicy(QueryOffsetPolicy.TIMESTAMP);
        assertEquals(Code.BAD_REQUEST, query(request).getStatus().getCode());
        assertEquals(
                2,
                query(request.setTimestamp(WireTimes.timestamp(Long.MAX_VALUE / 2_000)))
                        .getOffset());
        assertEquals(0, query(request.setTimestamp(WireTimes.timestamp(1_000))).getOffset());
        assertEquals(
                Code.BAD_REQUEST,
                query(request.setQueryOffsetPolicyValue(17)).getStatus().getCode());
    }
}
