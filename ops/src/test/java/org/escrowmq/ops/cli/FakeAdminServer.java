package org.escrowmq.ops.cli;

import com.google.protobuf.ByteString;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.escrowmq.admin.v1.BackupResponse;
import org.escrowmq.admin.v1.Client;
import org.escrowmq.admin.v1.DeadLetter;
import org.escrowmq.admin.v1.DisconnectClientResponse;
import org.escrowmq.admin.v1.Group;
import org.escrowmq.admin.v1.GroupDetail;
import org.escrowmq.admin.v1.GroupFigures;
import org.escrowmq.admin.v1.ListClientsResponse;
import org.escrowmq.admin.v1.ListDeadLettersResponse;
import org.escrowmq.admin.v1.ListGroupsResponse;
import org.escrowmq.admin.v1.ListQuotasResponse;
import org.escrowmq.admin.v1.ListTopicsResponse;
import org.escrowmq.admin.v1.NodeDetail;
import org.escrowmq.admin.v1.OffsetMove;
import org.escrowmq.admin.v1.OutgoingMessage;
import org.escrowmq.admin.v1.PeekMessagesResponse;
import org.escrowmq.admin.v1.PrintClientStackResponse;
import org.escrowmq.admin.v1.PurgeTopicRequest;
import org.escrowmq.admin.v1.PurgeTopicResponse;
import org.escrowmq.admin.v1.QueryMessagesResponse;
import org.escrowmq.admin.v1.QueueFigures;
import org.escrowmq.admin.v1.QueuePurge;
import org.escrowmq.admin.v1.Quota;
import org.escrowmq.admin.v1.QuotaTarget;
import org.escrowmq.admin.v1.Receipt;
import org.escrowmq.admin.v1.RedriveDeadLettersResponse;
import org.escrowmq.admin.v1.ResetOffsetRequest;
import org.escrowmq.admin.v1.ResetOffsetResponse;
import org.escrowmq.admin.v1.RetryPolicy;
import org.escrowmq.admin.v1.SendMessageRequest;
import org.escrowmq.admin.v1.SendMessageResponse;
import org.escrowmq.admin.v1.StartPosition;
import org.escrowmq.admin.v1.StoredMessage;
import org.escrowmq.admin.v1.Topic;
import org.escrowmq.admin.v1.TopicDetail;
import org.escrowmq.admin.v1.TopicType;
import org.escrowmq.admin.v1.TraceMessageRequest;
import org.escrowmq.admin.v1.TraceMessageResponse;
import org.escrowmq.admin.v1.VerifyMessageRequest;
import org.escrowmq.admin.v1.VerifyMessageResponse;

/**
 * An admin service in memory, with the defaults, statuses, trailers and pages that admin.proto states. Pages hold two entries, so that
 * every list is paged. Calls are served one at a time.
 */
final class FakeAdminServer implements BindableService, AutoCloseable {
    private static final Metadata.Key<String> CODE = Metadata.Key.of("escrow-code", Metadata.ASCII_STRING_MARSHALLER);
    private static final int PAGE = 2;
    private static final int MESSAGES_PER_CALL_MAX = 32;

    private static final RetryPolicy STANDARD_RETRY = RetryPolicy.newBuilder()
            .setCustomized(
                    RetryPolicy.Customized.newBuilder().addStepMillis(1000).addStepMillis(5000))
            .build();

    final Map<String, Topic> topics = Collections.synchronizedMap(new TreeMap<>());
    final Map<String, Group> groups = new TreeMap<>();
    final Map<String, Client> clients = new TreeMap<>();
    final Map<String, Quota> quotas = new TreeMap<>();
    final List<StoredMessage> messages = new ArrayList<>();
    final FakeTransactions transactions = new FakeTransactions();
    final FakeDelays delays = new FakeDelays();
    /** Of the group billing, by offset. */
    final List<DeadLetter> letters = new ArrayList<>();

    PurgeTopicRequest lastPurge = PurgeTopicRequest.getDefaultInstance();
    TraceMessageRequest lastTrace = TraceMessageRequest.getDefaultInstance();
    TraceMessageResponse life = TraceMessageResponse.getDefaultInstance();
    ResetOffsetRequest lastReset = ResetOffsetRequest.getDefaultInstance();
    NodeDetail node = NodeDetail.newBuilder()
            .setVersion(org.escrowmq.ops.Version.current())
            .setReady(true)
            .setDataDirectory("/data")
            .setFreeBytes(5L << 30)
            .setAcceptsBodies(true)
            .setSegments(1)
            .build();

