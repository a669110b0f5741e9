package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.TelemetryCommand;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.escrowmq.api.transport.Connection;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.model.GroupName;
import org.jspecify.annotations.Nullable;

/**
 * One client's telemetry stream. Commands come one at a time and are answered in turn; everything is written by the
 * connection's event loop, which owns this.
 *
 * <pre>
 * OPEN  --settings-->                OPEN    answered
 * OPEN  --settings refused-->        ENDED   gRPC INVALID_ARGUMENT with the reason
 * OPEN  --client half-closes-->      ENDED   completed
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
            call.request(1); // results of commands that this version does not send
        }
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
        String language = caller.language();
        String version = caller.version();
        return new ClientRegistry.Client(
                caller.clientId(),
                SettingsChecks.kind(settings),
                language.isEmpty() ? settings.getUserAgent().getLanguage().name() : language,
                version.isEmpty() ? settings.getUserAgent().getVersion() : version,
                caller.source(),
                group,
                SettingsChecks.topics(settings),
                openedEpochMillis,
                telemetry.nowMillis());
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
