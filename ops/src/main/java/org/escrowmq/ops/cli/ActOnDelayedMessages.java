package org.escrowmq.ops.cli;

import java.util.List;
import java.util.Locale;
import org.escrowmq.admin.v1.ActOnDelayedMessagesRequest;
import org.escrowmq.admin.v1.ActOnDelayedMessagesRequest.Action;
import org.escrowmq.admin.v1.ActOnDelayedMessagesResponse;
import org.escrowmq.admin.v1.DelayedMessage;
import org.escrowmq.ops.view.View;
import picocli.CommandLine.Mixin;

/** Does one thing to the delayed messages that are named, or to all that fit a filter. */
abstract class ActOnDelayedMessages extends ActOnMany<DelayedMessage> {
    @Mixin
    DelayFilter filter = new DelayFilter();

    abstract Action change();

    /** The new time of a RESCHEDULE; 0 for the others. */
    long dueEpochMillis() {
        return 0;
    }

    @Override
    ListFilter<DelayedMessage> filter() {
        return filter;
    }

    @Override
    String idOf(DelayedMessage entry) {
        return entry.getRecallHandle();
    }

    @Override
    View listed(List<DelayedMessage> entries) {
        return DelayViews.list(entries);
    }

    @Override
    String things() {
        return "delayed messages";
    }

    @Override
    String action() {
        return change().name().toLowerCase(Locale.ROOT);
    }

    @Override
    List<String> act(AdminClient admin, List<String> some, String operator) {
        return admin
                .call(
                        AdminMethods.ACT_ON_DELAYED_MESSAGES,
                        ActOnDelayedMessagesRequest.newBuilder()
                                .addAllRecallHandles(some)
                                .setAction(change())
                                .setDueEpochMillis(dueEpochMillis())
                                .setOperator(operator)
                                .setReason(reason)
                                .build())
                .getResultsList()
                .stream()
                .map(ActOnDelayedMessagesResponse.Result::getProblem)
                .toList();
    }
}
