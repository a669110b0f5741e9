package org.escrowmq.systemtests.faults;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.SendMessageResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.rocketmq.shaded.com.google.protobuf.ByteString;
import org.apache.rocketmq.shaded.com.google.protobuf.UnknownFieldSet;
import org.apache.rocketmq.shaded.io.grpc.Status;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import org.escrowmq.systemtests.client.RawClient;

/** What a hostile client does, bounded in count and time, and the answers that it must get. */
enum Attack {
    /** Bytes by chance: the server closes the connection. */
    GARBAGE {
        @Override
        void run(Victim victim, Consumer<String> findings) throws IOException {
            Random random = new Random(victim.seed());
            int open = 0;
            for (int i = 0; i < CONNECTIONS; i++) {
                byte[] bytes = new byte[4096];
                random.nextBytes(bytes);
                try (HostileConnection connection = new HostileConnection(victim.port())) {
                    connection.say(bytes);
                    if (!connection.closedWithin(HANDSHAKE_LIMIT)) {
                        open++;
                    }
                }
            }
            report(open, "connections stay open after garbage", findings);
        }
    },

    /** Frames that end in the middle, lie about their length, or belong to no stream. */
    TRUNCATED {
        @Override
        void run(Victim victim, Consumer<String> findings) throws IOException {
            byte[] whole =
                    Http2.joined(Http2.opening(), Http2.callHeaders(1), Http2.frame(Http2.DATA, 0, 1, new byte[64]));
            Random random = new Random(victim.seed());
            for (int i = 0; i < CONNECTIONS; i++) {
                try (HostileConnection connection = new HostileConnection(victim.port())) {
                    connection.say(Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1)));
                }
            }
            List<byte[]> wrong = List.of(
                    // 16 MiB claimed: above the largest frame.
                    Http2.frame(Http2.DATA, 0, 1, (1 << 24) - 1, new byte[64]),
                    // Data on a stream that nobody opened.
                    Http2.frame(Http2.DATA, 0, 5, new byte[64]),
                    // An even stream is the server's.
                    Http2.callHeaders(2),
                    // A header block that is none.
                    Http2.frame(
                            Http2.HEADERS, Http2.END_HEADERS, 1, new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff}),
                    // Settings of a length that cannot be.
                    Http2.frame(Http2.SETTINGS, 0, 0, new byte[5]));
            for (byte[] each : wrong) {
                try (HostileConnection connection = new HostileConnection(victim.port())) {
                    connection.say(Http2.joined(Http2.opening(), each));
                    report(
                            connection.closedWithin(HANDSHAKE_LIMIT) ? 0 : 1,
                            "connection stays open after a wrong frame",
                            findings);
                }
            }
        }
    },

    /** HTTP/2 rapid reset: calls opened and cancelled as fast as the connection takes them; each connection is closed for it. */
    RAPID_RESET {
        @Override
        void run(Victim victim, Consumer<String> findings) throws IOException {
            int survivors = 0;
            for (int i = 0; i < 10; i++) {
                try (HostileConnection connection = new HostileConnection(victim.port())) {
                    boolean open = connection.say(Http2.opening());
                    for (int stream = 1; open && stream < 2 * RESETS_MAX; stream += 2) {
                        open = connection.say(Http2.joined(Http2.callHeaders(stream), Http2.reset(stream)));
                    }
                    if (open && !connection.closedWithin(Duration.ofSeconds(5))) {
                        survivors++;
                    }
                }
            }
            report(survivors, "connections survive " + RESETS_MAX + " resets", findings);
        }
    },

    /** 1,000 connections: half never say a word and are closed, half open HTTP/2 and stay idle, which is allowed. */
    IDLE_CONNECTIONS {
        @Override
        void run(Victim victim, Consumer<String> findings) throws IOException {
            List<HostileConnection> silent = new ArrayList<>();
            List<HostileConnection> idle = new ArrayList<>();
            try {
                for (int i = 0; i < 500; i++) {
                    silent.add(new HostileConnection(victim.port()));
                    HostileConnection opened = new HostileConnection(victim.port());
                    opened.say(Http2.opening());
                    idle.add(opened);
                }
                try (RawClient other = new RawClient(victim.endpoint())) {
                    expect(Code.OK, other.send(RawClient.message(victim.topic(), new byte[10], null)), findings);
                }
                int open = 0;
                for (HostileConnection connection : silent) {
                    if (!connection.closedWithin(open == 0 ? HANDSHAKE_LIMIT : Duration.ofMillis(10))) {
                        open++;
                    }
                }
                report(open, "connections stay open without a word", findings);
            } finally {
                for (HostileConnection connection : silent) {
                    connection.close();
                }
                for (HostileConnection connection : idle) {
                    connection.close();
                }
            }
        }
    },

    /** Bodies at and over the limit, a request over its own limit, a gRPC length that cannot be, fields that nobody knows. */
    BODIES {
        @Override
        void run(Victim victim, Consumer<String> findings) throws IOException {
            try (RawClient client = new RawClient(victim.endpoint())) {
                for (int i = 0; i < 5; i++) {
                    expect(Code.OK, client.send(RawClient.message(victim.topic(), new byte[BODY_MAX], null)), findings);
                    expect(
                            Code.MESSAGE_BODY_TOO_LARGE,
                            client.send(RawClient.message(victim.topic(), new byte[BODY_MAX + 1], null)),
                            findings);
                }
                Message known = RawClient.message(victim.topic(), "x".getBytes(StandardCharsets.US_ASCII), null);
                UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                        .addField(
                                9999,
                                UnknownFieldSet.Field.newBuilder()
                                        .addVarint(7)
                                        .addLengthDelimited(ByteString.copyFrom(new byte[1000]))
                                        .build())
                        .build();
                expect(
                        Code.OK,
                        client.blocking(CALL_LIMIT)
                                .sendMessage(SendMessageRequest.newBuilder()
                                        .addMessages(known.toBuilder().setUnknownFields(unknown))
                                        .setUnknownFields(unknown)
                                        .build()),
                        findings);
                tooLargeRequest(client, victim, findings);
            }
            // A gRPC message that claims two gigabytes: refused before anybody waits for them.
            try (HostileConnection connection = new HostileConnection(victim.port())) {
                byte[] claim = {0, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0};
                connection.say(Http2.joined(
                        Http2.opening(), Http2.callHeaders(1), Http2.frame(Http2.DATA, Http2.END_STREAM, 1, claim)));
                connection.closedWithin(Duration.ofSeconds(1));
            }
        }
    };

    private static final int CONNECTIONS = 200;
    private static final int RESETS_MAX = 20_000;
    private static final int BODY_MAX = 4 << 20;
    /** The server's limits.handshake is 20 s. */
    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(30);

    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);

    /** Who is attacked. {@code topic} is not the well-behaved client's. */
    record Victim(int port, String topic, long seed) {
        String endpoint() {
            return "127.0.0.1:" + port;
        }
    }

    /** Once; what was answered wrongly goes to {@code findings}. */
    abstract void run(Victim victim, Consumer<String> findings) throws IOException;

    /** More bodies in one request than the server reads at all. */
    private static void tooLargeRequest(RawClient client, Victim victim, Consumer<String> findings) {
        SendMessageRequest.Builder request = SendMessageRequest.newBuilder();
        ByteString body = ByteString.copyFrom(new byte[BODY_MAX]);
        for (int i = 0; i < 34; i++) {
            request.addMessages(RawClient.message(victim.topic(), new byte[0], null).toBuilder()
                    .setBody(body));
        }
        try {
            findings.accept("a request of 136 MiB is answered: "
                    + client.blocking(CALL_LIMIT).sendMessage(request.build()).getStatus());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.RESOURCE_EXHAUSTED) {
                findings.accept("a request of 136 MiB gets " + e.getStatus());
            }
        }
    }

    private static void expect(Code code, SendMessageResponse response, Consumer<String> findings) {
        if (response.getStatus().getCode() != code) {
            findings.accept("expected " + code + ", got " + response.getStatus());
        }
    }

    private static void report(int count, String what, Consumer<String> findings) {
        if (count > 0) {
            findings.accept(count + " " + what);
        }
    }
}
