package org.escrowmq.ops.server;

import apache.rocketmq.v2.AckMessageEntry;
import apache.rocketmq.v2.AckMessageRequest;
import apache.rocketmq.v2.Address;
import apache.rocketmq.v2.AddressScheme;
import apache.rocketmq.v2.ChangeInvisibleDurationRequest;
import apache.rocketmq.v2.ClientType;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Encoding;
import apache.rocketmq.v2.Endpoints;
import apache.rocketmq.v2.FilterExpression;
import apache.rocketmq.v2.FilterType;
import apache.rocketmq.v2.HeartbeatRequest;
import apache.rocketmq.v2.Language;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.MessageType;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.NotifyClientTerminationRequest;
import apache.rocketmq.v2.QueryAssignmentRequest;
import apache.rocketmq.v2.QueryRouteRequest;
import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.ReceiveMessageResponse;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.SendMessageResponse;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.Subscription;
import apache.rocketmq.v2.SubscriptionEntry;
import apache.rocketmq.v2.SystemProperties;
import apache.rocketmq.v2.TelemetryCommand;
import apache.rocketmq.v2.UA;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.Version;

/** What an official client does, over one connection to this server. Calls block; one owner. */
final class WarmUpClient implements AutoCloseable {
    private static final int BURST = 64;
    private static final int BODY_BYTES = 1024;
    private static final long CALL_SECONDS = 10;
    private static final Duration LEASE = Duration.newBuilder().setSeconds(30).build();
    private static final Duration POLL = Duration.newBuilder().setSeconds(5).build();

    private final ManagedChannel channel;
    private final String id = "escrow-warm-up@" + UUID.randomUUID();
    private final Metadata headers = headers(id);

    private WarmUpClient(NettyChannelBuilder builder) {
        this.channel = builder.build();
    }

    static WarmUpClient plaintext(InetSocketAddress address) {
        return new WarmUpClient(NettyChannelBuilder.forAddress(address).usePlaintext());
    }

