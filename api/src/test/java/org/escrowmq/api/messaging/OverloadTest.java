package org.escrowmq.api.messaging;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.AckMessageEntry;
import apache.rocketmq.v2.AckMessageRequest;
import apache.rocketmq.v2.AckMessageResponse;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.ReceiveMessageResponse;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.SendMessageResponse;
import apache.rocketmq.v2.Status;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaLimits;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits, refusals and bugs of what stands behind the service. */
@Tag("conformance")
class OverloadTest {
    private static SendMessageRequest send(String id) {
        return Messages.send(Messages.message("t", id));
    }

    private static CompletableFuture<SendMessageResponse> sendAsync(Rig rig, String id) {
        return sendAsync(rig, "p", send(id));
    }

    @Test
    @DisplayName("72: sends beyond the limit get TOO_MANY_REQUESTS, the others are answered")
    void sendsInFlight() throws Exception {
        AtomicReference<GatedExchange> gated = new AtomicReference<>();
        try (Rig rig = Rig.start("limits.sends-in-flight = 2", exchange -> gate(gated, exchange))) {
            rig.catalogue.topic("t", TopicType.NORMAL, 1);
            CompletableFuture<SendMessageResponse> a = sendAsync(rig, "a");
            CompletableFuture<SendMessageResponse> b = sendAsync(rig, "b");
            await().until(() -> rig.server.load().sendsInFlight() == 2);
            Status refused = rig.client("p").sendMessage(send("c")).getStatus();
            assertEquals(Code.TOO_MANY_REQUESTS, refused.getCode());
            assertTrue(refused.getMessage().contains("limits.sends-in-flight"), refused.getMessage());
            assertTrue(refused.getMessage().contains(" 2 "), refused.getMessage());
            gated.get().gate.complete(null);
            assertEquals(Code.OK, a.orTimeout(5, SECONDS).join().getStatus().getCode());
            assertEquals(Code.OK, b.orTimeout(5, SECONDS).join().getStatus().getCode());
            assertEquals(
                    Code.OK, rig.client("p").sendMessage(send("c")).getStatus().getCode());
            assertEquals(0, rig.server.load().sendsInFlight());
            assertEquals(0, rig.server.load().sendBytesInFlight());
        }
    }

    private static CompletableFuture<SendMessageResponse> sendAsync(
            Rig rig, String client, SendMessageRequest request) {
        CompletableFuture<SendMessageResponse> answer = new CompletableFuture<>();
        rig.async(client).sendMessage(request, new StreamObserver<>() {
            @Override
            public void onNext(SendMessageResponse response) {
                answer.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {}
        });
        return answer;
    }

    private static Code code(CompletableFuture<SendMessageResponse> answer) {
        return answer.orTimeout(10, SECONDS).join().getStatus().getCode();
    }

    private static Map<String, Long> refusals(Rig rig) {
        Map<String, Long> counts = new HashMap<>();
        rig.quotas.counts().forEach((reason, count) -> counts.put(reason.scope() + "/" + reason.limit(), count));
        return counts;
    }

    /** One topic takes all that it can get from behind a slow disk; what others send is taken and carried out. */
    @Test
    void aHotTopicLeavesRoomForTheOthers() throws Exception {
        AtomicReference<GatedExchange> gated = new AtomicReference<>();
        try (Rig rig = Rig.start("limits.sends-in-flight = 16", exchange -> gate(gated, exchange))) {
            rig.catalogue.topic("t", TopicType.NORMAL, 1);
            rig.catalogue.topic("calm", TopicType.NORMAL, 1);
            List<CompletableFuture<SendMessageResponse>> hot = new ArrayList<>();
            for (int i = 0; i < 100; i++) hot.add(sendAsync(rig, "hot-" + i));
            await().until(() -> hot.stream().filter(CompletableFuture::isDone).count() == 86);
            assertEquals(14, rig.server.load().sendsInFlight());
            List<CompletableFuture<SendMessageResponse>> calm = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                calm.add(sendAsync(rig, "p", Messages.send(Messages.message("calm", "calm-" + i))));
            }
            await().until(() -> rig.server.load().sendsInFlight() == 16);
            gated.get().gate.complete(null);
            calm.forEach(answer -> assertEquals(Code.OK, code(answer)));
            assertEquals(
                    14, hot.stream().filter(answer -> code(answer) == Code.OK).count());
            assertEquals(Map.of("node/sends-in-flight", 86L), refusals(rig));
            assertEquals(0, rig.server.load().sendsInFlight());
            assertEquals(0, rig.server.load().sendBytesInFlight());
        }
    }