    private final Server server;
    private final int port;

    FakeAdminServer() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(this)
                .build()
                .start();
        port = server.getPort();
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    @Override
    public ServerServiceDefinition bindService() {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(AdminMethods.SERVICE);
        topicCalls(service);
        groupCalls(service);
        clientCalls(service);
        messageCalls(service);
        undeliveredCalls(service);
        deadLetterCalls(service);
        quotaCalls(service);
        on(service, AdminMethods.DESCRIBE_NODE, request -> node);
        on(
                service,
                AdminMethods.BACKUP,
                request -> BackupResponse.newBuilder()
                        .setDirectory(request.getDirectory())
                        .setBytes(4096)
                        .build());
        return service.build();
    }

    private void topicCalls(ServerServiceDefinition.Builder service) {
        on(service, AdminMethods.CREATE_TOPIC, request -> {
            if (request.getName().contains(" ")) throw refused(Status.INVALID_ARGUMENT, "ILLEGAL_TOPIC", "no blanks");
            if (topics.containsKey(request.getName())) {
                throw refused(Status.ALREADY_EXISTS, "TOPIC_EXISTS", "topic " + request.getName() + " exists");
            }
            Topic topic = Topic.newBuilder()
                    .setName(request.getName())
                    .setType(
                            request.getType() == TopicType.TOPIC_TYPE_UNSPECIFIED
                                    ? TopicType.NORMAL
                                    : request.getType())
                    .setQueues(request.getQueues() == 0 ? 8 : request.getQueues())
                    .setPermission(org.escrowmq.admin.v1.Permission.READ_WRITE)
                    .setRetentionSeconds(request.getRetentionSeconds() == 0 ? 72 * 3600 : request.getRetentionSeconds())
                    .setDropDuplicates(!request.hasDropDuplicates() || request.getDropDuplicates())
                    .setId(topics.size() + 1)
                    .build();
            topics.put(topic.getName(), topic);
            return topic;
        });
        on(service, AdminMethods.LIST_TOPICS, request -> {
            List<Topic> found = matching(topics, request.getNameContains());
            int from = pageStart(request.getPageToken());
            return ListTopicsResponse.newBuilder()
                    .addAllTopics(page(found, from))
                    .setNextPageToken(next(found, from))
                    .build();
        });
        on(
                service,
                AdminMethods.DESCRIBE_TOPIC,
                request -> TopicDetail.newBuilder()
                        .setTopic(topic(request.getName()))
                        .addQueues(QueueFigures.newBuilder()
                                .setQueue(0)
                                .setFirstOffset(10)
                                .setNextOffset(25)
                                .setStoredBytes(2048))
                        .addGroups(GroupFigures.newBuilder()
                                .setTopic(request.getName())
                                .setGroup("g")
                                .setLag(7))
                        .addWarnings("read by an unordered group")
                        .build());
        on(service, AdminMethods.UPDATE_TOPIC, request -> {
            Topic.Builder topic = topic(request.getName()).toBuilder();
            if (request.hasQueues()) topic.setQueues(request.getQueues());
            if (request.hasPermission()) topic.setPermission(request.getPermission());
            if (request.hasRetentionSeconds()) topic.setRetentionSeconds(request.getRetentionSeconds());
            if (request.hasDropDuplicates()) topic.setDropDuplicates(request.getDropDuplicates());
            topics.put(topic.getName(), topic.build());
            return topic.build();
        });
        on(service, AdminMethods.DELETE_TOPIC, request -> {
            Topic topic = topic(request.getName());
            topics.remove(topic.getName());
            return topic;
        });
        on(service, AdminMethods.PURGE_TOPIC, this::purge);
    }

    /** Queue 0 has 15 messages from offset 10 on, queue 1 has none. */
    private PurgeTopicResponse purge(PurgeTopicRequest request) {
        topic(request.getName());
        lastPurge = request;
        PurgeTopicResponse.Builder answer = PurgeTopicResponse.newBuilder();
        if (!request.hasQueue() || request.getQueue() == 0) {
            answer.addQueues(QueuePurge.newBuilder()
                    .setFrom(10)
                    .setTo(25)
                    .setMessages(15)
                    .setBytes(2048));
        }
        if (!request.hasQueue() || request.getQueue() == 1)
            answer.addQueues(QueuePurge.newBuilder().setQueue(1));
        return answer.build();
    }

