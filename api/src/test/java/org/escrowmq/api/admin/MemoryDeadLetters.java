package org.escrowmq.api.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.DeadLetters;
import org.escrowmq.cluster.MessageFilter;
import org.escrowmq.cluster.QueueInspection.StoredMessage;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;

/** The dead letters of one group, in memory; what is sent back is there at once. */
final class MemoryDeadLetters implements DeadLetters {
    private final GroupName group = GroupName.of("billing");
    private final List<Letter> letters = new ArrayList<>();

    synchronized void add(Message message) {
        StoredMessage stored = new StoredMessage(0, new Offset(letters.size()), 1_000, message);
        letters.add(new Letter(stored, State.WAITING));
    }

    @Override
    public synchronized CompletionStage<Outcome<Page>> list(GroupName of, Offset from, MessageFilter filter, int max) {
        if (!of.equals(group)) return none(of);
        List<Letter> found = chosen(from, filter, max);
        return CompletableFuture.completedFuture(Outcome.done(new Page(found, next(found), end())));
    }

    @Override
    public synchronized CompletionStage<Outcome<Step>> redrive(
            GroupName of, Offset from, MessageFilter filter, int max, boolean dryRun) {
        if (!of.equals(group)) return none(of);
        List<Letter> found = chosen(from, filter, max);
        int waiting = 0;
        for (Letter letter : found) {
            if (letter.state() != State.WAITING) continue;
            waiting++;
            if (dryRun) continue;
            letters.set((int) letter.stored().offset().value(), new Letter(letter.stored(), State.REDRIVEN));
        }
        Step step = new Step(waiting, dryRun ? 0 : waiting, 0, next(found), end());
        return CompletableFuture.completedFuture(Outcome.done(step));
    }

    private List<Letter> chosen(Offset from, MessageFilter filter, int max) {
        return letters.stream()
                .filter(letter -> letter.stored().offset().compareTo(from) >= 0)
                .filter(letter ->
                        filter.accepts(MessageCodec.encode(letter.stored().message())))
                .limit(max)
                .toList();
    }

    private Offset next(List<Letter> found) {
        return found.isEmpty()
                ? end()
                : found.get(found.size() - 1).stored().offset().plus(1);
    }

    private Offset end() {
        return new Offset(letters.size());
    }

    private static <T> CompletionStage<Outcome<T>> none(GroupName of) {
        return CompletableFuture.completedFuture(
                Outcome.refused(RefusalCode.NOT_FOUND, "group " + of + " has never given a message up"));
    }
}
