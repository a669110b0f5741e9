package org.escrowmq.systemtests.delay;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.RecallMessageResponse;
import apache.rocketmq.v2.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What was answered to the recall of each of so many messages, and how long after its time the recall was called. Thread-safe. */
final class RecallAnswers {
    /** What a recall was told. */
    enum Answer {
        NONE,
        RECALLED,
        ALREADY_DELIVERED,
        /** None of those that a recall of a known message may have. */
        ANOTHER;

        static Answer of(RecallMessageResponse response, String messageId) {
            Status status = response.getStatus();
            if (status.getCode() == Code.OK) {
                return response.getMessageId().equals(messageId) ? RECALLED : ANOTHER;
            }
            boolean delivered =
                    status.getCode() == Code.NOT_FOUND && status.getMessage().startsWith(ALREADY_DELIVERED.name());
            return delivered ? ALREADY_DELIVERED : ANOTHER;
        }
    }

    private static final int SHOWN_MAX = 10;
    /** Lateness is kept from this long before the time on, since a histogram has no negative values. */
    private static final long ZERO_MICROS = 1_000_000;

    private final AtomicIntegerArray answers;
    private final LongAdder answered = new LongAdder();
    private final Histogram recalledMicros = new ConcurrentHistogram(100 * ZERO_MICROS, 5);
    private final Histogram deliveredMicros = new ConcurrentHistogram(100 * ZERO_MICROS, 5);
    private final List<String> others = new ArrayList<>();

    RecallAnswers(int recalls) {
        this.answers = new AtomicIntegerArray(recalls);
    }

    /** {@code lateMicros}: after the message's time, negative before it. {@code text}: the whole answer. */
    void answered(int number, Answer answer, long lateMicros, String text) {
        answers.set(number, answer.ordinal());
        if (answer == Answer.RECALLED) recalledMicros.recordValue(shifted(lateMicros));
        else if (answer == Answer.ALREADY_DELIVERED) deliveredMicros.recordValue(shifted(lateMicros));
        else another("recall of message " + number + ", " + lateMicros + " us after its time: " + text);
        answered.increment();
    }

    private static long shifted(long lateMicros) {
        return Math.max(0, Math.min(lateMicros + ZERO_MICROS, 100 * ZERO_MICROS));
    }

    private synchronized void another(String text) {
        if (others.size() < SHOWN_MAX) others.add(text.strip().replace('\n', ' '));
    }

    long answered() {
        return answered.sum();
    }

    long count(Answer answer) {
        return histogram(answer).getTotalCount();
    }

    /** How long after its time the recall was called that got this answer, in milliseconds. */
    double lateMillis(Answer answer, double percentile) {
        return (histogram(answer).getValueAtPercentile(percentile) - ZERO_MICROS) / 1e3;
    }

    private Histogram histogram(Answer answer) {
        return answer == Answer.RECALLED ? recalledMicros : deliveredMicros;
    }

    /** Where an answer and what came do not agree; the first of many and how many more. */
    synchronized List<String> findings(Deliveries deliveries) {
        List<String> all = new ArrayList<>(others);
        int more = 0;
        for (int number = 0; number < answers.length(); number++) {
            Answer answer = Answer.values()[answers.get(number)];
            int times = deliveries.times(number);
            boolean agrees =
                    answer == Answer.RECALLED && times == 0 || answer == Answer.ALREADY_DELIVERED && times == 1;
            if (agrees) continue;
            if (all.size() < 2 * SHOWN_MAX)
                all.add("message " + number + ": answer " + answer + ", came " + times + " times");
            else more++;
        }
        if (more > 0) all.add("and " + more + " more that do not agree");
        return all;
    }
}
