package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.ReceiveMessageResponse;
import apache.rocketmq.v2.Status;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.MessageExchange.ReceiveQuery;
import org.escrowmq.cluster.MessageFilter;
import org.jspecify.annotations.Nullable;

/** ReceiveMessage: its checks, and the receives that are under way on this node. */
final class Receiving implements ServerCallHandler<ReceiveMessageRequest, ReceiveMessageResponse> {
    static final int BATCH_MAX = 32;
    static final Duration INVISIBLE_MIN = Duration.ofSeconds(10);
    static final Duration INVISIBLE_MAX = Duration.ofHours(12);

    private static final Duration RENEWED_LEASE = Duration.ofSeconds(60);

    private final MessageExchange exchange;
    private final ClientRegistry clients;
    private final Door door;
    private final FilterChecks filters;
    private final Deliveries deliveries;
    private final MessagingSettings settings;
    private final Function<String, Duration> requestTimeouts;
    private final InstantSource clock;
    private final WireMarshaller<ReceiveMessageRequest> marshaller;
    private final Set<ReceiveCall> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean stopping;

    /** {@code requestTimeouts}: what each client id reported, or the default. */
    Receiving(
            MessageExchange exchange,
            ClientRegistry clients,
            Door door,
            FilterChecks filters,
            Deliveries deliveries,
            MessagingSettings settings,
            Function<String, Duration> requestTimeouts,
            InstantSource clock,
            MethodDescriptor<ReceiveMessageRequest, ReceiveMessageResponse> method) {
        this.exchange = exchange;
        this.clients = clients;
        this.door = door;
        this.filters = filters;
        this.deliveries = deliveries;
        this.settings = settings;
        this.requestTimeouts = requestTimeouts;
        this.clock = clock;
        this.marshaller = new WireMarshaller<>(method.getRequestMarshaller());
    }

    ServerMethodDefinition<ReceiveMessageRequest, ReceiveMessageResponse> define(
            MethodDescriptor<ReceiveMessageRequest, ReceiveMessageResponse> method) {
        return ServerMethodDefinition.create(
                method.toBuilder(marshaller, method.getResponseMarshaller()).build(), this);
    }

    @Override
    public ServerCall.Listener<ReceiveMessageRequest> startCall(
            ServerCall<ReceiveMessageRequest, ReceiveMessageResponse> call, Metadata headers) {
        call.request(2);
        return new ReceiveCall(this, call, new Caller(headers, call.getAttributes()));
    }

    /** What a request comes to: a query for the exchange, or the status that refuses it. */
    record Checked(@Nullable ReceiveQuery query, @Nullable Status refusal) {}

    Checked check(Caller caller, ReceiveMessageRequest request, @Nullable Duration remaining) {
        Status refused = door.check(caller);
        if (refused == null && marshaller.isMalformed(request)) {
            refused = Statuses.of(Code.BAD_REQUEST, "the bytes are no request of ReceiveMessage");
        }
        if (refused != null) return new Checked(null, refused);
        PollingTime polling = PollingTime.of(
                request.hasLongPollingTimeout() ? duration(request.getLongPollingTimeout()) : null,
                remaining,
                requestTimeouts.apply(caller.clientId()),
                caller.version(),
                settings.longPoll());
        Duration wait = polling.time();
        if (wait == null) return new Checked(null, polling.refusal());
        refused = NameChecks.topicAndGroup(request.getMessageQueue().getTopic(), request.getGroup());
        if (refused == null) refused = invisible(request);
        if (refused != null) return new Checked(null, refused);
        FilterChecks.Read read = filters.read(request.getFilterExpression());
        MessageFilter filter = read.filter();
        return filter == null
                ? new Checked(null, read.refusal())
                : new Checked(query(caller, request, filter, wait), null);
    }

    private static ReceiveQuery query(
            Caller caller, ReceiveMessageRequest request, MessageFilter filter, Duration wait) {
        MessageQueue queue = request.getMessageQueue();
        return new ReceiveQuery(
                NameChecks.groupName(request.getGroup()),
                NameChecks.topicName(queue.getTopic()),
                Math.max(-1, queue.getId()),
                filter,
                Math.max(1, Math.min(BATCH_MAX, request.getBatchSize())),
                request.getAutoRenew() ? RENEWED_LEASE : duration(request.getInvisibleDuration()),
                request.getAutoRenew(),
                wait,
                caller.clientId(),
                request.getAttemptId());
    }

    private static @Nullable Status invisible(ReceiveMessageRequest request) {
        if (request.getAutoRenew()) return null;
        long millis = WireTimes.millis(request.getInvisibleDuration());
        if (millis < INVISIBLE_MIN.toMillis()) return illegal("small", "at least", INVISIBLE_MIN, millis);
        if (millis > INVISIBLE_MAX.toMillis()) return illegal("large", "at most", INVISIBLE_MAX, millis);
        return null;
    }

    /** The first words are the protocol's: clients look for them. */
    static Status illegal(String tooWhat, String bound, Duration limit, long millis) {
        return Statuses.of(
                Code.ILLEGAL_INVISIBLE_TIME,
                "the invisibleTime is too " + tooWhat + ": it is " + bound + " " + limit.toMillis() + " ms, got "
                        + millis + " ms");
    }

    private static Duration duration(com.google.protobuf.Duration wire) {
        return Duration.ofMillis(WireTimes.millis(wire));
    }

    /** Starts the poll, or null when the node has too many or is stopping; then {@code refusal} says which. */
    MessageExchange.@Nullable Poll begin(ReceiveCall call, ReceiveQuery query) {
        if (count.incrementAndGet() > settings.limits().pollsInFlight()) {
            count.decrementAndGet();
            return null;
        }
        underWay.add(call);
        try {
            MessageExchange.Poll poll = exchange.receive(query);
            clients.heard(query.clientId());
            return poll;
        } catch (RuntimeException e) {
            ended(call);
            throw e;
        }
    }

    Status tooMany() {
        return Statuses.of(
                Code.TOO_MANY_REQUESTS,
                "the node takes " + settings.limits().pollsInFlight()
                        + " receives without an answer at a time; escrow.api.messaging.limits.polls-in-flight sets the limit");
    }

    void ended(ReceiveCall call) {
        if (underWay.remove(call)) count.decrementAndGet();
    }

    boolean stopping() {
        return stopping;
    }

    int count() {
        return count.get();
    }

    long nowMillis() {
        return clock.millis();
    }

    Deliveries deliveries() {
        return deliveries;
    }

    /** Answers every waiting receive with nothing found; later ones are answered so at once. */
    void stop() {
        stopping = true;
        underWay.forEach(ReceiveCall::endEmpty);
    }
}
