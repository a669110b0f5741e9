package org.escrowmq.ops.cli;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import org.escrowmq.admin.v1.ActOnDelayedMessagesRequest;
import org.escrowmq.admin.v1.ActOnDelayedMessagesResponse;
import org.escrowmq.admin.v1.ActOnTransactionsRequest;
import org.escrowmq.admin.v1.ActOnTransactionsResponse;
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

/**
 * The calls of the admin service, for a blocking grpc-java client: the generated client needs an actor system, which takes longer to
 * start than a command may run. A test holds this list against the service's descriptor.
 */
final class AdminMethods {
    static final String SERVICE = "escrow.admin.v1.AdminService";

    static final MethodDescriptor<CreateTopicRequest, Topic> CREATE_TOPIC =
            unary("CreateTopic", CreateTopicRequest.getDefaultInstance(), Topic.getDefaultInstance());
    static final MethodDescriptor<ListTopicsRequest, ListTopicsResponse> LIST_TOPICS =
            unary("ListTopics", ListTopicsRequest.getDefaultInstance(), ListTopicsResponse.getDefaultInstance());
    static final MethodDescriptor<DescribeTopicRequest, TopicDetail> DESCRIBE_TOPIC =
            unary("DescribeTopic", DescribeTopicRequest.getDefaultInstance(), TopicDetail.getDefaultInstance());
    static final MethodDescriptor<UpdateTopicRequest, Topic> UPDATE_TOPIC =
            unary("UpdateTopic", UpdateTopicRequest.getDefaultInstance(), Topic.getDefaultInstance());
    static final MethodDescriptor<DeleteTopicRequest, Topic> DELETE_TOPIC =
            unary("DeleteTopic", DeleteTopicRequest.getDefaultInstance(), Topic.getDefaultInstance());

    static final MethodDescriptor<PurgeTopicRequest, PurgeTopicResponse> PURGE_TOPIC =
            unary("PurgeTopic", PurgeTopicRequest.getDefaultInstance(), PurgeTopicResponse.getDefaultInstance());

    static final MethodDescriptor<CreateGroupRequest, Group> CREATE_GROUP =
            unary("CreateGroup", CreateGroupRequest.getDefaultInstance(), Group.getDefaultInstance());
    static final MethodDescriptor<ListGroupsRequest, ListGroupsResponse> LIST_GROUPS =
            unary("ListGroups", ListGroupsRequest.getDefaultInstance(), ListGroupsResponse.getDefaultInstance());
    static final MethodDescriptor<DescribeGroupRequest, GroupDetail> DESCRIBE_GROUP =
            unary("DescribeGroup", DescribeGroupRequest.getDefaultInstance(), GroupDetail.getDefaultInstance());
    static final MethodDescriptor<UpdateGroupRequest, Group> UPDATE_GROUP =
            unary("UpdateGroup", UpdateGroupRequest.getDefaultInstance(), Group.getDefaultInstance());
    static final MethodDescriptor<DeleteGroupRequest, Group> DELETE_GROUP =
            unary("DeleteGroup", DeleteGroupRequest.getDefaultInstance(), Group.getDefaultInstance());
    static final MethodDescriptor<PauseGroupRequest, Group> PAUSE_GROUP =
            unary("PauseGroup", PauseGroupRequest.getDefaultInstance(), Group.getDefaultInstance());
    static final MethodDescriptor<ResumeGroupRequest, Group> RESUME_GROUP =
            unary("ResumeGroup", ResumeGroupRequest.getDefaultInstance(), Group.getDefaultInstance());

    static final MethodDescriptor<ResetOffsetRequest, ResetOffsetResponse> RESET_OFFSET =
            unary("ResetOffset", ResetOffsetRequest.getDefaultInstance(), ResetOffsetResponse.getDefaultInstance());

    static final MethodDescriptor<ListClientsRequest, ListClientsResponse> LIST_CLIENTS =
            unary("ListClients", ListClientsRequest.getDefaultInstance(), ListClientsResponse.getDefaultInstance());
    static final MethodDescriptor<DescribeClientRequest, Client> DESCRIBE_CLIENT =
            unary("DescribeClient", DescribeClientRequest.getDefaultInstance(), Client.getDefaultInstance());
    static final MethodDescriptor<DisconnectClientRequest, DisconnectClientResponse> DISCONNECT_CLIENT = unary(
            "DisconnectClient",
            DisconnectClientRequest.getDefaultInstance(),
            DisconnectClientResponse.getDefaultInstance());

    static final MethodDescriptor<PrintClientStackRequest, PrintClientStackResponse> PRINT_CLIENT_STACK = unary(
            "PrintClientStack",
            PrintClientStackRequest.getDefaultInstance(),
            PrintClientStackResponse.getDefaultInstance());
    static final MethodDescriptor<VerifyMessageRequest, VerifyMessageResponse> VERIFY_MESSAGE = unary(
            "VerifyMessage", VerifyMessageRequest.getDefaultInstance(), VerifyMessageResponse.getDefaultInstance());

