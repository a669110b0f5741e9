package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Language;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.TelemetryCommand;
import apache.rocketmq.v2.TelemetryCommand.CommandCase;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.escrowmq.api.transport.Connection;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.HalfMessage;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * One client's telemetry stream. Commands come one at a time and are answered in turn; everything is written by the
 * connection's event loop, which owns this.
 *
 * <pre>
 * OPEN  --settings-->                OPEN    answered
 * OPEN  --settings refused-->        ENDED   gRPC INVALID_ARGUMENT with the reason
 * OPEN  --client half-closes-->      ENDED   completed
 * OPEN  --operator asks-->           OPEN    command written, its answer awaited by nonce
 * OPEN  --server stops-->            ENDED   completed
 * OPEN  --operator disconnects-->    ENDED   gRPC PERMISSION_DENIED with the reason
 * OPEN  --connection lost-->         ENDED
 * </pre>
 */
final class TelemetryStream extends ServerCall.Listener<TelemetryCommand> implements ClientRegistry.CommandStream {
    private final Telemetry telemetry;
    private final ServerCall<TelemetryCommand, TelemetryCommand> call;
    private final Caller caller;
    private final long openedEpochMillis;
    private final Executor eventLoop;
    private boolean headersSent;
    private boolean ended;
    private volatile Duration requestTimeout = PollingTime.REQUEST_TIMEOUT_DEFAULT;

    TelemetryStream(
            Telemetry telemetry,
            ServerCall<TelemetryCommand, TelemetryCommand> call,
            Caller caller,
            long openedEpochMillis) {
        this.telemetry = telemetry;
        this.call = call;
        this.caller = caller;
        this.openedEpochMillis = openedEpochMillis;
        this.eventLoop = Connection.eventLoop(call.getAttributes());
        call.request(1);
    }

    /** As the client's newest settings say. Any thread. */
    Duration requestTimeout() {
        return requestTimeout;
    }

    @Override
    public void onMessage(TelemetryCommand command) {
        if (telemetry.isMalformed(command)) {
            end(Telemetry.ending(Statuses.of(Code.BAD_REQUEST, "the bytes are no telemetry command")));
        } else if (command.hasSettings()) {
            settings(command.getSettings());
        } else {
            TelemetryCommand answer = ClientAnswers.meant(command);
            String nonce = nonceOf(answer);
            if (nonce != null) telemetry.commands().answered(this, nonce, answer);
            call.request(1);
        }
    }

    /** The nonce of an answer; null for what is none, such as a command of a later version. */
    private static @Nullable String nonceOf(TelemetryCommand command) {
        if (command.hasThreadStackTrace()) return command.getThreadStackTrace().getNonce();
        if (command.hasVerifyMessageResult())
            return command.getVerifyMessageResult().getNonce();
        return null;
    }

    @Override
    public void onHalfClose() {
        end(io.grpc.Status.OK);
    }

    @Override
    public void onCancel() {
        over();
    }

    @Override
    public void onComplete() {
        over();
    }

    /** Ends the stream in peace; the client opens another one, here or elsewhere. Any thread. */
    void complete() {
        eventLoop.execute(() -> end(io.grpc.Status.OK));
    }

    @Override
    public void disconnect(String reason) {
        telemetry.refuse(caller.clientId(), reason);
        eventLoop.execute(() -> end(io.grpc.Status.PERMISSION_DENIED.withDescription(
                Code.FORBIDDEN + ": the client was disconnected: " + reason)));
    }

    @Override
    public CompletionStage<Outcome<String>> threadStacks() {
        return telemetry
                .commands()
                .ask(this, CommandCase.THREAD_STACK_TRACE, ClientAnswers::printThreadStackTrace)
                .thenApply(asked -> asked.fold(ClientAnswers::stacks, Outcome.Refused::new));
    }

    @Override
    public CompletionStage<Outcome<ClientRegistry.Verdict>> verify(
            TopicName topic, QueueInspection.StoredMessage message) {
        return telemetry
                .commands()
                .ask(
                        this,
                        CommandCase.VERIFY_MESSAGE_RESULT,
                        nonce -> ClientAnswers.verifyMessage(nonce, telemetry.message(topic, message)))
                .thenApply(asked ->
                        asked.fold(answer -> Outcome.done(ClientAnswers.verdict(answer)), Outcome.Refused::new));
    }

    @Override
    public CompletionStage<Boolean> check(TopicName topic, HalfMessage half, String transactionId) {
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        TelemetryCommand question = ClientAnswers.recoverTransaction(transactionId, telemetry.message(topic, half));
        try {
            eventLoop.execute(() -> {
                // What a client does not read would stay here, and nobody was asked.
                boolean takes = !ended && call.isReady();
                try {
                    if (takes) write(question);
                } finally {
                    written.complete(takes);
                }
            });
        } catch (RejectedExecutionException stopped) {
            written.complete(false);
        }
        return written;
    }

    /** Writes a command; where the stream is over, what waits for answers on it is refused. Any thread. */
    void send(TelemetryCommand command) {
        try {
            eventLoop.execute(() -> {
                if (ended) telemetry.commands().ended(this);
                else write(command);
            });
        } catch (RejectedExecutionException stopped) {
            telemetry.commands().ended(this);
        }
    }

    private void settings(Settings settings) {
        Status refused = telemetry.check(settings);
        if (refused != null) {
            end(Telemetry.ending(refused));
            return;
        }
        if (settings.hasRequestTimeout()) {
            long millis = WireTimes.millis(settings.getRequestTimeout());
            if (millis > 0) requestTimeout = Duration.ofMillis(millis);
        }
        telemetry.registered(this, client(settings));
        CompletableFuture<Settings> unused = telemetry.answer(settings).whenCompleteAsync(this::answered, eventLoop);
    }

    private void answered(@Nullable Settings answer, @Nullable Throwable failure) {
        if (ended) return;
        if (answer == null) {
            Throwable cause = failure == null ? new NullPointerException("no answer") : failure;
            end(Telemetry.ending(Faults.answer("Telemetry", caller, cause)));
            return;
        }
        write(TelemetryCommand.newBuilder()
                .setStatus(Statuses.OK)
                .setSettings(answer)
                .build());
        call.request(1);
    }

    private ClientRegistry.Client client(Settings settings) {
        GroupName group = settings.hasSubscription()
                ? NameChecks.groupName(settings.getSubscription().getGroup())
                : null;
        String version = caller.version();
        return new ClientRegistry.Client(
                caller.clientId(),
                SettingsChecks.kind(settings),
                language(settings.getUserAgent().getLanguage()),
                version.isEmpty() ? settings.getUserAgent().getVersion() : version,
                caller.source(),
                group,
                SettingsChecks.topics(settings),
                openedEpochMillis,
                telemetry.nowMillis());
    }

    /** The header's word. Node says HTTP there, since RocketMQ has no word for it; its settings say what it is. */
    private String language(Language reported) {
        String header = caller.language();
        if (header.isEmpty()) return reported.name();
        return header.equals("HTTP") && reported == Language.NODE_JS ? reported.name() : header;
    }

    private void write(TelemetryCommand command) {
        if (!headersSent) {
            call.sendHeaders(new Metadata());
            headersSent = true;
        }
        call.sendMessage(command);
    }

    private void end(io.grpc.Status status) {
        if (ended) return;
        over();
        call.close(status, new Metadata());
    }

    private void over() {
        if (ended) return;
        ended = true;
        telemetry.ended(this, caller.clientId());
    }
}