    private void groupCalls(ServerServiceDefinition.Builder service) {
        on(service, AdminMethods.CREATE_GROUP, request -> {
            Group group = Group.newBuilder()
                    .setName(request.getName())
                    .setFifo(request.getFifo())
                    .setMaxAttempts(request.getMaxAttempts() == 0 ? 17 : request.getMaxAttempts())
                    .setStart(
                            request.getStart() == StartPosition.START_POSITION_UNSPECIFIED
                                    ? StartPosition.LATEST
                                    : request.getStart())
                    .setRetry(request.hasRetry() ? request.getRetry() : STANDARD_RETRY)
                    .build();
            groups.put(group.getName(), group);
            return group;
        });
        on(service, AdminMethods.LIST_GROUPS, request -> {
            List<Group> found = matching(groups, request.getNameContains());
            int from = pageStart(request.getPageToken());
            return ListGroupsResponse.newBuilder()
                    .addAllGroups(page(found, from))
                    .setNextPageToken(next(found, from))
                    .build();
        });
        on(
                service,
                AdminMethods.DESCRIBE_GROUP,
                request -> GroupDetail.newBuilder()
                        .setGroup(group(request.getName()))
                        .addQueues(GroupFigures.newBuilder()
                                .setTopic("t")
                                .setGroup(request.getName())
                                .setLag(3)
                                .setInFlight(1))
                        .build());
        on(service, AdminMethods.UPDATE_GROUP, request -> {
            Group.Builder group = group(request.getName()).toBuilder();
            if (request.hasFifo()) group.setFifo(request.getFifo());
            if (request.hasMaxAttempts()) group.setMaxAttempts(request.getMaxAttempts());
            if (request.hasStart()) group.setStart(request.getStart());
            if (request.hasRetry()) group.setRetry(request.getRetry());
            return put(group.build());
        });
        on(service, AdminMethods.DELETE_GROUP, request -> {
            Group group = group(request.getName());
            groups.remove(group.getName());
            return group;
        });
        on(service, AdminMethods.RESET_OFFSET, this::reset);
        on(
                service,
                AdminMethods.PAUSE_GROUP,
                request ->
                        put(group(request.getName()).toBuilder().setPaused(true).build()));
        on(
                service,
                AdminMethods.RESUME_GROUP,
                request -> put(
                        group(request.getName()).toBuilder().setPaused(false).build()));
    }

    /** A group stands at 7 on queue 0, and has not read queue 1. */
    private ResetOffsetResponse reset(ResetOffsetRequest request) {
        group(request.getGroup());
        lastReset = request;
        ResetOffsetResponse.Builder answer = ResetOffsetResponse.newBuilder();
        if (!request.hasQueue() || request.getQueue() == 0) {
            answer.addMoves(OffsetMove.newBuilder().setQueue(0).setFrom(7).setTo(request.getOffset()));
        }
        if (!request.hasQueue() || request.getQueue() == 1) {
            answer.addMoves(OffsetMove.newBuilder().setQueue(1).setTo(request.getOffset()));
        }
        return answer.build();
    }

    private void clientCalls(ServerServiceDefinition.Builder service) {
        on(service, AdminMethods.LIST_CLIENTS, request -> {
            List<Client> found = clients.values().stream()
                    .filter(c -> request.getGroup().isEmpty() || c.getGroup().equals(request.getGroup()))
                    .filter(c ->
                            request.getTopic().isEmpty() || c.getTopicsList().contains(request.getTopic()))
                    .toList();
            int from = pageStart(request.getPageToken());
            return ListClientsResponse.newBuilder()
                    .addAllClients(page(found, from))
                    .setNextPageToken(next(found, from))
                    .build();
        });
        on(
                service,
                AdminMethods.DESCRIBE_CLIENT,
                request -> found(clients.get(request.getId()), "NOT_FOUND", request.getId()));
        on(
                service,
                AdminMethods.DISCONNECT_CLIENT,
                request -> DisconnectClientResponse.newBuilder()
                        .setWasConnected(clients.remove(request.getId()) != null)
                        .build());
        on(
                service,
                AdminMethods.PRINT_CLIENT_STACK,
                request -> PrintClientStackResponse.newBuilder()
                        .setText("stacks of "
                                + found(clients.get(request.getId()), "NOT_FOUND", request.getId())
                                        .getId())
                        .build());
        on(service, AdminMethods.VERIFY_MESSAGE, this::verify);
    }