    /** What is sent too slowly is refused, what is sent to a topic with less than its share is not. */
    @Test
    void sendsThatTakeTooLongAreRefusedEarlyExceptToTopicsWithLessThanTheirShare() throws Exception {
        AtomicReference<GatedExchange> gated = new AtomicReference<>();
        try (Rig rig =
                Rig.start("overload { send-time = 1ms, sends-in-flight-min = 4 }", exchange -> gate(gated, exchange))) {
            rig.catalogue.topic("t", TopicType.NORMAL, 1);
            rig.catalogue.topic("calm", TopicType.NORMAL, 1);
            // Two windows in which nothing is answered within a millisecond bring the limit to its least.
            for (int window = 0; window < 2; window++) {
                CompletableFuture<SendMessageResponse> slow = sendAsync(rig, "slow-" + window);
                await().until(() -> rig.server.load().sendsInFlight() == 1);
                CompletableFuture<Void> before = gated.get().gate;
                CompletableFuture.runAsync(
                                () -> before.complete(null),
                                CompletableFuture.delayedExecutor(120, java.util.concurrent.TimeUnit.MILLISECONDS))
                        .join();
                assertEquals(Code.OK, code(slow));
                gated.get().gate = new CompletableFuture<>();
            }
            List<CompletableFuture<SendMessageResponse>> hot = new ArrayList<>();
            for (int i = 0; i < 10; i++) hot.add(sendAsync(rig, "hot-" + i));
            await().until(() -> hot.stream().filter(CompletableFuture::isDone).count() == 6);
            Status refused = hot.get(9).join().getStatus();
            assertTrue(refused.getMessage().contains("overload.send-time"), refused.getMessage());
            CompletableFuture<SendMessageResponse> calm =
                    sendAsync(rig, "p", Messages.send(Messages.message("calm", "calm")));
            await().until(() -> rig.server.load().sendsInFlight() == 5);
            gated.get().gate.complete(null);
            assertEquals(Code.OK, code(calm));
            assertEquals(
                    4, hot.stream().filter(answer -> code(answer) == Code.OK).count());
            assertEquals(Map.of("node/send-time", 6L), refusals(rig));
        }
    }

    @Test
    void acksPassWhileSendsAreRefused() throws Exception {
        AtomicReference<GatedExchange> gated = new AtomicReference<>();
        try (Rig rig = Rig.start("limits.sends-in-flight = 1", exchange -> gate(gated, exchange))) {
            rig.catalogue.topic("t", TopicType.NORMAL, 1);
            rig.catalogue.createGroup(
                    new GroupSpec(GroupName.of("g"), false, 17, GroupSpec.StartPosition.FIRST, RetryPolicy.standard()));
            rig.exchange.send(
                    TopicName.of("t"),
                    List.of(org.escrowmq.model.Message.normal("m", java.nio.ByteBuffer.wrap(new byte[1]))));
            CompletableFuture<SendMessageResponse> waiting = sendAsync(rig, "a");
            await().until(() -> rig.server.load().sendsInFlight() == 1);
            assertEquals(
                    Code.TOO_MANY_REQUESTS,
                    rig.client("p").sendMessage(send("b")).getStatus().getCode());
            Received got = Received.of(
                    rig.client("c").receiveMessage(Messages.receive("t", "g").build()));
            AckMessageResponse acked = rig.client("c")
                    .ackMessage(AckMessageRequest.newBuilder()
                            .setTopic(Rig.resource("t"))
                            .setGroup(Rig.resource("g"))
                            .addEntries(AckMessageEntry.newBuilder()
                                    .setMessageId("m")
                                    .setReceiptHandle(got.messages()
                                            .get(0)
                                            .getSystemProperties()
                                            .getReceiptHandle()))
                            .build());
            assertEquals(Code.OK, acked.getStatus().getCode());
            gated.get().gate.complete(null);
            assertEquals(Code.OK, code(waiting));
        }
    }

