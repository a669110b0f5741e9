package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Address;
import apache.rocketmq.v2.AddressScheme;
import apache.rocketmq.v2.Endpoints;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.Resource;
import com.typesafe.config.ConfigFactory;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.escrowmq.api.messaging.memory.MemoryCatalogue;
import org.escrowmq.api.messaging.memory.MemoryClients;
import org.escrowmq.api.messaging.memory.MemoryExchange;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.quota.QuotaLimiter;
import org.escrowmq.cluster.quota.QuotaSettings;

/** The messaging service on a free port of the loopback, over a broker in memory, and clients for it. */
final class Rig implements AutoCloseable {
    static final Endpoints DIALLED = Endpoints.newBuilder()
            .setScheme(AddressScheme.IPv4)
            .addAddresses(Address.newBuilder().setHost("127.0.0.1").setPort(8081))
            .build();

    final MemoryCatalogue catalogue = new MemoryCatalogue();
    final MemoryExchange exchange = new MemoryExchange(catalogue);
    final MemoryClients clients = new MemoryClients();
    final QuotaLimiter quotas =
            new QuotaLimiter(QuotaSettings.of(ConfigFactory.parseResources("reference.conf")), System::nanoTime);
    final MessagingServer server;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final ManagedChannel plain;

    private Rig(String overrides, Function<MemoryExchange, MessageExchange> around) throws IOException {
        server = MessagingServer.start(
                catalogue,
                around.apply(exchange),
                exchange.streams(),
                clients,
                quotas,
                settings(overrides),
                InstantSource.system());
        plain = plaintext();
    }

    /** With the default settings. */
    static Rig start() throws IOException {
        return start("");
    }

    /** With these keys of {@code escrow.api.messaging} changed. */
    static Rig start(String overrides) throws IOException {
        return new Rig(overrides, exchange -> exchange);
    }

    /** With something standing between the service and the exchange. */
    static Rig start(String overrides, Function<MemoryExchange, MessageExchange> around) throws IOException {
        return new Rig(overrides, around);
    }

    static MessagingSettings settings(String overrides) {
        return MessagingSettings.of(
                ConfigFactory.parseString("escrow.api.messaging { port = 0, stop-timeout = 5s\n" + overrides + "\n}")
                        .withFallback(ConfigFactory.parseResources("reference.conf"))
                        .resolve());
    }

    /** Forgets all topics, groups and messages. */
    void empty() {
        exchange.empty();
        catalogue.empty();
    }

    int port() {
        return server.port();
    }

    ManagedChannel plaintext() {
        return keep(NettyChannelBuilder.forAddress("127.0.0.1", port()).usePlaintext());
    }

    ManagedChannel tls() throws IOException {
        return keep(NettyChannelBuilder.forAddress("127.0.0.1", port())
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .build()));
    }

    ManagedChannel keep(NettyChannelBuilder builder) {
        ManagedChannel channel = builder.maxInboundMessageSize(Integer.MAX_VALUE)
                .directExecutor()
                .build();
        channels.add(channel);
        return channel;
    }

    /** A blocking client with an id and the headers of the Java client. */
    MessagingServiceGrpc.MessagingServiceBlockingStub client(String id) {
        return withHeaders(
                MessagingServiceGrpc.newBlockingStub(plain),
                "x-mq-client-id",
                id,
                "x-mq-language",
                "JAVA",
                "x-mq-client-version",
                "5.2.0");
    }

    /** The same, not blocking. */
    MessagingServiceGrpc.MessagingServiceStub async(String id) {
        return withHeaders(
                MessagingServiceGrpc.newStub(plain),
                "x-mq-client-id",
                id,
                "x-mq-language",
                "JAVA",
                "x-mq-client-version",
                "5.2.0");
    }

    ManagedChannel plainChannel() {
        return plain;
    }

    static <S extends AbstractStub<S>> S withHeaders(S stub, String... namesAndValues) {
        Metadata headers = new Metadata();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(Metadata.Key.of(namesAndValues[i], Metadata.ASCII_STRING_MARSHALLER), namesAndValues[i + 1]);
        }
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    static Resource resource(String name) {
        return Resource.newBuilder().setName(name).build();
    }

    @Override
    public void close() throws InterruptedException {
        for (ManagedChannel channel : channels) channel.shutdownNow();
        for (ManagedChannel channel : channels) channel.awaitTermination(5, TimeUnit.SECONDS);
        server.stop().toCompletableFuture().join();
        exchange.close();
    }
}
