package org.escrowmq.ops.cli;

import apache.rocketmq.v2.Address;
import apache.rocketmq.v2.AddressScheme;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Endpoints;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.QueryRouteRequest;
import apache.rocketmq.v2.QueryRouteResponse;
import apache.rocketmq.v2.Resource;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;

/** Asks the messaging service for a route, as each official client does first; any certificate is accepted, as they do. */
final class RouteProbe implements AutoCloseable {
    private static final String TOPIC = "escrow-doctor";

    private final HostPort address;
    private final Duration timeout;
    private final ManagedChannel channel;

    RouteProbe(HostPort address, boolean tls, Duration timeout) {
        this.address = address;
        this.timeout = timeout;
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address.host(), address.port());
        this.channel = (tls ? encrypted(builder) : builder.usePlaintext()).build();
    }

    /** What the service said; "no such topic" is a good answer. */
    String answer() {
        try {
            QueryRouteResponse answer = MessagingServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(Receiver.headers("")))
                    .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .queryRoute(QueryRouteRequest.newBuilder()
                            .setTopic(Resource.newBuilder().setName(TOPIC))
                            .setEndpoints(endpoints())
                            .build());
            Code code = answer.getStatus().getCode();
            if (code != Code.OK && code != Code.TOPIC_NOT_FOUND) {
                throw new Failure(
                        ExitCode.REFUSED, code + ": " + answer.getStatus().getMessage());
            }
            String addresses = answer.getMessageQueuesList().stream()
                    .flatMap(queue -> queue.getBroker().getEndpoints().getAddressesList().stream())
                    .map(each -> each.getHost() + ":" + each.getPort())
                    .distinct()
                    .collect(Collectors.joining(", "));
            return "answers at " + address + (addresses.isEmpty() ? "" : ", clients are told " + addresses);
        } catch (StatusRuntimeException e) {
            throw GrpcFailures.of(e, "messaging service", address, "--endpoint");
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private Endpoints endpoints() {
        return Endpoints.newBuilder()
                .setScheme(address.host().matches("[\\d.]+") ? AddressScheme.IPv4 : AddressScheme.DOMAIN_NAME)
                .addAddresses(Address.newBuilder().setHost(address.host()).setPort(address.port()))
                .build();
    }

    private static NettyChannelBuilder encrypted(NettyChannelBuilder builder) {
        try {
            return builder.sslContext(GrpcSslContexts.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build());
        } catch (SSLException e) {
            throw new Failure(ExitCode.ERROR, "this Java cannot speak TLS: " + e.getMessage(), e);
        }
    }
}