    @Test
    void refusalsBeyondTheirRateAreHeldBackAndNeverLost() throws Exception {
        AtomicReference<GatedExchange> gated = new AtomicReference<>();
        try (Rig rig = Rig.start(
                "limits.sends-in-flight = 1, overload { refusals-per-second = 10, refusal-hold = 300ms }",
                exchange -> gate(gated, exchange))) {
            rig.catalogue.topic("t", TopicType.NORMAL, 1);
            CompletableFuture<SendMessageResponse> taken = sendAsync(rig, "a");
            await().until(() -> rig.server.load().sendsInFlight() == 1);
            long begin = System.nanoTime();
            List<CompletableFuture<SendMessageResponse>> refused = new ArrayList<>();
            for (int i = 0; i < 50; i++) refused.add(sendAsync(rig, "b" + i));
            refused.forEach(answer -> assertEquals(Code.TOO_MANY_REQUESTS, code(answer)));
            assertTrue(System.nanoTime() - begin >= 300_000_000, "the last were held back");
            gated.get().gate.complete(null);
            assertEquals(Code.OK, code(taken));
        }
    }

    @Test
    void aQuotaRefusesOneClientAndNoOther() throws Exception {
        try (Rig rig = Rig.start()) {
            rig.catalogue.topic("t", TopicType.NORMAL, 1);
            rig.quotas.overrides(
                    List.of(new Quota(new QuotaTarget(QuotaTarget.Kind.CLIENT, "greedy*"), new QuotaLimits(1, 0, 0))));
            int refused = 0;
            Status last = null;
            for (int i = 0; i < 6; i++) {
                Status status =
                        rig.client("greedy-1").sendMessage(send("g" + i)).getStatus();
                if (status.getCode() == Code.TOO_MANY_REQUESTS) {
                    refused++;
                    last = status;
                }
                assertEquals(
                        Code.OK,
                        rig.client("modest")
                                .sendMessage(send("m" + i))
                                .getStatus()
                                .getCode());
            }
            assertTrue(refused >= 1, refused + " of 6");
            String text = String.valueOf(last);
            assertTrue(text.contains("client greedy-1 may have 1 messages a second"), text);
            assertTrue(text.contains("escrow quota set --client"), text);
            assertEquals(0, rig.server.load().sendsInFlight());
        }
    }

    @Test
    void sendBytesInFlight() throws Exception {
        AtomicReference<GatedExchange> gated = new AtomicReference<>();
        try (Rig rig = Rig.start("limits.send-bytes-in-flight = 3", exchange -> gate(gated, exchange))) {
            rig.catalogue.topic("t", TopicType.NORMAL, 1);
            CompletableFuture<SendMessageResponse> alone = sendAsync(rig, "one alone may exceed the limit");
            await().until(() -> rig.server.load().sendsInFlight() == 1);
            Status refused = rig.client("p").sendMessage(send("b")).getStatus();
            assertEquals(Code.TOO_MANY_REQUESTS, refused.getCode());
            assertTrue(refused.getMessage().contains("limits.send-bytes-in-flight"), refused.getMessage());
            gated.get().gate.complete(null);
            assertEquals(Code.OK, alone.orTimeout(5, SECONDS).join().getStatus().getCode());
        }
    }

    private static MessageExchange gate(AtomicReference<GatedExchange> gated, MessageExchange exchange) {
        gated.set(new GatedExchange(exchange));
        return gated.get();
    }

    /** Answers each message as its id says. */
    private static final class RefusingExchange extends GatedExchange {
        RefusingExchange(MessageExchange behind) {
            super(behind);
        }

        @Override
        public CompletionStage<List<Outcome<SendReceipt>>> send(
                TopicName topic, List<org.escrowmq.model.Message> messages) {
            String first = messages.get(0).id();
            if (first.equals("throw")) throw new IllegalStateException("a secret of the server");
            if (first.equals("fail"))
                return CompletableFuture.failedFuture(new IllegalStateException("another secret"));
            return CompletableFuture.completedFuture(messages.stream()
                    .map(message -> message.id().equals("ok")
                            ? Outcome.done(new SendReceipt("ok", 0, null, null, null))
                            : Outcome.<SendReceipt>refused(RefusalCode.valueOf(message.id()), "because"))
                    .toList());
        }
    }

