package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.PullMessageRequest;
import apache.rocketmq.v2.PullMessageResponse;
import apache.rocketmq.v2.Status;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.MessageFilter;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.QueueStreams.Place;
import org.escrowmq.cluster.QueueStreams.PullQuery;
import org.escrowmq.cluster.quota.QuotaLimiter;
import org.escrowmq.model.Offset;
import org.jspecify.annotations.Nullable;

/** PullMessage: its checks, and the pulls that are under way on this node. They have the same bound as receives, apart from them. */
final class Pulling implements ServerCallHandler<PullMessageRequest, PullMessageResponse> {
    private final QueueStreams streams;
    private final ClientRegistry clients;
    private final QuotaLimiter quotas;
    private final Door door;
    private final FilterChecks filters;
    private final Deliveries deliveries;
    private final MessagingSettings settings;
    private final Function<String, Duration> requestTimeouts;
    private final WireMarshaller<PullMessageRequest> marshaller;
    private final Set<PullCall> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean stopping;

    /** {@code requestTimeouts}: what each client id reported, or the default. */
    Pulling(
            QueueStreams streams,
            ClientRegistry clients,
            QuotaLimiter quotas,
            Door door,
            FilterChecks filters,
            Deliveries deliveries,
            MessagingSettings settings,
            Function<String, Duration> requestTimeouts,
            MethodDescriptor<PullMessageRequest, PullMessageResponse> method) {
        this.streams = streams;
        this.clients = clients;
        this.quotas = quotas;
        this.door = door;
        this.filters = filters;
        this.deliveries = deliveries;
        this.settings = settings;
        this.requestTimeouts = requestTimeouts;
        this.marshaller = new WireMarshaller<>(method.getRequestMarshaller());
    }

    ServerMethodDefinition<PullMessageRequest, PullMessageResponse> define(
            MethodDescriptor<PullMessageRequest, PullMessageResponse> method) {
        return ServerMethodDefinition.create(
                method.toBuilder(marshaller, method.getResponseMarshaller()).build(), this);
    }

    @Override
    public ServerCall.Listener<PullMessageRequest> startCall(
            ServerCall<PullMessageRequest, PullMessageResponse> call, Metadata headers) {
        call.request(2);
        return new PullCall(this, call, new Caller(headers, call.getAttributes()));
    }

    /** What a request comes to: a query, or the status that refuses it (which counts only where there is no query). */
    record Checked(@Nullable PullQuery query, Status refusal) {
        static Checked refused(Status refusal) {
            return new Checked(null, refusal);
        }
    }

    Checked check(Caller caller, PullMessageRequest request, @Nullable Duration remaining) {
        Status refused = door.check(caller);
        if (refused == null && marshaller.isMalformed(request)) {
            refused = Statuses.of(Code.BAD_REQUEST, "the bytes are no request of PullMessage");
        }
        if (refused != null) return Checked.refused(refused);
        PollingTime polling = PollingTime.of(
                request.hasLongPollingTimeout()
                        ? Duration.ofMillis(WireTimes.millis(request.getLongPollingTimeout()))
                        : null,
                remaining,
                requestTimeouts.apply(caller.clientId()),
                caller.version(),
                settings.longPoll());
        Duration wait = polling.time();
        refused = wait == null ? polling.refusal() : null;
        MessageQueue queue = request.getMessageQueue();
        if (refused == null) refused = NameChecks.topicAndGroup(queue.getTopic(), request.getGroup());
        if (refused == null) refused = OffsetCalls.illegal(request.getOffset());
        if (refused != null || wait == null) return Checked.refused(refused == null ? Statuses.OK : refused);
        FilterChecks.Read read = filters.read(request.getFilterExpression());
        MessageFilter filter = read.filter();
        if (filter == null) return Checked.refused(Objects.requireNonNull(read.refusal()));
        PullQuery query = new PullQuery(
                NameChecks.groupName(request.getGroup()),
                new Place(NameChecks.topicName(queue.getTopic()), queue.getId()),
                new Offset(request.getOffset()),
                filter,
                Math.max(1, Math.min(Receiving.BATCH_MAX, request.getBatchSize())),
                wait);
        return quotas.read(query.group())
                .fold(room -> new Checked(query, Statuses.OK), none -> Checked.refused(Statuses.of(none)));
    }

    /** Starts the pull, or null when the node has too many. */
    QueueStreams.@Nullable Pull begin(PullCall call, Caller caller, PullQuery query) {
        if (count.incrementAndGet() > settings.limits().pollsInFlight()) {
            count.decrementAndGet();
            return null;
        }
        underWay.add(call);
        try {
            QueueStreams.Pull pull = streams.pull(query);
            clients.heard(caller.clientId());
            return pull;
        } catch (RuntimeException e) {
            ended(call);
            throw e;
        }
    }

    Status tooMany() {
        return Statuses.of(
                Code.TOO_MANY_REQUESTS,
                "the node takes " + settings.limits().pollsInFlight()
                        + " pulls without an answer at a time; escrow.api.messaging.limits.polls-in-flight sets the limit");
    }

    /** These messages go out. */
    void delivered(PullQuery query, List<StoredMessage> messages) {
        long bytes = 0;
        for (StoredMessage message : messages) bytes += message.message().body().remaining();
        quotas.delivered(query.group(), messages.size(), bytes);
    }

    void ended(PullCall call) {
        if (underWay.remove(call)) count.decrementAndGet();
    }

    boolean stopping() {
        return stopping;
    }

    int count() {
        return count.get();
    }

    Deliveries deliveries() {
        return deliveries;
    }

    /** Answers every waiting pull with nothing found; later ones are answered so at once. */
    void stop() {
        stopping = true;
        underWay.forEach(PullCall::endEmpty);
    }
}