    static WarmUpClient tls(InetSocketAddress address) {
        try {
            return new WarmUpClient(NettyChannelBuilder.forAddress(address)
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .build()));
        } catch (SSLException e) {
            throw new Failure(ExitCode.ERROR, "this Java cannot speak TLS", e);
        }
    }

    /** Route, settings, heartbeat, assignment, a message there and back, and the good-bye. */
    void eachCallOnce(String topic, String group) {
        Resource topicResource = resource(topic);
        Endpoints endpoints = Endpoints.newBuilder()
                .setScheme(AddressScheme.IPv4)
                .addAddresses(Address.newBuilder().setHost("127.0.0.1").setPort(8081))
                .build();
        check(calls().queryRoute(QueryRouteRequest.newBuilder()
                        .setTopic(topicResource)
                        .setEndpoints(endpoints)
                        .build())
                .getStatus());
        settings(topic, group);
        check(calls().heartbeat(HeartbeatRequest.newBuilder()
                        .setClientType(ClientType.PUSH_CONSUMER)
                        .setGroup(resource(group))
                        .build())
                .getStatus());
        check(calls().queryAssignment(QueryAssignmentRequest.newBuilder()
                        .setTopic(topicResource)
                        .setGroup(resource(group))
                        .setEndpoints(endpoints)
                        .build())
                .getStatus());
        check(calls().sendMessage(sendRequest(topic)).getStatus());
        List<Message> received = receive(topic, group);
        for (Message message : received) {
            String handle = calls().changeInvisibleDuration(ChangeInvisibleDurationRequest.newBuilder()
                            .setTopic(topicResource)
                            .setGroup(resource(group))
                            .setMessageId(message.getSystemProperties().getMessageId())
                            .setReceiptHandle(message.getSystemProperties().getReceiptHandle())
                            .setInvisibleDuration(LEASE)
                            .build())
                    .getReceiptHandle();
            acknowledge(
                    topic,
                    group,
                    List.of(message.toBuilder()
                            .setSystemProperties(
                                    message.getSystemProperties().toBuilder().setReceiptHandle(handle))
                            .build()));
        }
    }

    /** Sends some messages at once, then receives and acknowledges about as many; how many were sent. */
    int burst(String topic, String group) {
        List<ListenableFuture<SendMessageResponse>> sends = new ArrayList<>();
        MessagingServiceGrpc.MessagingServiceFutureStub stub = MessagingServiceGrpc.newFutureStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
        for (int i = 0; i < BURST; i++) sends.add(stub.sendMessage(sendRequest(topic)));
        for (ListenableFuture<SendMessageResponse> send : sends) {
            check(Objects.requireNonNull(Futures.getUnchecked(send)).getStatus());
        }
        for (int left = BURST; left > 0; ) {
            List<Message> received = receive(topic, group);
            if (received.isEmpty()) break;
            acknowledge(topic, group, received);
            left -= received.size();
        }
        return BURST;
    }

    /** Tells the server that this client is gone. */
    void goodBye(String group) {
        check(calls().notifyClientTermination(NotifyClientTerminationRequest.newBuilder()
                        .setGroup(resource(group))
                        .build())
                .getStatus());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private void settings(String topic, String group) {
        CompletableFuture<TelemetryCommand> answered = new CompletableFuture<>();
        StreamObserver<TelemetryCommand> stream = MessagingServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .telemetry(new StreamObserver<>() {
                    @Override
                    public void onNext(TelemetryCommand command) {
                        answered.complete(command);
                    }

                    @Override
                    public void onError(Throwable fault) {
                        answered.completeExceptionally(fault);
                    }

                    @Override
                    public void onCompleted() {
                        answered.completeExceptionally(new IllegalStateException("the stream ended without settings"));
                    }
                });
        stream.onNext(TelemetryCommand.newBuilder()
                .setSettings(Settings.newBuilder()
                        .setClientType(ClientType.PUSH_CONSUMER)
                        .setRequestTimeout(POLL)
                        .setUserAgent(UA.newBuilder().setLanguage(Language.JAVA).setVersion(Version.current()))
                        .setSubscription(Subscription.newBuilder()
                                .setGroup(resource(group))
                                .addSubscriptions(SubscriptionEntry.newBuilder()
                                        .setTopic(resource(topic))
                                        .setExpression(everything()))))
                .build());
        Waiting.forStage(answered, java.time.Duration.ofSeconds(CALL_SECONDS), "the settings");
        stream.onCompleted();
    }

    private List<Message> receive(String topic, String group) {
        Iterator<ReceiveMessageResponse> frames = calls().receiveMessage(ReceiveMessageRequest.newBuilder()
                .setGroup(resource(group))
                .setMessageQueue(
                        MessageQueue.newBuilder().setTopic(resource(topic)).setId(-1))
                .setFilterExpression(everything())
                .setBatchSize(32)
                .setInvisibleDuration(LEASE)
                .setLongPollingTimeout(POLL)
                .build());
        List<Message> messages = new ArrayList<>();
        while (frames.hasNext()) {
            ReceiveMessageResponse frame = frames.next();
            if (frame.hasStatus() && frame.getStatus().getCode() != Code.MESSAGE_NOT_FOUND) check(frame.getStatus());
            if (frame.hasMessage()) messages.add(frame.getMessage());
        }
        return messages;
    }

    private void acknowledge(String topic, String group, List<Message> messages) {
        AckMessageRequest.Builder request =
                AckMessageRequest.newBuilder().setTopic(resource(topic)).setGroup(resource(group));
        for (Message message : messages) {
            request.addEntries(AckMessageEntry.newBuilder()
                    .setMessageId(message.getSystemProperties().getMessageId())
                    .setReceiptHandle(message.getSystemProperties().getReceiptHandle()));
        }
        check(calls().ackMessage(request.build()).getStatus());
    }

    private SendMessageRequest sendRequest(String topic) {
        return SendMessageRequest.newBuilder()
                .addMessages(Message.newBuilder()
                        .setTopic(resource(topic))
                        .setBody(ByteString.copyFrom(new byte[BODY_BYTES]))
                        .putUserProperties("k", "v")
                        .setSystemProperties(SystemProperties.newBuilder()
                                .setMessageId(UUID.randomUUID().toString().replace("-", ""))
                                .setMessageType(MessageType.NORMAL)
                                .setBodyEncoding(Encoding.IDENTITY)
                                .setTag("t")
                                .addKeys("key")
                                .setBornHost("localhost")
                                .setBornTimestamp(
                                        Timestamp.newBuilder().setSeconds(System.currentTimeMillis() / 1000))))
                .build();
    }

    private MessagingServiceGrpc.MessagingServiceBlockingStub calls() {
        return MessagingServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private static FilterExpression everything() {
        return FilterExpression.newBuilder()
                .setType(FilterType.TAG)
                .setExpression("*")
                .build();
    }

    private static Resource resource(String name) {
        return Resource.newBuilder().setName(name).build();
    }

    private static void check(Status status) {
        if (status.getCode() != Code.OK) throw new IllegalStateException(status.getCode() + ": " + status.getMessage());
    }

    private static Metadata headers(String id) {
        Metadata headers = new Metadata();
        String[][] values = {
            {"x-mq-client-id", id},
            {"x-mq-language", "JAVA"},
            {"x-mq-client-version", Version.current()},
            {"x-mq-protocol", "v2"},
            {"x-mq-namespace", ""},
        };
        for (String[] value : values) {
            headers.put(Metadata.Key.of(value[0], Metadata.ASCII_STRING_MARSHALLER), value[1]);
        }
        return headers;
    }
}
