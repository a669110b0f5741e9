package org.escrowmq.ops.cli;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.escrowmq.admin.v1.ActOnDelayedMessagesRequest;
import org.escrowmq.admin.v1.ActOnDelayedMessagesResponse;
import org.escrowmq.admin.v1.CountDelayedMessagesRequest;
import org.escrowmq.admin.v1.CountDelayedMessagesResponse;
import org.escrowmq.admin.v1.DelayedMessage;
import org.escrowmq.admin.v1.DelayedMessageDetail;
import org.escrowmq.admin.v1.DescribeDelayedMessageRequest;
import org.escrowmq.admin.v1.ListDelayedMessagesRequest;
import org.escrowmq.admin.v1.ListDelayedMessagesResponse;
import org.escrowmq.admin.v1.StoredMessage;

/** Delayed messages of the admin service in memory. Pages hold two. */
final class FakeDelays {
    private static final int PAGE = 2;

    final Map<String, DelayedMessage> all = new TreeMap<>();
    final List<CountDelayedMessagesResponse.Hour> hours = new ArrayList<>();
    ListDelayedMessagesRequest lastList = ListDelayedMessagesRequest.getDefaultInstance();
    ActOnDelayedMessagesRequest lastAct = ActOnDelayedMessagesRequest.getDefaultInstance();

    void add(String handle, long dueEpochMillis) {
        all.put(
                handle,
                DelayedMessage.newBuilder()
                        .setRecallHandle(handle)
                        .setTopic("reminders")
                        .setMessageId("message-of-" + handle)
                        .setState(DelayedMessage.State.WAITING)
                        .setDueEpochMillis(dueEpochMillis)
                        .build());
    }

    ListDelayedMessagesResponse list(ListDelayedMessagesRequest request) {
        lastList = request;
        List<DelayedMessage> fit = new ArrayList<>();
        for (DelayedMessage one : all.values()) {
            boolean later = one.getRecallHandle().compareTo(request.getPageToken()) > 0;
            boolean inTime = one.getDueEpochMillis() >= request.getFromEpochMillis()
                    && (request.getToEpochMillis() == 0 || one.getDueEpochMillis() < request.getToEpochMillis());
            if (later && inTime) fit.add(one);
        }
        int size = Math.min(PAGE, Math.min(fit.size(), request.getPageSize()));
        return ListDelayedMessagesResponse.newBuilder()
                .addAllMessages(fit.subList(0, size))
                .setNextPageToken(size < fit.size() ? fit.get(size - 1).getRecallHandle() : "")
                .build();
    }

    DelayedMessageDetail describe(DescribeDelayedMessageRequest request) {
        DelayedMessage found = all.values().stream()
                .filter(one -> request.hasSent()
                        ? one.getTopic().equals(request.getSent().getTopic())
                                && one.getMessageId().equals(request.getSent().getMessageId())
                        : one.getRecallHandle().equals(request.getRecallHandle()))
                .findFirst()
                .orElseThrow(() ->
                        FakeAdminServer.refused(Status.NOT_FOUND, "NOT_FOUND", "there is no such delayed message"));
        DelayedMessageDetail.Builder detail = DelayedMessageDetail.newBuilder().setDelayed(found);
        if (found.getState() == DelayedMessage.State.WAITING) {
            detail.setMessage(StoredMessage.newBuilder().setBody(ByteString.copyFromUtf8("wake up")));
        }
        return detail.build();
    }

    ActOnDelayedMessagesResponse act(ActOnDelayedMessagesRequest request) {
        lastAct = request;
        ActOnDelayedMessagesResponse.Builder response = ActOnDelayedMessagesResponse.newBuilder();
        for (String handle : request.getRecallHandlesList()) {
            response.addResults(ActOnDelayedMessagesResponse.Result.newBuilder()
                    .setRecallHandle(handle)
                    .setProblem(all.containsKey(handle) ? "" : "there is no delayed message " + handle));
        }
        return response.build();
    }

    CountDelayedMessagesResponse count(CountDelayedMessagesRequest request) {
        return CountDelayedMessagesResponse.newBuilder()
                .setTopic(request.getTopic())
                .setWaiting(hours.stream()
                        .mapToLong(CountDelayedMessagesResponse.Hour::getMessages)
                        .sum())
                .addAllHours(hours)
                .build();
    }
}
