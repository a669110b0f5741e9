package org.escrowmq.api.admin;

import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.DeadLetter;
import org.escrowmq.admin.v1.ListDeadLettersRequest;
import org.escrowmq.admin.v1.ListDeadLettersResponse;
import org.escrowmq.admin.v1.RedriveDeadLettersRequest;
import org.escrowmq.admin.v1.RedriveDeadLettersResponse;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.DeadLetters;
import org.escrowmq.cluster.MessageFilter;
import org.escrowmq.cluster.PropertyFilter;
import org.escrowmq.cluster.TagFilter;
import org.escrowmq.model.DeadLetterNames;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.TopicName;

/** The calls about what groups gave up. */
final class DeadLetterCalls {
    private static final int SHOWN_DEFAULT = 16;
    private static final int PER_CALL_MAX = 32;

    private final Broker broker;

    DeadLetterCalls(Broker broker) {
        this.broker = broker;
    }

    CompletionStage<ListDeadLettersResponse> list(ListDeadLettersRequest request) {
        GroupName group = Inputs.group(request.getGroup());
        TopicName topic = DeadLetterNames.topicOf(group);
        return broker.deadLetters()
                .list(group, from(request.getFromOffset()), filter(request.getWhere()), max(request.getMax()))
                .thenApply(outcome -> {
                    DeadLetters.Page page = Inputs.valueOf(outcome);
                    ListDeadLettersResponse.Builder response = ListDeadLettersResponse.newBuilder()
                            .setNextOffset(page.next().value())
                            .setEndOffset(page.end().value());
                    for (DeadLetters.Letter letter : page.letters()) {
                        response.addLetters(DeadLetter.newBuilder()
                                .setMessage(Wire.message(topic, letter.stored()))
                                .setState(state(letter.state())));
                    }
                    return response.build();
                });
    }

    CompletionStage<RedriveDeadLettersResponse> redrive(RedriveDeadLettersRequest request) {
        GroupName group = Inputs.group(request.getGroup());
        return broker.deadLetters()
                .redrive(
                        group,
                        from(request.getFromOffset()),
                        filter(request.getWhere()),
                        max(request.getMax()),
                        request.getDryRun())
                .thenApply(outcome -> {
                    DeadLetters.Step step = Inputs.valueOf(outcome);
                    return RedriveDeadLettersResponse.newBuilder()
                            .setMatched(step.matched())
                            .setSent(step.sent())
                            .setStranded(step.stranded())
                            .setNextOffset(step.next().value())
                            .setEndOffset(step.end().value())
                            .build();
                });
    }

    private static Offset from(long offset) {
        return new Offset(Inputs.within("from_offset", offset, 0, Long.MAX_VALUE));
    }

    private static int max(int asked) {
        return Inputs.orDefault(Inputs.within("max", asked, 0, PER_CALL_MAX), SHOWN_DEFAULT);
    }

    private static MessageFilter filter(String where) {
        return where.isBlank() ? TagFilter.ALL : Inputs.valueOf(PropertyFilter.parse(where));
    }

    private static DeadLetter.State state(DeadLetters.State state) {
        return switch (state) {
            case WAITING -> DeadLetter.State.WAITING;
            case MOVING -> DeadLetter.State.MOVING;
            case REDRIVEN -> DeadLetter.State.REDRIVEN;
        };
    }
}
