package org.escrowmq.delay;

import java.time.Duration;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;

/** Decides what comes of a command on a message that waits. Pure; server time only. */
public final class DelayDecider {
    /** The key of the longest delay. */
    public static final String MAX_DELAY_KEY = "escrow.delay-scheduler.max-delay";

    private static final long DAY_SECONDS = 86_400;

    private final Duration maxDelay;

    /** Messages wait at most {@code maxDelay}. */
    public DelayDecider(Duration maxDelay) {
        this.maxDelay = maxDelay;
    }

    /** The event that the command leads to, or a refusal. */
    public Outcome<DelayEvent> decide(Delayed waiting, DelayCommand command, long epochMillis) {
        if (command instanceof DelayCommand.Recall recall) {
            return Outcome.done(new DelayEvent.Recalled(
                    waiting.number(),
                    waiting.messageId(),
                    new Delayed.Change(epochMillis, recall.source(), recall.by())));
        }
        if (command instanceof DelayCommand.Fire fire) return moved(waiting, epochMillis, fire.by(), epochMillis);
        DelayCommand.Reschedule to = (DelayCommand.Reschedule) command;
        long ahead = to.dueEpochMillis() - epochMillis;
        if (ahead > maxDelay.toMillis()) {
            return new Outcome.Refused<>(new Refusal(RefusalCode.INVALID_ARGUMENT, tooFar(maxDelay, ahead)));
        }
        return moved(waiting, Math.max(0, to.dueEpochMillis()), to.by(), epochMillis);
    }

    private static Outcome<DelayEvent> moved(Delayed waiting, long due, String by, long epochMillis) {
        return Outcome.done(new DelayEvent.Rescheduled(
                waiting.number(), due, new Delayed.Change(epochMillis, Source.OPERATOR, by)));
    }

    /** What is said of a time that lies too far ahead. */
    public static String tooFar(Duration maxDelay, long aheadMillis) {
        return "a delivery time lies at most " + text(maxDelay) + " ahead (" + MAX_DELAY_KEY + "), got "
                + text(Duration.ofMillis(aheadMillis));
    }

    private static String text(Duration duration) {
        long days = duration.toDays();
        long seconds = duration.toSeconds() % DAY_SECONDS;
        if (days == 0) return seconds + " s";
        return seconds == 0 ? days + " d" : days + " d " + seconds + " s";
    }
}
