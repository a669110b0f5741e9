package org.escrowmq.api.admin;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.escrowmq.admin.v1.ActOnDelayedMessagesRequest;
import org.escrowmq.admin.v1.ActOnDelayedMessagesResponse;
import org.escrowmq.admin.v1.ActOnTransactionsRequest;
import org.escrowmq.admin.v1.ActOnTransactionsResponse;
import org.escrowmq.admin.v1.AdminService;
import org.escrowmq.admin.v1.BackupRequest;
import org.escrowmq.admin.v1.BackupResponse;
import org.escrowmq.admin.v1.Client;
import org.escrowmq.admin.v1.CountDelayedMessagesRequest;
import org.escrowmq.admin.v1.CountDelayedMessagesResponse;
import org.escrowmq.admin.v1.CreateGroupRequest;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.DelayedMessageDetail;
import org.escrowmq.admin.v1.DeleteGroupRequest;
import org.escrowmq.admin.v1.DeleteTopicRequest;
import org.escrowmq.admin.v1.DescribeClientRequest;
import org.escrowmq.admin.v1.DescribeDelayedMessageRequest;
import org.escrowmq.admin.v1.DescribeGroupRequest;
import org.escrowmq.admin.v1.DescribeNodeRequest;
import org.escrowmq.admin.v1.DescribeTopicRequest;
import org.escrowmq.admin.v1.DescribeTransactionRequest;
import org.escrowmq.admin.v1.DisconnectClientRequest;
import org.escrowmq.admin.v1.DisconnectClientResponse;
import org.escrowmq.admin.v1.Group;
import org.escrowmq.admin.v1.GroupDetail;
import org.escrowmq.admin.v1.ListClientsRequest;
import org.escrowmq.admin.v1.ListClientsResponse;
import org.escrowmq.admin.v1.ListDeadLettersRequest;
import org.escrowmq.admin.v1.ListDeadLettersResponse;
import org.escrowmq.admin.v1.ListDelayedMessagesRequest;
import org.escrowmq.admin.v1.ListDelayedMessagesResponse;
import org.escrowmq.admin.v1.ListGroupsRequest;
import org.escrowmq.admin.v1.ListGroupsResponse;
import org.escrowmq.admin.v1.ListQuotasRequest;
import org.escrowmq.admin.v1.ListQuotasResponse;
import org.escrowmq.admin.v1.ListTopicsRequest;
import org.escrowmq.admin.v1.ListTopicsResponse;
import org.escrowmq.admin.v1.ListTransactionsRequest;
import org.escrowmq.admin.v1.ListTransactionsResponse;
import org.escrowmq.admin.v1.NodeDetail;
import org.escrowmq.admin.v1.PauseGroupRequest;
import org.escrowmq.admin.v1.PeekMessagesRequest;
import org.escrowmq.admin.v1.PeekMessagesResponse;
import org.escrowmq.admin.v1.PrintClientStackRequest;
import org.escrowmq.admin.v1.PrintClientStackResponse;
import org.escrowmq.admin.v1.PurgeTopicRequest;
import org.escrowmq.admin.v1.PurgeTopicResponse;
import org.escrowmq.admin.v1.QueryMessagesRequest;
import org.escrowmq.admin.v1.QueryMessagesResponse;
import org.escrowmq.admin.v1.Quota;
import org.escrowmq.admin.v1.RedriveDeadLettersRequest;
import org.escrowmq.admin.v1.RedriveDeadLettersResponse;
import org.escrowmq.admin.v1.ResetOffsetRequest;
import org.escrowmq.admin.v1.ResetOffsetResponse;
import org.escrowmq.admin.v1.ResumeGroupRequest;
import org.escrowmq.admin.v1.SendMessageRequest;
import org.escrowmq.admin.v1.SendMessageResponse;
import org.escrowmq.admin.v1.SetQuotaRequest;
import org.escrowmq.admin.v1.Topic;
import org.escrowmq.admin.v1.TopicDetail;
import org.escrowmq.admin.v1.TraceMessageRequest;
import org.escrowmq.admin.v1.TraceMessageResponse;
import org.escrowmq.admin.v1.TransactionDetail;
import org.escrowmq.admin.v1.UnsetQuotaRequest;
import org.escrowmq.admin.v1.UpdateGroupRequest;
import org.escrowmq.admin.v1.UpdateTopicRequest;
import org.escrowmq.admin.v1.VerifyMessageRequest;
import org.escrowmq.admin.v1.VerifyMessageResponse;
import org.escrowmq.cluster.Broker;
import org.escrowmq.model.RefusalCode;

