package org.escrowmq.api.messaging;

import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.TelemetryCommand;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client's telemetry stream: writes settings, collects commands, sees how it ends. */
final class Session implements StreamObserver<TelemetryCommand> {
    private final BlockingQueue<TelemetryCommand> commands = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final StreamObserver<TelemetryCommand> out;

    Session(MessagingServiceGrpc.MessagingServiceStub stub) {
        out = stub.telemetry(this);
    }

    static Session open(Rig rig, String clientId) {
        return new Session(rig.async(clientId));
    }

    Session write(Settings settings) {
        out.onNext(TelemetryCommand.newBuilder().setSettings(settings).build());
        return this;
    }

    Session write(TelemetryCommand command) {
        out.onNext(command);
        return this;
    }

    void halfClose() {
        out.onCompleted();
    }

    /** The next command; fails when none comes within 5 s. */
    TelemetryCommand next() {
        try {
            TelemetryCommand command = commands.poll(5, TimeUnit.SECONDS);
            if (command == null) throw new AssertionError("no command came; the stream's end: " + end.getNow(null));
            return command;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** How the server ended the stream; fails when it does not within 5 s. */
    Status end() {
        return end.orTimeout(5, TimeUnit.SECONDS).join();
    }

    boolean open() {
        return !end.isDone();
    }

    @Override
    public void onNext(TelemetryCommand command) {
        commands.add(command);
    }

    @Override
    public void onError(Throwable failure) {
        end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }
}
