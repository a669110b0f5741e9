package org.escrowmq.api.messaging;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.ClientType;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.Publishing;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.TelemetryCommand;
import apache.rocketmq.v2.ThreadStackTrace;
import apache.rocketmq.v2.VerifyMessageResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.escrowmq.cluster.ClientRegistry.CommandStream;
import org.escrowmq.cluster.ClientRegistry.Verdict;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Operators' commands to a client, over a real telemetry stream. */
class CommandTest {
    private static final int OPEN_MAX = 4;
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.start("client-command-timeout = 1s, limits.client-commands = " + OPEN_MAX);
    }

    @AfterAll
    static void stop() throws Exception {
        rig.close();
    }

    private static Session connected(String id) {
        Session session = Session.open(rig, id)
                .write(Settings.newBuilder()
                        .setClientType(ClientType.PRODUCER)
                        .setPublishing(Publishing.getDefaultInstance())
                        .build());
        assertTrue(session.next().hasSettings());
        return session;
    }

    private static CommandStream stream(String id) {
        return rig.clients.streamOf(id).orElseThrow();
    }

    private static <T> T done(CompletionStage<Outcome<T>> stage) {
        return outcome(stage).fold(value -> value, refusal -> {
            throw new AssertionError(refusal);
        });
    }

    private static Refusal refused(CompletionStage<? extends Outcome<?>> stage) {
        return outcome(stage)
                .fold(
                        value -> {
                            throw new AssertionError(value);
                        },
                        refusal -> refusal);
    }

    private static <T> T outcome(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
    }

    private static TelemetryCommand stacks(String nonce, Code code, String text) {
        return TelemetryCommand.newBuilder()
                .setStatus(Statuses.of(code, text))
                .setThreadStackTrace(
                        ThreadStackTrace.newBuilder().setNonce(nonce).setThreadStackTrace(text))
                .build();
    }

    private static String askedForStacks(Session session) {
        TelemetryCommand command = session.next();
        assertTrue(command.hasPrintThreadStackTraceCommand());
        return command.getPrintThreadStackTraceCommand().getNonce();
    }

    @Test
    void eachAnswerMeetsItsQuestionByTheNonce() {
        Session session = connected("two");
        CompletionStage<Outcome<String>> first = stream("two").threadStacks();
        CompletionStage<Outcome<String>> second = stream("two").threadStacks();
        String one = askedForStacks(session);
        String two = askedForStacks(session);
        session.write(stacks(two, Code.OK, "second")).write(stacks(one, Code.OK, "first"));
        assertEquals("first", done(first));
        assertEquals("second", done(second));
        session.halfClose();
    }

    @Test
    void whatAClientCannotDoIsRefusedInItsWords() {
        Session session = connected("unable");
        CompletionStage<Outcome<String>> asked = stream("unable").threadStacks();
        session.write(stacks(askedForStacks(session), Code.NOT_IMPLEMENTED, "no stacks here"));
        Refusal refusal = refused(asked);
        assertEquals(RefusalCode.UNSUPPORTED, refusal.code());
        assertTrue(refusal.text().contains("NOT_IMPLEMENTED: no stacks here"), refusal.text());
        session.halfClose();
    }

    @Test
    void anAnswerOfAnotherKindOrAnotherStreamIsNoAnswer() {
        Session session = connected("asked");
        Session other = connected("other");
        CompletionStage<Outcome<String>> asked = stream("asked").threadStacks();
        String nonce = askedForStacks(session);
        other.write(stacks(nonce, Code.OK, "forged"));
        session.write(TelemetryCommand.newBuilder()
                        .setVerifyMessageResult(VerifyMessageResult.newBuilder().setNonce(nonce))
                        .build())
                .write(stacks(nonce, Code.OK, "mine"));
        assertEquals("mine", done(asked));
        session.halfClose();
        other.halfClose();
    }

    @Test
    void aSilentClientIsRefusedInTimeAndMayAnswerInVain() {
        Session session = connected("silent");
        CompletionStage<Outcome<String>> asked = stream("silent").threadStacks();
        String nonce = askedForStacks(session);
        Refusal refusal = refused(asked);
        assertEquals(RefusalCode.TIMEOUT, refusal.code());
        assertTrue(refusal.text().contains("1000 ms"), refusal.text());
        session.write(stacks(nonce, Code.OK, "late"));
        CompletionStage<Outcome<String>> again = stream("silent").threadStacks();
        session.write(stacks(askedForStacks(session), Code.OK, "in time"));
        assertEquals("in time", done(again));
        session.halfClose();
    }

    @Test
    void noMoreThanTheLimitIsOpen() {
        Session session = connected("busy");
        CommandStream stream = stream("busy");
        List<CompletionStage<Outcome<String>>> open = new ArrayList<>();
        for (int i = 0; i < OPEN_MAX; i++) open.add(stream.threadStacks());
        Refusal refusal = refused(stream.threadStacks());
        assertEquals(RefusalCode.TOO_MANY_REQUESTS, refusal.code());
        assertTrue(refusal.text().contains("limits.client-commands"), refusal.text());
        for (int i = 0; i < OPEN_MAX; i++) session.write(stacks(askedForStacks(session), Code.OK, "now"));
        open.forEach(asked -> assertEquals("now", done(asked)));
        CompletionStage<Outcome<String>> after = stream.threadStacks();
        session.write(stacks(askedForStacks(session), Code.OK, "room again"));
        assertEquals("room again", done(after));
        session.halfClose();
    }

    @Test
    void theEndOfTheStreamRefusesWhatIsOpenAndWhatComesLater() {
        Session session = connected("leaving");
        CommandStream stream = stream("leaving");
        CompletionStage<Outcome<String>> asked = stream.threadStacks();
        askedForStacks(session);
        session.halfClose();
        assertEquals(RefusalCode.UNAVAILABLE, refused(asked).code());
        await().until(() -> rig.clients.streamOf("leaving").isEmpty());
        assertEquals(RefusalCode.UNAVAILABLE, refused(stream.threadStacks()).code());
    }

    @Test
    void aMessageToTryIsComplete() {
        Session session = connected("trying");
        CompletionStage<Outcome<Verdict>> asked = stream("trying")
                .verify(new TopicName("ns", "t"), new StoredMessage(3, new Offset(17), 2_000, message()));
        TelemetryCommand command = session.next();
        Message sent = command.getVerifyMessageCommand().getMessage();
        assertEquals("ns", sent.getTopic().getResourceNamespace());
        assertEquals("t", sent.getTopic().getName());
        assertEquals("body", sent.getBody().toStringUtf8());
        assertEquals("v", sent.getUserPropertiesOrThrow("p"));
        assertEquals("the-id", sent.getSystemProperties().getMessageId());
        assertEquals("tag", sent.getSystemProperties().getTag());
        assertEquals(List.of("key"), sent.getSystemProperties().getKeysList());
        assertEquals(
                BodyDigest.md5(message().body()), sent.getSystemProperties().getBodyDigest());
        assertEquals(3, sent.getSystemProperties().getQueueId());
        assertEquals(17, sent.getSystemProperties().getQueueOffset());
        assertEquals("", sent.getSystemProperties().getReceiptHandle());
        session.write(TelemetryCommand.newBuilder()
                .setStatus(Statuses.of(Code.FAILED_TO_CONSUME_MESSAGE, "listener said no"))
                .setVerifyMessageResult(VerifyMessageResult.newBuilder()
                        .setNonce(command.getVerifyMessageCommand().getNonce()))
                .build());
        Verdict verdict = done(asked);
        assertEquals(new Verdict("FAILED_TO_CONSUME_MESSAGE", "listener said no"), verdict);
        assertFalse(verdict.consumed());
        assertTrue(new Verdict("OK", "").consumed());
        session.halfClose();
    }

    /** One with everything that a message may have. */
    static org.escrowmq.model.Message message() {
        return new org.escrowmq.model.Message(
                "the-id",
                MessageType.NORMAL,
                "tag",
                List.of("key"),
                Map.of("p", "v"),
                BodyEncoding.IDENTITY,
                ByteBuffer.wrap("body".getBytes(StandardCharsets.UTF_8)),
                1_000,
                "born-host",
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
