package org.escrowmq.api.messaging;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.RetryPolicy;
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
        CompletableFuture<SendMessageResponse> answer = new CompletableFuture<>();
        rig.async("p").sendMessage(send(id), new StreamObserver<>() {
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
