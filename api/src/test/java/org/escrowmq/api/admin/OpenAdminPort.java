package org.escrowmq.api.admin;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.pekko.grpc.GrpcClientSettings;
import org.escrowmq.admin.v1.AdminServiceClient;
import org.junit.jupiter.api.Assertions;

/** A real admin port on a free loopback port, with a gRPC client, over a node in memory. */
final class OpenAdminPort implements AutoCloseable {
    final MemoryBroker broker;
    final AdminServer server;
    final AdminServiceClient client;

    private OpenAdminPort(MemoryBroker broker, AdminSettings settings) {
        this.broker = broker;
        this.server = await(AdminServer.start(broker, settings));
        this.client = AdminServiceClient.create(clientSettings(), broker.system());
    }

    static OpenAdminPort serving() {
        return over(MemoryBroker.serving());
    }

    static OpenAdminPort over(MemoryBroker broker) {
        return new OpenAdminPort(broker, settings("port = 0"));
    }

    /** The defaults with these keys of escrow.api.admin changed. */
    static OpenAdminPort with(String keys) {
        return new OpenAdminPort(MemoryBroker.serving(), settings("port = 0\n" + keys));
    }

    static AdminSettings settings(String keys) {
        return AdminSettings.of(
                com.typesafe.config.ConfigFactory.parseString(keys)
                        .atPath("escrow.api.admin")
                        .withFallback(MemoryBroker.config()),
                "1.2.3",
                "/data/escrow");
    }

    GrpcClientSettings clientSettings() {
        return GrpcClientSettings.connectToServiceAt("127.0.0.1", server.port(), broker.system())
                .withTls(false)
                .withDeadline(Duration.ofSeconds(20));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpResponse<String> get(String path, HttpClient.Version version, UnaryOperator<HttpRequest.Builder> more) {
        HttpClient http = HttpClient.newBuilder().version(version).build();
        try {
            return http.send(
                    more.apply(HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (java.io.IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    HttpResponse<String> get(String path) {
        return get(path, HttpClient.Version.HTTP_1_1, UnaryOperator.identity());
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** The status with which the call is refused. */
    static Status refusal(CompletionStage<?> call) {
        return refusalWithTrailers(call).getStatus();
    }

    static StatusRuntimeException refusalWithTrailers(CompletionStage<?> call) {
        CompletionException thrown = Assertions.assertThrows(CompletionException.class, () -> await(call));
        return Assertions.assertInstanceOf(StatusRuntimeException.class, thrown.getCause());
    }

    static void assertRefused(Status.Code code, String words, CompletionStage<?> call) {
        Status status = refusal(call);
        Assertions.assertEquals(code, status.getCode(), status.toString());
        String text = String.valueOf(status.getDescription());
        Assertions.assertTrue(text.contains(words), text);
        Assertions.assertFalse(text.contains("Exception") || text.contains("\tat "), text);
    }

    @Override
    public void close() {
        await(client.close());
        await(server.stop());
        broker.close();
    }
}