    static final MethodDescriptor<SendMessageRequest, SendMessageResponse> SEND_MESSAGE =
            unary("SendMessage", SendMessageRequest.getDefaultInstance(), SendMessageResponse.getDefaultInstance());
    static final MethodDescriptor<PeekMessagesRequest, PeekMessagesResponse> PEEK_MESSAGES =
            unary("PeekMessages", PeekMessagesRequest.getDefaultInstance(), PeekMessagesResponse.getDefaultInstance());
    static final MethodDescriptor<QueryMessagesRequest, QueryMessagesResponse> QUERY_MESSAGES = unary(
            "QueryMessages", QueryMessagesRequest.getDefaultInstance(), QueryMessagesResponse.getDefaultInstance());

    static final MethodDescriptor<ListDeadLettersRequest, ListDeadLettersResponse> LIST_DEAD_LETTERS = unary(
            "ListDeadLetters",
            ListDeadLettersRequest.getDefaultInstance(),
            ListDeadLettersResponse.getDefaultInstance());
    static final MethodDescriptor<RedriveDeadLettersRequest, RedriveDeadLettersResponse> REDRIVE_DEAD_LETTERS = unary(
            "RedriveDeadLetters",
            RedriveDeadLettersRequest.getDefaultInstance(),
            RedriveDeadLettersResponse.getDefaultInstance());
    static final MethodDescriptor<ListTransactionsRequest, ListTransactionsResponse> LIST_TRANSACTIONS = unary(
            "ListTransactions",
            ListTransactionsRequest.getDefaultInstance(),
            ListTransactionsResponse.getDefaultInstance());
    static final MethodDescriptor<DescribeTransactionRequest, TransactionDetail> DESCRIBE_TRANSACTION = unary(
            "DescribeTransaction",
            DescribeTransactionRequest.getDefaultInstance(),
            TransactionDetail.getDefaultInstance());
    static final MethodDescriptor<ActOnTransactionsRequest, ActOnTransactionsResponse> ACT_ON_TRANSACTIONS = unary(
            "ActOnTransactions",
            ActOnTransactionsRequest.getDefaultInstance(),
            ActOnTransactionsResponse.getDefaultInstance());
    static final MethodDescriptor<ListDelayedMessagesRequest, ListDelayedMessagesResponse> LIST_DELAYED_MESSAGES =
            unary(
                    "ListDelayedMessages",
                    ListDelayedMessagesRequest.getDefaultInstance(),
                    ListDelayedMessagesResponse.getDefaultInstance());
    static final MethodDescriptor<DescribeDelayedMessageRequest, DelayedMessageDetail> DESCRIBE_DELAYED_MESSAGE = unary(
            "DescribeDelayedMessage",
            DescribeDelayedMessageRequest.getDefaultInstance(),
            DelayedMessageDetail.getDefaultInstance());
    static final MethodDescriptor<ActOnDelayedMessagesRequest, ActOnDelayedMessagesResponse> ACT_ON_DELAYED_MESSAGES =
            unary(
                    "ActOnDelayedMessages",
                    ActOnDelayedMessagesRequest.getDefaultInstance(),
                    ActOnDelayedMessagesResponse.getDefaultInstance());
    static final MethodDescriptor<CountDelayedMessagesRequest, CountDelayedMessagesResponse> COUNT_DELAYED_MESSAGES =
            unary(
                    "CountDelayedMessages",
                    CountDelayedMessagesRequest.getDefaultInstance(),
                    CountDelayedMessagesResponse.getDefaultInstance());
    static final MethodDescriptor<TraceMessageRequest, TraceMessageResponse> TRACE_MESSAGE =
            unary("TraceMessage", TraceMessageRequest.getDefaultInstance(), TraceMessageResponse.getDefaultInstance());
    static final MethodDescriptor<SetQuotaRequest, Quota> SET_QUOTA =
            unary("SetQuota", SetQuotaRequest.getDefaultInstance(), Quota.getDefaultInstance());
    static final MethodDescriptor<UnsetQuotaRequest, Quota> UNSET_QUOTA =
            unary("UnsetQuota", UnsetQuotaRequest.getDefaultInstance(), Quota.getDefaultInstance());
    static final MethodDescriptor<ListQuotasRequest, ListQuotasResponse> LIST_QUOTAS =
            unary("ListQuotas", ListQuotasRequest.getDefaultInstance(), ListQuotasResponse.getDefaultInstance());

    static final MethodDescriptor<DescribeNodeRequest, NodeDetail> DESCRIBE_NODE =
            unary("DescribeNode", DescribeNodeRequest.getDefaultInstance(), NodeDetail.getDefaultInstance());
    static final MethodDescriptor<BackupRequest, BackupResponse> BACKUP =
            unary("Backup", BackupRequest.getDefaultInstance(), BackupResponse.getDefaultInstance());

    private AdminMethods() {}

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> unary(
            String name, Q request, A answer) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
    }
}