    private void undeliveredCalls(ServerServiceDefinition.Builder service) {
        on(service, AdminMethods.LIST_TRANSACTIONS, transactions::list);
        on(service, AdminMethods.DESCRIBE_TRANSACTION, transactions::describe);
        on(service, AdminMethods.ACT_ON_TRANSACTIONS, transactions::act);
        on(service, AdminMethods.LIST_DELAYED_MESSAGES, delays::list);
        on(service, AdminMethods.DESCRIBE_DELAYED_MESSAGE, delays::describe);
        on(service, AdminMethods.ACT_ON_DELAYED_MESSAGES, delays::act);
        on(service, AdminMethods.COUNT_DELAYED_MESSAGES, delays::count);
    }

    private void deadLetterCalls(ServerServiceDefinition.Builder service) {
        on(service, AdminMethods.LIST_DEAD_LETTERS, request -> {
            List<DeadLetter> page = letters(request.getGroup(), request.getFromOffset(), request.getMax());
            return ListDeadLettersResponse.newBuilder()
                    .addAllLetters(page)
                    .setNextOffset(request.getFromOffset() + page.size())
                    .setEndOffset(letters.size())
                    .build();
        });
        on(service, AdminMethods.REDRIVE_DEAD_LETTERS, request -> {
            List<DeadLetter> page = letters(request.getGroup(), request.getFromOffset(), request.getMax());
            int waiting = 0;
            for (DeadLetter letter : page) {
                if (letter.getState() != DeadLetter.State.WAITING) continue;
                waiting++;
                if (request.getDryRun()) continue;
                letters.set(
                        (int) letter.getMessage().getOffset(),
                        letter.toBuilder().setState(DeadLetter.State.REDRIVEN).build());
            }
            return RedriveDeadLettersResponse.newBuilder()
                    .setMatched(waiting)
                    .setSent(request.getDryRun() ? 0 : waiting)
                    .setNextOffset(request.getFromOffset() + page.size())
                    .setEndOffset(letters.size())
                    .build();
        });
    }

    private void quotaCalls(ServerServiceDefinition.Builder service) {
        on(service, AdminMethods.SET_QUOTA, request -> {
            Quota quota = request.getQuota();
            if (quota.getTarget().hasTopic()) topic(quota.getTarget().getTopic());
            quotas.put(quota.getTarget().toString(), quota);
            return quota;
        });
        on(
                service,
                AdminMethods.UNSET_QUOTA,
                request -> found(
                        quotas.remove(request.getTarget().toString()),
                        "NOT_FOUND",
                        request.getTarget().toString()));
        on(service, AdminMethods.LIST_QUOTAS, request -> {
            List<Quota> found = List.copyOf(quotas.values());
            int from = pageStart(request.getPageToken());
            return ListQuotasResponse.newBuilder()
                    .addAllQuotas(page(found, from))
                    .setNextPageToken(next(found, from))
                    .addDefaults(Quota.newBuilder()
                            .setTarget(QuotaTarget.newBuilder().setTopic(""))
                            .setIsDefault(true))
                    .build();
        });
    }

    /** Pages hold two letters. */
    private List<DeadLetter> letters(String group, long from, int max) {
        if (!group.equals("billing")) throw refused(Status.NOT_FOUND, "NOT_FOUND", group + " gave nothing up");
        return letters.stream().skip(from).limit(Math.min(PAGE, max)).toList();
    }

    private void messageCalls(ServerServiceDefinition.Builder service) {
        on(service, AdminMethods.SEND_MESSAGE, this::send);
        on(service, AdminMethods.TRACE_MESSAGE, this::trace);
        on(
                service,
                AdminMethods.PEEK_MESSAGES,
                request -> PeekMessagesResponse.newBuilder()
                        .addAllMessages(messages.stream()
                                .filter(m -> m.getTopic()
                                        .equals(topic(request.getTopic()).getName()))
                                .filter(m ->
                                        m.getQueue() == request.getQueue() && m.getOffset() >= request.getFromOffset())
                                .limit(request.getMax() == 0 ? 16 : request.getMax())
                                .toList())
                        .build());
        on(
                service,
                AdminMethods.QUERY_MESSAGES,
                request -> QueryMessagesResponse.newBuilder()
                        .addAllMessages(messages.stream()
                                .filter(m -> m.getTopic()
                                        .equals(topic(request.getTopic()).getName()))
                                .filter(m -> request.hasKey()
                                        ? m.getKeysList().contains(request.getKey())
                                        : m.getMessageId().equals(request.getId()))
                                .toList())
                        .build());
    }