/**
 * The admin service: sends each call to the class of its subject. Until the node serves, every call but DescribeNode ends
 * with UNAVAILABLE; every call but Backup ends with DEADLINE_EXCEEDED after the call time-out.
 */
final class AdminRpc implements AdminService {
    private final Readiness readiness;
    private final Duration timeout;
    private final TopicCalls topics;
    private final PurgeCalls purges;
    private final GroupCalls groups;
    private final OffsetCalls offsets;
    private final ClientCalls clients;
    private final MessageCalls messages;
    private final DeadLetterCalls deadLetters;
    private final TransactionCalls transactions;
    private final DelayCalls delays;
    private final TraceCalls traces;
    private final QuotaCalls quotas;
    private final NodeCalls node;

    AdminRpc(Broker broker, Readiness readiness, AdminSettings settings, InstantSource clock, Executor blocking) {
        this.readiness = readiness;
        this.timeout = settings.callTimeout();
        this.topics = new TopicCalls(broker);
        this.purges = new PurgeCalls(broker);
        this.groups = new GroupCalls(broker);
        this.offsets = new OffsetCalls(broker);
        this.clients = new ClientCalls(broker);
        this.messages = new MessageCalls(broker, clock, settings.replyBytesMax());
        this.deadLetters = new DeadLetterCalls(broker);
        this.transactions = new TransactionCalls(broker, clock);
        this.delays = new DelayCalls(broker);
        this.traces = new TraceCalls(broker);
        this.quotas = new QuotaCalls(broker);
        this.node = new NodeCalls(broker, readiness, settings, blocking);
    }

    @Override
    public CompletionStage<Topic> createTopic(CreateTopicRequest request) {
        return timed(() -> topics.create(request));
    }

    @Override
    public CompletionStage<ListTopicsResponse> listTopics(ListTopicsRequest request) {
        return now(() -> topics.list(request));
    }

    @Override
    public CompletionStage<TopicDetail> describeTopic(DescribeTopicRequest request) {
        return timed(() -> topics.describe(request.getName()));
    }

    @Override
    public CompletionStage<Topic> updateTopic(UpdateTopicRequest request) {
        return timed(() -> topics.update(request));
    }

    @Override
    public CompletionStage<Topic> deleteTopic(DeleteTopicRequest request) {
        return timed(() -> topics.delete(request.getName()));
    }

    @Override
    public CompletionStage<PurgeTopicResponse> purgeTopic(PurgeTopicRequest request) {
        return timed(() -> purges.purge(request));
    }

    @Override
    public CompletionStage<Group> createGroup(CreateGroupRequest request) {
        return timed(() -> groups.create(request));
    }

    @Override
    public CompletionStage<ListGroupsResponse> listGroups(ListGroupsRequest request) {
        return now(() -> groups.list(request));
    }

    @Override
    public CompletionStage<GroupDetail> describeGroup(DescribeGroupRequest request) {
        return timed(() -> groups.describe(request.getName()));
    }

    @Override
    public CompletionStage<Group> updateGroup(UpdateGroupRequest request) {
        return timed(() -> groups.update(request));
    }

    @Override
    public CompletionStage<Group> deleteGroup(DeleteGroupRequest request) {
        return timed(() -> groups.delete(request.getName()));
    }

    @Override
    public CompletionStage<Group> pauseGroup(PauseGroupRequest request) {
        return timed(() -> groups.pause(request.getName(), true));
    }

    @Override
    public CompletionStage<Group> resumeGroup(ResumeGroupRequest request) {
        return timed(() -> groups.pause(request.getName(), false));
    }

    @Override
    public CompletionStage<ResetOffsetResponse> resetOffset(ResetOffsetRequest request) {
        return timed(() -> offsets.reset(request));
    }

    @Override
    public CompletionStage<ListClientsResponse> listClients(ListClientsRequest request) {
        return now(() -> clients.list(request));
    }

