package org.escrowmq.api.messaging;

import apache.rocketmq.v2.MessagingServiceGrpc;
import io.grpc.ServerServiceDefinition;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.quota.QuotaLimiter;

/** The messaging service: every call of the protocol, bound to what carries it out. */
final class MessagingService {
    private final Door door = new Door();
    private final Telemetry telemetry;
    private final Receiving receiving;
    private final Pulling pulling;
    private final OffsetCalls offsets;
    private final SendLoad sendLoad;
    private final RefusalPace pace;
    private final Sending sending;
    private final Routes routes;
    private final Acknowledging acknowledging;
    private final Ending ending;
    private final Recalling recalling;
    private final Liveness liveness;

    /** {@code storeHost}: what deliveries name as the node they come from. {@code later} runs small work. */
    MessagingService(
            Catalogue catalogue,
            MessageExchange exchange,
            QueueStreams streams,
            ClientRegistry clients,
            QuotaLimiter quotas,
            MessagingSettings settings,
            String storeHost,
            RefusalPace.Later later,
            InstantSource clock) {
        FilterChecks filters = new FilterChecks();
        Deliveries deliveries = new Deliveries(storeHost);
        telemetry = new Telemetry(
                catalogue,
                clients,
                door,
                filters,
                deliveries,
                settings,
                clock,
                MessagingServiceGrpc.getTelemetryMethod());
        receiving = new Receiving(
                exchange,
                clients,
                door,
                filters,
                deliveries,
                settings,
                telemetry::requestTimeout,
                clock,
                MessagingServiceGrpc.getReceiveMessageMethod());
        pulling = new Pulling(
                streams,
                clients,
                quotas,
                door,
                filters,
                deliveries,
                settings,
                telemetry::requestTimeout,
                MessagingServiceGrpc.getPullMessageMethod());
        offsets = new OffsetCalls(streams, clients);
        sendLoad = new SendLoad(settings, quotas.counts(), System::nanoTime);
        pace = new RefusalPace(settings.overload(), later, System::nanoTime);
        DeliveryTimes times = new DeliveryTimes(settings.delays(), clients, clock);
        sending = new Sending(catalogue, exchange, new SendChecks(times), times, sendLoad, quotas, pace);
        routes = new Routes(catalogue, settings.advertised(), settings.assignmentsPerTopic());
        acknowledging = new Acknowledging(exchange, clients);
        ending = new Ending(exchange, clients);
        recalling = new Recalling(catalogue, exchange, clients);
        liveness = new Liveness(clients);
    }

    ServerServiceDefinition definition() {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(MessagingServiceGrpc.SERVICE_NAME);
        service.addMethod(UnaryCall.defineGated(
                MessagingServiceGrpc.getSendMessageMethod(), door, sending, sending::send, Sending::refused));
        service.addMethod(receiving.define(MessagingServiceGrpc.getReceiveMessageMethod()));
        service.addMethod(UnaryCall.define(
                MessagingServiceGrpc.getAckMessageMethod(),
                door,
                acknowledging::acknowledge,
                (request, status) -> Acknowledging.refusedAck(status)));
        service.addMethod(UnaryCall.define(
                MessagingServiceGrpc.getChangeInvisibleDurationMethod(),
                door,
                acknowledging::change,
                (request, status) -> Acknowledging.changed(status, request.getReceiptHandle())));
        service.addMethod(UnaryCall.define(
                MessagingServiceGrpc.getForwardMessageToDeadLetterQueueMethod(),
                door,
                acknowledging::deadLetter,
                (request, status) -> Acknowledging.forwarded(status)));
        service.addMethod(UnaryCall.define(
                MessagingServiceGrpc.getEndTransactionMethod(),
                door,
                ending::end,
                (request, status) -> Ending.answer(status)));
        service.addMethod(UnaryCall.define(
                MessagingServiceGrpc.getRecallMessageMethod(),
                door,
                recalling::recall,
                (request, status) -> Recalling.answer(status)));
        service.addMethod(UnaryCall.define(
                MessagingServiceGrpc.getQueryRouteMethod(),
                door,
                (caller, request) -> CompletableFuture.completedFuture(routes.route(request)),
                (request, status) -> Routes.refusedRoute(status)));
        service.addMethod(UnaryCall.define(
                MessagingServiceGrpc.getQueryAssignmentMethod(),
                door,
                (caller, request) -> CompletableFuture.completedFuture(routes.assignment(request)),
                (request, status) -> Routes.refusedAssignment(status)));
        service.addMethod(UnaryCall.define(
                MessagingServiceGrpc.getHeartbeatMethod(),
                door,
                (caller, request) -> CompletableFuture.completedFuture(liveness.heartbeat(caller, request)),
                (request, status) -> Liveness.heartbeatAnswer(status)));
        service.addMethod(UnaryCall.define(
                MessagingServiceGrpc.getNotifyClientTerminationMethod(),
                door,
                (caller, request) -> CompletableFuture.completedFuture(liveness.terminated(caller, request)),
                (request, status) -> Liveness.terminationAnswer(status)));
        service.addMethod(telemetry.define(MessagingServiceGrpc.getTelemetryMethod()));
        service.addMethod(pulling.define(MessagingServiceGrpc.getPullMessageMethod()));
        offsets.all(door).forEach(service::addMethod);
        LaterCalls.all(door).forEach(service::addMethod);
        return service.build();
    }

    MessagingLoad load() {
        return new MessagingLoad(
                sendLoad.calls(), sendLoad.bytes(), receiving.count() + pulling.count(), telemetry.count());
    }

    /** Ends streams, waiting receives and pulls in peace. Calls under way go on. */
    void stop() {
        telemetry.stop();
        receiving.stop();
        pulling.stop();
        pace.release();
    }
}
