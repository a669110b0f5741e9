package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.TelemetryCommand;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.HalfMessage;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/** Telemetry: the streams of this node's clients, and the answer to their settings. */
final class Telemetry implements ServerCallHandler<TelemetryCommand, TelemetryCommand> {
    /** How long an answer to settings waits for the group's start to be fixed; a client gives up after 3 s. */
    private static final Duration GROUP_START_WAIT = Duration.ofSeconds(2);

    private static final int FIRST_ATTEMPT = 1;

    private final Catalogue catalogue;
    private final ClientRegistry clients;
    private final Door door;
    private final FilterChecks filters;
    private final SettingsAnswer answers;
    private final int streamsMax;
    private final InstantSource clock;
    private final WireMarshaller<TelemetryCommand> marshaller;
    private final Deliveries deliveries;
    private final OpenCommands commands;
    private final Map<TelemetryStream, Boolean> streams = new ConcurrentHashMap<>();
    private final Map<String, TelemetryStream> newest = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    Telemetry(
            Catalogue catalogue,
            ClientRegistry clients,
            Door door,
            FilterChecks filters,
            Deliveries deliveries,
            MessagingSettings settings,
            InstantSource clock,
            MethodDescriptor<TelemetryCommand, TelemetryCommand> method) {
        this.catalogue = catalogue;
        this.clients = clients;
        this.door = door;
        this.filters = filters;
        this.deliveries = deliveries;
        this.commands = new OpenCommands(settings.limits().clientCommands(), settings.clientCommandTimeout());
        this.answers = new SettingsAnswer(settings.longPoll());
        this.streamsMax = settings.limits().telemetryStreams();
        this.clock = clock;
        this.marshaller = new WireMarshaller<>(method.getRequestMarshaller());
    }

    ServerMethodDefinition<TelemetryCommand, TelemetryCommand> define(
            MethodDescriptor<TelemetryCommand, TelemetryCommand> method) {
        return ServerMethodDefinition.create(
                method.toBuilder(marshaller, method.getResponseMarshaller()).build(), this);
    }

    @Override
    public ServerCall.Listener<TelemetryCommand> startCall(
            ServerCall<TelemetryCommand, TelemetryCommand> call, Metadata headers) {
        Caller caller = new Caller(headers, call.getAttributes());
        Status refused = door.check(caller);
        if (refused != null) {
            call.close(ending(refused), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        if (streams.size() >= streamsMax) {
            call.close(
                    io.grpc.Status.RESOURCE_EXHAUSTED.withDescription("the node holds " + streamsMax
                            + " telemetry streams; escrow.api.messaging.limits.telemetry-streams sets the limit"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        TelemetryStream stream = new TelemetryStream(this, call, caller, clock.millis());
        streams.put(stream, true);
        if (stopping) stream.complete();
        return stream;
    }

    /** How a stream ends when it is refused with this status: clients that start fail at once with the cause. */
    static io.grpc.Status ending(Status status) {
        io.grpc.Status grpc = status.getCode() == Code.FORBIDDEN
                ? io.grpc.Status.PERMISSION_DENIED
                : status.getCodeValue() < 50_000 ? io.grpc.Status.INVALID_ARGUMENT : io.grpc.Status.INTERNAL;
        return grpc.withDescription(status.getCode() + ": " + status.getMessage());
    }

    boolean isMalformed(TelemetryCommand command) {
        return marshaller.isMalformed(command);
    }

    /** What is wrong with reported settings; null when nothing is. */
    @Nullable
    Status check(Settings reported) {
        return SettingsChecks.check(reported, filters);
    }

    /** The stream reported settings that passed the checks; it takes the client's commands from now on. */
    void registered(TelemetryStream stream, ClientRegistry.Client client) {
        newest.put(client.id(), stream);
        clients.registered(client, stream);
    }

    void ended(TelemetryStream stream, String clientId) {
        streams.remove(stream);
        newest.remove(clientId, stream);
        clients.streamEnded(clientId, stream);
        commands.ended(stream);
    }

    OpenCommands commands() {
        return commands;
    }

    /** A stored message as a client would receive it, but for the handle: nobody holds it. */
    Message message(TopicName topic, QueueInspection.StoredMessage stored) {
        return message(topic, stored.message(), stored.queue(), stored.offset(), stored.storedEpochMillis());
    }

    /** A transactional message as a client would receive it once it is committed, but for the offset, which it has not got yet. */
    Message message(TopicName topic, HalfMessage half) {
        return message(topic, half.message(), half.queue(), Offset.FIRST, half.storedEpochMillis());
    }

    private Message message(
            TopicName topic, org.escrowmq.model.Message message, int queue, Offset offset, long storedEpochMillis) {
        Resource resource = Resource.newBuilder()
                .setResourceNamespace(topic.namespace())
                .setName(topic.name())
                .build();
        return deliveries.message(
                resource,
                new MessageExchange.Delivery(
                        message, queue, offset, FIRST_ATTEMPT, "", storedEpochMillis, Duration.ZERO));
    }

    /** The answer to settings that passed the checks. It never fails because of the group or a topic. */
    CompletableFuture<Settings> answer(Settings reported) {
        if (reported.hasPublishing()) return CompletableFuture.completedFuture(answers.producer(reported));
        GroupName group = NameChecks.groupName(reported.getSubscription().getGroup());
        CompletableFuture<?>[] starts = SettingsChecks.topics(reported).stream()
                .filter(topic -> catalogue.topic(topic).isPresent())
                .map(topic -> startFixed(group, topic))
                .toArray(CompletableFuture[]::new);
        CompletableFuture<Void> all = CompletableFuture.allOf(starts);
        if (!all.isDone()) all = all.completeOnTimeout(null, GROUP_START_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        return all.thenApply(fixed -> answers.consumer(reported, catalogue.group(group)));
    }

    /** Fixes where the group starts on the topic. A refusal shows itself when the client receives. */
    private CompletableFuture<?> startFixed(GroupName group, TopicName topic) {
        return catalogue.groupForUse(group, topic).toCompletableFuture();
    }

    /** What the client said a request may take; the protocol's default for one that is unknown here. */
    Duration requestTimeout(String clientId) {
        TelemetryStream stream = newest.get(clientId);
        return stream == null ? PollingTime.REQUEST_TIMEOUT_DEFAULT : stream.requestTimeout();
    }

    /** An operator disconnects a client: its stream ends and its calls are refused. */
    void refuse(String clientId, String reason) {
        door.refuse(clientId, reason);
    }

    long nowMillis() {
        return clock.millis();
    }

    int count() {
        return streams.size();
    }

    /** Ends every stream in peace; later ones end at once. */
    void stop() {
        stopping = true;
        streams.keySet().forEach(TelemetryStream::complete);
    }

    @Nullable
    TelemetryStream streamOf(String clientId) {
        return newest.get(clientId);
    }
}
