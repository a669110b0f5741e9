package org.escrowmq.api.messaging;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.AckMessageRequest;
import apache.rocketmq.v2.ChangeInvisibleDurationRequest;
import apache.rocketmq.v2.ClientType;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.EndTransactionRequest;
import apache.rocketmq.v2.HeartbeatRequest;
import apache.rocketmq.v2.HeartbeatResponse;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.MessagingServiceGrpc.MessagingServiceBlockingStub;
import apache.rocketmq.v2.NotifyClientTerminationRequest;
import apache.rocketmq.v2.Publishing;
import apache.rocketmq.v2.QueryAssignmentRequest;
import apache.rocketmq.v2.QueryRouteRequest;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.SendMessageResponse;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.SystemProperties;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The port: TLS, plaintext, prefaces, headers, keep-alive, and what does not belong there. */
@Tag("conformance")
class TransportTest {
    private static final HeartbeatRequest HEARTBEAT =
            HeartbeatRequest.newBuilder().setClientType(ClientType.PRODUCER).build();
    private static final byte[] V1 =
            "PROXY TCP4 203.0.113.7 192.0.2.1 4711 8081\r\n".getBytes(StandardCharsets.US_ASCII);
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.start("proxy-preface = true");
    }

    @AfterAll
    static void stop() throws Exception {
        rig.close();
    }

    @BeforeEach
    void empty() {
        rig.empty();
    }

    private static MessagingServiceBlockingStub stub(ManagedChannel channel, String... headers) {
        return Rig.withHeaders(MessagingServiceGrpc.newBlockingStub(channel), headers)
                .withDeadlineAfter(10, SECONDS);
    }

    private static void assertServed(ManagedChannel channel) {
        assertEquals(
                Code.OK,
                stub(channel, "x-mq-client-id", "c")
                        .heartbeat(HEARTBEAT)
                        .getStatus()
                        .getCode());
    }

    @Test
    @DisplayName("1, 2: TLS against the self-signed certificate and plaintext are served on one port")
    void onePort() throws Exception {
        assertServed(rig.tls());
        assertServed(rig.plaintext());
    }

    static byte[] v2() {
        return ByteBuffer.allocate(28)
                .put(new byte[] {0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a})
                .put((byte) 0x21)
                .put((byte) 0x11)
                .putShort((short) 12)
                .put(new byte[] {(byte) 203, 0, 113, 7, (byte) 192, 0, 2, 1})
                .putShort((short) 4711)
                .putShort((short) 8081)
                .array();
    }

    @ParameterizedTest(name = "3: a connection that begins with a PROXY preface v{0} has the announced source")
    @ValueSource(ints = {1, 2})
    void prefaces(int version) throws Exception {
        try (PrefacingProxy proxy = new PrefacingProxy(rig.port(), version == 1 ? V1 : v2())) {
            ManagedChannel channel = rig.keep(
                    NettyChannelBuilder.forAddress("127.0.0.1", proxy.port()).usePlaintext());
            assertServed(channel);
            assertEquals("203.0.113.7:4711", bornHostThrough(channel));
            channel.shutdownNow();
        }
    }

    private static String bornHostThrough(ManagedChannel channel) {
        rig.catalogue.topic("t", TopicType.NORMAL, 1);
        rig.catalogue.createGroup(
                new GroupSpec(GroupName.of("g"), false, 17, GroupSpec.StartPosition.FIRST, RetryPolicy.standard()));
        Message message = Messages.message("t", "id", SystemProperties.Builder::clearBornHost);
        stub(channel, "x-mq-client-id", "c").sendMessage(Messages.send(message));
        return Received.of(rig.client("c")
                        .receiveMessage(Messages.receive("t", "g").build()))
                .messages()
                .get(0)
                .getSystemProperties()
                .getBornHost();
    }

    @Test
    void aPrefaceIsRefusedWhereItIsNotExpected() throws Exception {
        try (Rig strict = Rig.start();
                RawConnection connection = new RawConnection(strict.port())) {
            connection.write(V1).hello();
            assertTrue(connection.closedByServer());
            assertServed(strict.plaintext());
        }
    }

    @Test
    void enforcedTlsTakesNoPlaintext() throws Exception {
        try (Rig enforcing = Rig.start("tls.mode = enforce");
                RawConnection connection = new RawConnection(enforcing.port())) {
            connection.hello();
            assertTrue(connection.closedByServer());
            assertServed(enforcing.tls());
        }
    }

    @Test
    void disabledTlsTakesPlaintextOnly() throws Exception {
        try (Rig plain = Rig.start("tls.mode = disable")) {
            assertServed(plain.plaintext());
            MessagingServiceBlockingStub overTls = stub(plain.tls(), "x-mq-client-id", "c");
            assertThrows(StatusRuntimeException.class, () -> overTls.heartbeat(HEARTBEAT));
        }
    }

    @Test
    @DisplayName("4: every unary call without a client id gets CLIENT_ID_REQUIRED, a receive one status frame")
    void clientIdRequired() {
        for (String id : new String[] {null, " "}) {
            MessagingServiceBlockingStub anonymous =
                    id == null ? stub(rig.plainChannel()) : stub(rig.plainChannel(), "x-mq-client-id", id);
            for (apache.rocketmq.v2.Status status : List.of(
                    anonymous.queryRoute(QueryRouteRequest.getDefaultInstance()).getStatus(),
                    anonymous.heartbeat(HEARTBEAT).getStatus(),
                    anonymous
                            .sendMessage(SendMessageRequest.getDefaultInstance())
                            .getStatus(),
                    anonymous
                            .queryAssignment(QueryAssignmentRequest.getDefaultInstance())
                            .getStatus(),
                    anonymous.ackMessage(AckMessageRequest.getDefaultInstance()).getStatus(),
                    anonymous
                            .changeInvisibleDuration(ChangeInvisibleDurationRequest.getDefaultInstance())
                            .getStatus(),
                    anonymous
                            .endTransaction(EndTransactionRequest.getDefaultInstance())
                            .getStatus(),
                    anonymous
                            .notifyClientTermination(NotifyClientTerminationRequest.getDefaultInstance())
                            .getStatus())) {
                assertEquals(Code.CLIENT_ID_REQUIRED, status.getCode());
            }
            Received received = Received.of(
                    anonymous.receiveMessage(Messages.receive("t", "g").build()));
            assertEquals("s", received.order());
            assertEquals(Code.CLIENT_ID_REQUIRED, received.status().getCode());
        }
    }

    @ParameterizedTest(name = "5, 6: language {0} and no other header are enough")
    @ValueSource(strings = {"HTTP", "KLINGON", ""})
    void anyLanguage(String language) {
        rig.catalogue.topic("t", TopicType.NORMAL, 1);
        String[] headers = language.isEmpty()
                ? new String[] {"x-mq-client-id", "c"}
                : new String[] {"x-mq-client-id", "c", "x-mq-language", language};
        MessagingServiceBlockingStub stub = stub(rig.plainChannel(), headers);
        assertEquals(
                Code.OK,
                stub.queryRoute(QueryRouteRequest.newBuilder()
                                .setTopic(Rig.resource("t"))
                                .setEndpoints(Rig.DIALLED)
                                .build())
                        .getStatus()
                        .getCode());
        Session session = new Session(Rig.withHeaders(MessagingServiceGrpc.newStub(rig.plainChannel()), headers));
        assertTrue(session.write(Settings.newBuilder()
                        .setClientType(ClientType.PRODUCER)
                        .setPublishing(Publishing.getDefaultInstance())
                        .build())
                .next()
                .hasSettings());
        session.halfClose();
        assertEquals(Code.OK, stub.heartbeat(HEARTBEAT).getStatus().getCode());
        assertEquals(
                Code.OK,
                stub.sendMessage(Messages.send(Messages.message("t", "a")))
                        .getStatus()
                        .getCode());
        assertEquals(
                Code.OK,
                stub.notifyClientTermination(NotifyClientTerminationRequest.getDefaultInstance())
                        .getStatus()
                        .getCode());
    }

    @Test
    @DisplayName("8: a client that pings no more often than permitted gets no GOAWAY; one that pings like mad does")
    void pings() throws Exception {
        try (Rig patient = Rig.start("keep-alive.permitted = 1ms");
                RawConnection calm = new RawConnection(patient.port());
                RawConnection mad = new RawConnection(rig.port())) {
            calm.hello();
            AtomicInteger sent = new AtomicInteger();
            ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
            clock.scheduleAtFixedRate(
                    () -> {
                        try {
                            if (sent.getAndIncrement() < 20) calm.ping();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    0,
                    30,
                    MILLISECONDS);
            for (int i = 0; i < 20; i++) {
                RawConnection.Frame frame = calm.next(RawConnection.PING, RawConnection.GOAWAY);
                assertEquals(new RawConnection.Frame(RawConnection.PING, 1), frame);
            }
            clock.shutdownNow();
            mad.hello();
            for (int i = 0; i < 6; i++) mad.ping();
            assertNotNull(mad.next(RawConnection.GOAWAY, RawConnection.GOAWAY));
        }
    }

    @Test
    @DisplayName("9: beside 200 waiting polls on its connection a send is answered within a second")
    void sendBesidePolls() {
        rig.catalogue.topic("t", TopicType.NORMAL, 4);
        for (int i = 0; i < 200; i++) {
            rig.async("c")
                    .receiveMessage(
                            Messages.receive("t", "g" + i % 10)
                                    .setLongPollingTimeout(WireTimes.duration(Duration.ofSeconds(20)))
                                    .build(),
                            new ReceiveTest.Frames(new CompletableFuture<>()));
        }
        await().until(() -> rig.exchange.waiting() == 200);
        long start = System.nanoTime();
        SendMessageResponse response = rig.client("c").sendMessage(Messages.send(Messages.message("t", "a")));
        assertEquals(Code.OK, response.getStatus().getCode());
        assertTrue(System.nanoTime() - start < 1_000_000_000L);
        await().until(() -> rig.exchange.waiting() == 190);
        rig.empty();
        await().until(() -> rig.server.load().pollsInFlight() == 0);
    }

    @Test
    @DisplayName("10: an unknown method is UNIMPLEMENTED")
    void unknownMethod() {
        MethodDescriptor<byte[], byte[]> nothing = bytes("apache.rocketmq.v2.MessagingService/Nothing");
        StatusRuntimeException refused = assertThrows(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(rig.plainChannel(), nothing, CallOptions.DEFAULT, new byte[0]));
        assertEquals(Status.Code.UNIMPLEMENTED, refused.getStatus().getCode());
    }

    @Test
    void unknownFieldsAreIgnored() {
        HeartbeatRequest request = HEARTBEAT.toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                999,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8("future"))
                                        .build())
                        .build())
                .build();
        assertEquals(Code.OK, rig.client("c").heartbeat(request).getStatus().getCode());
    }

    @Test
    void bytesThatAreNoRequestAreABadRequest() throws Exception {
        MethodDescriptor<byte[], byte[]> heartbeat =
                bytes(MessagingServiceGrpc.getHeartbeatMethod().getFullMethodName());
        io.grpc.Metadata headers = new io.grpc.Metadata();
        headers.put(io.grpc.Metadata.Key.of("x-mq-client-id", io.grpc.Metadata.ASCII_STRING_MARSHALLER), "c");
        byte[] answer = ClientCalls.blockingUnaryCall(
                io.grpc.ClientInterceptors.intercept(
                        rig.plainChannel(), io.grpc.stub.MetadataUtils.newAttachHeadersInterceptor(headers)),
                heartbeat,
                CallOptions.DEFAULT,
                new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3});
        assertEquals(
                Code.BAD_REQUEST,
                HeartbeatResponse.parseFrom(answer).getStatus().getCode());
    }

    @Test
    void compressedRequestsAreRead() {
        assertEquals(
                Code.OK,
                rig.client("c")
                        .withCompression("gzip")
                        .heartbeat(HEARTBEAT)
                        .getStatus()
                        .getCode());
    }

    @ParameterizedTest(name = "junk bytes, seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void junk(long seed) throws Exception {
        Random random = new Random(seed);
        byte[] junk = new byte[4096];
        random.nextBytes(junk);
        try (RawConnection raw = new RawConnection(rig.port());
                RawConnection cut = new RawConnection(rig.port());
                RawConnection tls = new RawConnection(rig.port());
                RawConnection preface = new RawConnection(rig.port())) {
            raw.write(junk);
            cut.hello().write(new byte[] {0, 0x40, 0, 1, 4, 0, 0, 0, 1}); // headers that never come
            tls.write(new byte[] {0x16, 3, 1, 0x10, 0}).write(junk);
            preface.write("PROXY TCP4 999.1.1.1 1.1.1.1 1 1\r\n");
            assertTrue(preface.closedByServer());
            assertServed(rig.plaintext());
        }
    }

    @Test
    void rapidResetClosesThatConnectionOnly() throws Exception {
        try (Rig guarded = Rig.start("limits { resets-per-window = 20, reset-window = 60s }")) {
            ManagedChannel noisy = guarded.plaintext();
            ManagedChannel calm = guarded.plaintext();
            Session bystander =
                    new Session(Rig.withHeaders(MessagingServiceGrpc.newStub(calm), "x-mq-client-id", "calm"));
            Session victim =
                    new Session(Rig.withHeaders(MessagingServiceGrpc.newStub(noisy), "x-mq-client-id", "noisy"));
            await().until(() -> guarded.server.load().telemetryStreams() == 2);
            for (int i = 0; i < 60 && victim.open(); i++) {
                var call = noisy.newCall(
                        MessagingServiceGrpc.getTelemetryMethod(), CallOptions.DEFAULT.withWaitForReady());
                io.grpc.Metadata headers = new io.grpc.Metadata();
                headers.put(
                        io.grpc.Metadata.Key.of("x-mq-client-id", io.grpc.Metadata.ASCII_STRING_MARSHALLER), "n" + i);
                call.start(new io.grpc.ClientCall.Listener<>() {}, headers);
                call.cancel("reset", null);
            }
            assertEquals(Status.Code.RESOURCE_EXHAUSTED, victim.end().getCode(), "ENHANCE_YOUR_CALM");
            assertTrue(bystander.open());
            assertServed(calm);
        }
    }

    private static MethodDescriptor<byte[], byte[]> bytes(String fullName) {
        MethodDescriptor.Marshaller<byte[]> plain = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                try {
                    return stream.readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        return MethodDescriptor.newBuilder(plain, plain)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(fullName)
                .build();
    }
}
