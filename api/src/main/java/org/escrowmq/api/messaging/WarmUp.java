package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Address;
import apache.rocketmq.v2.AddressScheme;
import apache.rocketmq.v2.ClientType;
import apache.rocketmq.v2.Endpoints;
import apache.rocketmq.v2.HeartbeatRequest;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.MessagingServiceGrpc.MessagingServiceBlockingStub;
import apache.rocketmq.v2.Publishing;
import apache.rocketmq.v2.QueryRouteRequest;
import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.SystemProperties;
import apache.rocketmq.v2.TelemetryCommand;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.escrowmq.api.transport.EventLoops;

/** A client of our own that makes every frequent call through the port, on a topic that does not exist. */
final class WarmUp {
    private static final Resource TOPIC =
            Resource.newBuilder().setName("warm-up-topic-that-is-never-created").build();
    private static final String CLIENT_ID = "warm-up";
    private static final long CALL_SECONDS_MAX = 20;

    private WarmUp() {}

    static CompletableFuture<Void> through(MessagingSettings settings, int port, EventLoops loops, int rounds) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        if (settings.tls().mode().takesPlaintext()) run(address(settings, port), false, loops, rounds);
                        if (settings.tls().mode().takesTls()) run(address(settings, port), true, loops, rounds);
                        done.complete(null);
                    } catch (RuntimeException | SSLException | UnknownHostException e) {
                        done.completeExceptionally(e);
                    }
                },
                "messaging-warm-up");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private static InetSocketAddress address(MessagingSettings settings, int port) throws UnknownHostException {
        InetAddress host = InetAddress.getByName(settings.host());
        return new InetSocketAddress(host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host, port);
    }

    private static void run(InetSocketAddress address, boolean tls, EventLoops loops, int rounds) throws SSLException {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address)
                .eventLoopGroup(loops.group())
                .channelType(loops.clientChannelType())
                .directExecutor();
        if (tls) {
            builder.sslContext(GrpcSslContexts.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE) // the peer is this very process
                    .build());
        } else {
            builder.usePlaintext();
        }
        ManagedChannel channel = builder.build();
        try {
            rounds(channel, address.getPort(), rounds);
        } finally {
            channel.shutdownNow();
        }
    }

    private static void rounds(ManagedChannel channel, int port, int rounds) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("x-mq-client-id", Metadata.ASCII_STRING_MARSHALLER), CLIENT_ID);
        MessagingServiceBlockingStub stub = MessagingServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        telemetry(MessagingServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)));
        for (int i = 0; i < rounds; i++) {
            MessagingServiceBlockingStub call = stub.withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
            call.sendMessage(send(i));
            call.queryRoute(route(port));
            call.heartbeat(HeartbeatRequest.newBuilder()
                    .setClientType(ClientType.PRODUCER)
                    .build());
            call.receiveMessage(receive()).forEachRemaining(frame -> {});
        }
        stub.notifyClientTermination(apache.rocketmq.v2.NotifyClientTerminationRequest.getDefaultInstance());
    }

    private static void telemetry(MessagingServiceGrpc.MessagingServiceStub stub) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        StreamObserver<TelemetryCommand> out = stub.telemetry(new StreamObserver<>() {
            @Override
            public void onNext(TelemetryCommand command) {}

            @Override
            public void onError(Throwable failure) {
                ended.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                ended.complete(null);
            }
        });
        out.onNext(TelemetryCommand.newBuilder()
                .setSettings(Settings.newBuilder()
                        .setClientType(ClientType.PRODUCER)
                        .setPublishing(Publishing.newBuilder().addTopics(TOPIC)))
                .build());
        out.onCompleted();
        ended.orTimeout(CALL_SECONDS_MAX, TimeUnit.SECONDS).join();
    }

    private static SendMessageRequest send(int round) {
        return SendMessageRequest.newBuilder()
                .addMessages(Message.newBuilder()
                        .setTopic(TOPIC)
                        .setBody(ByteString.copyFrom(new byte[1024]))
                        .putUserProperties("key", "value")
                        .setSystemProperties(SystemProperties.newBuilder()
                                .setMessageId("warm-up-" + round)
                                .setTag("tag")
                                .addKeys("key")))
                .build();
    }

    private static QueryRouteRequest route(int port) {
        return QueryRouteRequest.newBuilder()
                .setTopic(TOPIC)
                .setEndpoints(Endpoints.newBuilder()
                        .setScheme(AddressScheme.IPv4)
                        .addAddresses(Address.newBuilder().setHost("127.0.0.1").setPort(port)))
                .build();
    }

    private static ReceiveMessageRequest receive() {
        return ReceiveMessageRequest.newBuilder()
                .setGroup(Resource.newBuilder().setName("warm-up"))
                .setMessageQueue(MessageQueue.newBuilder().setTopic(TOPIC))
                .setAutoRenew(true)
                .build();
    }
}