    @Override
    public CompletionStage<Client> describeClient(DescribeClientRequest request) {
        return now(() -> clients.describe(request.getId()));
    }

    @Override
    public CompletionStage<DisconnectClientResponse> disconnectClient(DisconnectClientRequest request) {
        return now(() -> clients.disconnect(request));
    }

    @Override
    public CompletionStage<PrintClientStackResponse> printClientStack(PrintClientStackRequest request) {
        return timed(() -> clients.stack(request.getId()));
    }

    @Override
    public CompletionStage<VerifyMessageResponse> verifyMessage(VerifyMessageRequest request) {
        return timed(() -> clients.verify(request));
    }

    @Override
    public CompletionStage<SendMessageResponse> sendMessage(SendMessageRequest request) {
        return timed(() -> messages.send(request));
    }

    @Override
    public CompletionStage<PeekMessagesResponse> peekMessages(PeekMessagesRequest request) {
        return timed(() -> messages.peek(request));
    }

    @Override
    public CompletionStage<QueryMessagesResponse> queryMessages(QueryMessagesRequest request) {
        return timed(() -> messages.query(request));
    }

    @Override
    public CompletionStage<ListDeadLettersResponse> listDeadLetters(ListDeadLettersRequest request) {
        return timed(() -> deadLetters.list(request));
    }

    @Override
    public CompletionStage<RedriveDeadLettersResponse> redriveDeadLetters(RedriveDeadLettersRequest request) {
        return timed(() -> deadLetters.redrive(request));
    }

    @Override
    public CompletionStage<ListTransactionsResponse> listTransactions(ListTransactionsRequest request) {
        return timed(() -> transactions.list(request));
    }

    @Override
    public CompletionStage<TransactionDetail> describeTransaction(DescribeTransactionRequest request) {
        return timed(() -> transactions.describe(request));
    }

    @Override
    public CompletionStage<ActOnTransactionsResponse> actOnTransactions(ActOnTransactionsRequest request) {
        return timed(() -> transactions.act(request));
    }

    @Override
    public CompletionStage<ListDelayedMessagesResponse> listDelayedMessages(ListDelayedMessagesRequest request) {
        return timed(() -> delays.list(request));
    }

    @Override
    public CompletionStage<DelayedMessageDetail> describeDelayedMessage(DescribeDelayedMessageRequest request) {
        return timed(() -> delays.describe(request));
    }

    @Override
    public CompletionStage<ActOnDelayedMessagesResponse> actOnDelayedMessages(ActOnDelayedMessagesRequest request) {
        return timed(() -> delays.act(request));
    }

    @Override
    public CompletionStage<CountDelayedMessagesResponse> countDelayedMessages(CountDelayedMessagesRequest request) {
        return timed(() -> delays.count(request));
    }

    @Override
    public CompletionStage<TraceMessageResponse> traceMessage(TraceMessageRequest request) {
        return timed(() -> traces.trace(request));
    }

    @Override
    public CompletionStage<Quota> setQuota(SetQuotaRequest request) {
        return timed(() -> quotas.set(request));
    }

    @Override
    public CompletionStage<Quota> unsetQuota(UnsetQuotaRequest request) {
        return timed(() -> quotas.unset(request));
    }

    @Override
    public CompletionStage<ListQuotasResponse> listQuotas(ListQuotasRequest request) {
        return now(() -> quotas.list(request));
    }

    @Override
    public CompletionStage<NodeDetail> describeNode(DescribeNodeRequest request) {
        return CompletableFuture.completedFuture(node.describe());
    }

    @Override
    public CompletionStage<BackupResponse> backup(BackupRequest request) {
        requireServing();
        return node.backup(request);
    }

    private <T> CompletionStage<T> now(Supplier<T> answer) {
        requireServing();
        return CompletableFuture.completedFuture(answer.get());
    }

    private <T> CompletionStage<T> timed(Supplier<CompletionStage<T>> call) {
        requireServing();
        return call.get()
                .thenApply(answer -> answer)
                .toCompletableFuture()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void requireServing() {
        String reason = readiness.reason();
        if (reason != null) throw new Rejection(RefusalCode.UNAVAILABLE, reason);
    }
}
