package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.ListTopicsRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Input that no client of ours sends. After each of them the port serves as before. */
class GarbageTest {
    private static final String CREATE_TOPIC = "/escrow.admin.v1.AdminService/CreateTopic";
    private static OpenAdminPort port;

    @BeforeAll
    static void open() {
        port = OpenAdminPort.serving();
    }

    @AfterAll
    static void close() {
        if (port != null) port.close();
    }

    @AfterEach
    void thePortServes() {
        await(port.client.listTopics(ListTopicsRequest.getDefaultInstance()));
        assertEquals(200, port.get("/livez").statusCode());
    }

    private static HttpResponse<String> post(String path, String type, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(port.uri(path))
                .timeout(Duration.ofSeconds(20))
                .header("content-type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) request.headers(headers);
        try {
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /** The gRPC status in the headers or, for grpc-web, at the end of the body. */
    private static int statusOf(HttpResponse<String> response) {
        String text = response.headers().firstValue("grpc-status").orElseGet(() -> {
            String body = response.body();
            int at = body.indexOf("grpc-status:");
            return at < 0 ? "-1" : body.substring(at + 12).strip().split("\\D")[0];
        });
        return Integer.parseInt(text);
    }

    private static byte[] frame(int flags, int length, byte[] message) {
        return java.nio.ByteBuffer.allocate(5 + message.length)
                .put((byte) flags)
                .putInt(length)
                .put(message)
                .array();
    }

    @Test
    void bytesThatAreNoMessageAreAnInvalidArgument() {
        byte[] noMessage = {(byte) 0xff, (byte) 0xff, (byte) 0xff};
        HttpResponse<String> response =
                post(CREATE_TOPIC, "application/grpc-web+proto", frame(0, noMessage.length, noMessage));
        assertEquals(Status.Code.INVALID_ARGUMENT.value(), statusOf(response), response.body());
        assertFalse(response.body().contains("Exception"), response.body());
    }

    @Test
    void truncatedAndLyingFramesAreRefused() {
        for (byte[] body : new byte[][] {
            {},
            {0, 0},
            frame(0, 100, new byte[10]),
            frame(0, Integer.MAX_VALUE, new byte[10]),
            frame(0, -1, new byte[10]),
            frame(0x80, 0, new byte[0]),
            frame(1, 3, new byte[3])
        }) {
            HttpResponse<String> response = post(CREATE_TOPIC, "application/grpc-web+proto", body);
            assertTrue(response.statusCode() >= 400 || statusOf(response) > 0, response + response.body());
            assertFalse(response.body().contains("Exception"), response.body());
        }
    }

    @Test
    void aCompressedRequestIsRefusedBeforeItIsUnfolded() {
        HttpResponse<String> response =
                post(CREATE_TOPIC, "application/grpc", frame(1, 3, new byte[3]), "grpc-encoding", "gzip");
        assertEquals(Status.Code.UNIMPLEMENTED.value(), statusOf(response));
    }

    @Test
    void otherContentTypesAreRefused() {
        assertEquals(
                415,
                post(CREATE_TOPIC, "application/json", new byte[] {'{', '}'}).statusCode());
        assertEquals(
                404,
                post("/escrow.admin.v1.AdminService/NoSuchCall/x", "application/grpc", new byte[5])
                        .statusCode());
        assertEquals(
                Status.Code.UNIMPLEMENTED.value(),
                statusOf(post("/escrow.admin.v1.AdminService/NoSuchCall", "application/grpc-web", new byte[5])));
        assertEquals(
                415,
                post(CREATE_TOPIC, "application/grpc-web-text", "AAAAAAA=".getBytes(StandardCharsets.US_ASCII))
                        .statusCode());
    }

    @Test
    void unknownFieldsPass() {
        byte[] known = CreateTopicRequest.newBuilder()
                .setName("unknown-fields")
                .build()
                .toByteArray();
        byte[] unknown = {(byte) 0xf8, 0x3f, 1};
        byte[] both = java.util.Arrays.copyOf(known, known.length + unknown.length);
        System.arraycopy(unknown, 0, both, known.length, unknown.length);
        assertEquals(0, statusOf(post(CREATE_TOPIC, "application/grpc-web+proto", frame(0, both.length, both))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void randomBytesOnTheSocketEndTheConnection(long seed) throws IOException {
        byte[] noise = new byte[4_096];
        new Random(seed).nextBytes(noise);
        assertEnds(noise);
    }

    @Test
    void aBrokenHttp2PrefaceEndsTheConnection() throws IOException {
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] hugeFrame = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0, 0, 1};
        byte[] both = java.util.Arrays.copyOf(preface, preface.length + hugeFrame.length + 64);
        System.arraycopy(hugeFrame, 0, both, preface.length, hugeFrame.length);
        assertEnds(both);
    }

    private static void assertEnds(byte[] sent) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port.server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(sent);
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            try {
                assertTrue(in.readAllBytes().length < 64 << 10);
            } catch (java.net.SocketException reset) {
                assertTrue(String.valueOf(reset.getMessage()).contains("reset"), reset.toString());
            }
        }
    }
}
