package org.escrowmq.api.messaging;

import apache.rocketmq.v2.CustomizedBackoff;
import apache.rocketmq.v2.ExponentialBackoff;
import apache.rocketmq.v2.Language;
import apache.rocketmq.v2.UA;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.cluster.RetryPolicy;

/**
 * How long failed messages wait, told in words that the client understands. A client that does not understand its policy waits
 * not at all or always the same time, and a message that fails for a minute is then dead before the minute is over.
 *
 * <pre>
 *                    a list of steps     exponential
 * C++, Python        understood          ignored: told as a list
 * Node up to 1.0.8   ignored: told as    understood, but seconds are taken for milliseconds: told a
 *                    exponential         thousand times as long
 * all others         understood          understood
 * </pre>
 *
 * Producers are always told exponentially: several of them refuse anything else.
 */
final class BackoffAnswer {
    /** Steps that an exponential policy is told as, at most: those of a group with more attempts repeat the last one. */
    static final int STEPS_MAX = 64;

    private static final ClientVersion LAST_NODE_WITHOUT_STEPS = new ClientVersion(1, 0, 8);

    private BackoffAnswer() {}

    static apache.rocketmq.v2.RetryPolicy producer(RetryPolicy.Exponential policy, int maxAttempts, UA client) {
        return wire(takesSecondsForMillis(client) ? stretched(policy) : policy, maxAttempts);
    }

    static apache.rocketmq.v2.RetryPolicy consumer(RetryPolicy policy, int maxAttempts, UA client) {
        if (takesSecondsForMillis(client)) return wire(stretched(exponential(policy)), maxAttempts);
        if (knowsStepsOnly(client)) return wire(steps(policy, maxAttempts), maxAttempts);
        return wire(policy, maxAttempts);
    }

    private static boolean knowsStepsOnly(UA client) {
        return client.getLanguage() == Language.CPP || client.getLanguage() == Language.PYTHON;
    }

    private static boolean takesSecondsForMillis(UA client) {
        if (client.getLanguage() != Language.NODE_JS) return false;
        ClientVersion version = ClientVersion.read(client.getVersion());
        return version != null && version.compareTo(LAST_NODE_WITHOUT_STEPS) <= 0;
    }

    private static RetryPolicy.Exponential stretched(RetryPolicy.Exponential policy) {
        return new RetryPolicy.Exponential(
                policy.initial().multipliedBy(1000), policy.max().multipliedBy(1000), policy.multiplier());
    }

    /** From the first step to the last in as many steps, each the same multiple of the one before. */
    private static RetryPolicy.Exponential exponential(RetryPolicy policy) {
        if (policy instanceof RetryPolicy.Exponential same) return same;
        List<Duration> steps = ((RetryPolicy.Customized) policy).steps();
        Duration first = steps.get(0);
        Duration last = steps.get(steps.size() - 1);
        boolean grows = !first.isZero() && last.compareTo(first) > 0;
        double multiplier = grows ? Math.pow((double) last.toMillis() / first.toMillis(), 1.0 / (steps.size() - 1)) : 1;
        return new RetryPolicy.Exponential(first, grows ? last : first, multiplier);
    }

    /** One step for each attempt that may follow a failed one, so that no client reads beyond the end. */
    private static RetryPolicy.Customized steps(RetryPolicy policy, int maxAttempts) {
        if (policy instanceof RetryPolicy.Customized same) return same;
        RetryPolicy.Exponential exponential = (RetryPolicy.Exponential) policy;
        List<Duration> steps = new ArrayList<>();
        double millis = exponential.initial().toMillis();
        do {
            steps.add(
                    Duration.ofMillis((long) Math.min(millis, exponential.max().toMillis())));
            millis *= exponential.multiplier();
        } while (steps.size() < Math.min(STEPS_MAX, maxAttempts - 1));
        return new RetryPolicy.Customized(steps);
    }

    private static apache.rocketmq.v2.RetryPolicy wire(RetryPolicy policy, int maxAttempts) {
        apache.rocketmq.v2.RetryPolicy.Builder wire =
                apache.rocketmq.v2.RetryPolicy.newBuilder().setMaxAttempts(maxAttempts);
        if (policy instanceof RetryPolicy.Customized customized) {
            CustomizedBackoff.Builder steps = CustomizedBackoff.newBuilder();
            customized.steps().forEach(step -> steps.addNext(WireTimes.duration(step)));
            return wire.setCustomizedBackoff(steps).build();
        }
        RetryPolicy.Exponential exponential = (RetryPolicy.Exponential) policy;
        return wire.setExponentialBackoff(ExponentialBackoff.newBuilder()
                        .setInitial(WireTimes.duration(exponential.initial()))
                        .setMax(WireTimes.duration(exponential.max()))
                        .setMultiplier((float) exponential.multiplier()))
                .build();
    }
}
