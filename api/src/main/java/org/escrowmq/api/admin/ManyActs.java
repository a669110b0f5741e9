package org.escrowmq.api.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.escrowmq.model.Outcome;

/** What an operator does to many things at once, to each for itself. It is recorded with who did it, and why. */
final class ManyActs {
    private static final int ACTED_ON_MAX = 1_000;
    private static final int NAME_CHARS_MAX = 200;

    private ManyActs() {}

    /** What came of one; {@code problem} is empty where it was done. */
    record Done(String id, String problem) {}

    /**
     * Acts on each of {@code ids}, which the request has in {@code field}; answers in their order.
     *
     * @param act gets an id, and who acts and why in one text
     */
    static CompletionStage<List<Done>> act(
            String field,
            List<String> ids,
            String operator,
            String reason,
            BiFunction<String, String, CompletionStage<Outcome<Boolean>>> act) {
        Inputs.within("the number of " + field, ids.size(), 1, ACTED_ON_MAX);
        String by = by(operator, reason);
        List<CompletableFuture<Done>> all = new ArrayList<>();
        for (String id : ids) {
            all.add(act.apply(id, by)
                    .thenApply(outcome -> new Done(id, outcome.fold(done -> "", refusal -> refusal.text())))
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(done -> all.stream().map(CompletableFuture::join).toList());
    }

    private static String by(String operator, String reason) {
        Inputs.text("operator", operator, NAME_CHARS_MAX);
        Inputs.text("reason", reason, NAME_CHARS_MAX);
        if (operator.isBlank()) throw Rejection.invalid("operator must say who it is: it is recorded");
        return reason.isBlank() ? operator : operator + ": " + reason;
    }
}