    @Test
    void refusalsStandEntryByEntry() throws Exception {
        try (Rig rig = Rig.start("", RefusingExchange::new)) {
            rig.catalogue.topic("t", TopicType.NORMAL, 1);
            SendMessageResponse mixed = rig.client("p")
                    .sendMessage(Messages.send(Messages.message("t", "ok"), Messages.message("t", "TIMEOUT")));
            assertEquals(Code.MULTIPLE_RESULTS, mixed.getStatus().getCode());
            assertEquals(Code.OK, mixed.getEntries(0).getStatus().getCode());
            assertEquals(Code.PROXY_TIMEOUT, mixed.getEntries(1).getStatus().getCode());
            assertEquals("", mixed.getEntries(1).getMessageId());
            SendMessageResponse full = rig.client("p").sendMessage(send("STORAGE_FULL"));
            assertEquals(Code.TOO_MANY_REQUESTS, full.getStatus().getCode());
            assertEquals("because", full.getStatus().getMessage());
        }
    }

    @Test
    void aBugIsAnInternalErrorWithARequestIdAndNothingElse() throws Exception {
        try (Rig rig = Rig.start("", RefusingExchange::new)) {
            rig.catalogue.topic("t", TopicType.NORMAL, 1);
            for (String id : List.of("throw", "fail")) {
                Status status = Rig.withHeaders(
                                MessagingServiceGrpc.newBlockingStub(rig.plainChannel()),
                                "x-mq-client-id",
                                "p",
                                "x-mq-request-id",
                                "request-4711")
                        .sendMessage(send(id))
                        .getStatus();
                assertEquals(Code.INTERNAL_SERVER_ERROR, status.getCode());
                assertTrue(status.getMessage().contains("request-4711"), status.getMessage());
                assertFalse(status.getMessage().contains("secret"), status.getMessage());
            }
            assertEquals(0, rig.server.load().sendsInFlight());
        }
    }

    @Test
    @DisplayName("111: messages that were not written to a client that went away come back, the attempt counted")
    void writtenToNobody() throws Exception {
        try (Rig rig = Rig.start()) {
            rig.catalogue.topic("t", TopicType.NORMAL, 1);
            rig.catalogue.createGroup(
                    new GroupSpec(GroupName.of("g"), false, 17, GroupSpec.StartPosition.FIRST, RetryPolicy.standard()));
            Message large = Messages.message("t", "large").toBuilder()
                    .setBody(ByteString.copyFrom(new byte[4 << 20]))
                    .build();
            rig.client("p").sendMessage(Messages.send(large, large, large));
            receiveOneFrameAndGo(rig);
            Received next = Received.of(
                    rig.client("c").receiveMessage(Messages.receive("t", "g").build()));
            assertEquals(3, next.messages().size());
            next.messages()
                    .forEach(message ->
                            assertEquals(2, message.getSystemProperties().getDeliveryAttempt()));
        }
    }

    /** Takes the first frame only, so that the rest stays behind the flow-control window, and cancels. */
    private static void receiveOneFrameAndGo(Rig rig) {
        ManagedChannel narrow = rig.keep(NettyChannelBuilder.forAddress("127.0.0.1", rig.port())
                .usePlaintext()
                .flowControlWindow(65_535));
        CompletableFuture<Void> first = new CompletableFuture<>();
        var call = narrow.newCall(MessagingServiceGrpc.getReceiveMessageMethod(), CallOptions.DEFAULT);
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("x-mq-client-id", Metadata.ASCII_STRING_MARSHALLER), "narrow");
        call.start(
                new ClientCall.Listener<ReceiveMessageResponse>() {
                    @Override
                    public void onMessage(ReceiveMessageResponse frame) {
                        first.complete(null);
                    }
                },
                headers);
        call.sendMessage(Messages.receive("t", "g").build());
        call.halfClose();
        call.request(1);
        first.orTimeout(5, SECONDS).join();
        call.cancel("gone", null);
    }

    @Test
    void aWarmedUpServerIsAsItWas() throws Exception {
        try (Rig rig = Rig.start()) {
            rig.server.warmUp(3).toCompletableFuture().orTimeout(30, SECONDS).join();
            assertTrue(rig.catalogue.topics().isEmpty());
            assertTrue(rig.catalogue.groups().isEmpty());
            assertTrue(rig.clients.clients().isEmpty());
            await().until(() -> rig.server.load().equals(new MessagingLoad(0, 0, 0, 0)));
        }
    }
}