    private TraceMessageResponse trace(TraceMessageRequest request) {
        topic(request.getTopic());
        lastTrace = request;
        TraceMessageResponse.Builder answer = life.toBuilder().setTopic(request.getTopic());
        return answer.setMessageId(request.getMessageId()).build();
    }

    private VerifyMessageResponse verify(VerifyMessageRequest request) {
        StoredMessage message = found(
                messages.stream()
                        .filter(m -> m.getTopic().equals(request.getTopic()))
                        .filter(m -> request.hasMessageId()
                                ? m.getMessageId().equals(request.getMessageId())
                                : m.getQueue() == request.getPlace().getQueue()
                                        && m.getOffset() == request.getPlace().getOffset())
                        .findFirst()
                        .orElse(null),
                "NOT_FOUND",
                "such message");
        String body = message.getBody().toStringUtf8();
        if (body.equals("slow")) throw refused(Status.DEADLINE_EXCEEDED, "TIMEOUT", "the client did not answer");
        return VerifyMessageResponse.newBuilder()
                .setConsumed(!body.equals("bad"))
                .setCode(body.equals("bad") ? "FAILED_TO_CONSUME_MESSAGE" : "OK")
                .setText(body.equals("bad") ? "listener failed" : "")
                .setMessageId(message.getMessageId())
                .setOffset(message.getOffset())
                .build();
    }

    private SendMessageResponse send(SendMessageRequest request) {
        topic(request.getTopic());
        if (request.getMessagesCount() > MESSAGES_PER_CALL_MAX) {
            throw refused(Status.INVALID_ARGUMENT, "INVALID_ARGUMENT", "more than 32 messages");
        }
        SendMessageResponse.Builder answer = SendMessageResponse.newBuilder();
        for (OutgoingMessage message : request.getMessagesList()) {
            if (message.getBody().equals(ByteString.copyFromUtf8("refuse me"))) {
                answer.addReceipts(Receipt.newBuilder().setRefusal("STORAGE_FULL: no space"));
                continue;
            }
            long offset = messages.size();
            messages.add(StoredMessage.newBuilder()
                    .setTopic(request.getTopic())
                    .setOffset(offset)
                    .setMessageId("id-" + offset)
                    .setType("NORMAL")
                    .setTag(message.getTag())
                    .addAllKeys(message.getKeysList())
                    .putAllProperties(message.getPropertiesMap())
                    .setBody(message.getBody())
                    .build());
            answer.addReceipts(Receipt.newBuilder().setMessageId("id-" + offset).setOffset(offset));
        }
        return answer.build();
    }

    private Group put(Group group) {
        groups.put(group.getName(), group);
        return group;
    }

    private Topic topic(String name) {
        return found(topics.get(name), "TOPIC_NOT_FOUND", "topic " + name);
    }

    private Group group(String name) {
        return found(groups.get(name), "GROUP_NOT_FOUND", "group " + name);
    }

    private static <T> T found(T value, String code, String what) {
        if (value == null) throw refused(Status.NOT_FOUND, code, "there is no " + what);
        return value;
    }

    static StatusRuntimeException refused(Status status, String code, String text) {
        Metadata trailers = new Metadata();
        trailers.put(CODE, code);
        return status.withDescription(text).asRuntimeException(trailers);
    }

    private static <T> List<T> matching(Map<String, T> all, String part) {
        return all.entrySet().stream()
                .filter(e -> e.getKey().contains(part))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static int pageStart(String token) {
        return token.isEmpty() ? 0 : Integer.parseInt(token);
    }

    private static <T> List<T> page(List<T> all, int from) {
        return all.subList(from, Math.min(all.size(), from + PAGE));
    }

    private static String next(List<?> all, int from) {
        return from + PAGE < all.size() ? Integer.toString(from + PAGE) : "";
    }

    private <Q, A> void on(
            ServerServiceDefinition.Builder service, MethodDescriptor<Q, A> method, Function<Q, A> call) {
        service.addMethod(method, ServerCalls.asyncUnaryCall((request, observer) -> {
            try {
                A answer;
                synchronized (this) {
                    answer = call.apply(request);
                }
                observer.onNext(answer);
                observer.onCompleted();
            } catch (StatusRuntimeException refusal) {
                observer.onError(refusal);
            }
        }));
    }
}
