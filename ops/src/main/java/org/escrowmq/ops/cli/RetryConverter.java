package org.escrowmq.ops.cli;

import java.time.Duration;
import java.util.Arrays;
import org.escrowmq.admin.v1.RetryPolicy;
import org.escrowmq.ops.view.DurationText;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads how long a failed message waits: {@code 1s,5s,30s}, a pause for each attempt; or {@code exponential:1s:10m:2}. */
final class RetryConverter implements ITypeConverter<RetryPolicy> {
    private static final String EXPONENTIAL = "exponential:";

    @Override
    public RetryPolicy convert(String text) {
        try {
            return text.startsWith(EXPONENTIAL) ? exponential(text.substring(EXPONENTIAL.length())) : steps(text);
        } catch (IllegalArgumentException wrong) {
            throw new TypeConversionException("'" + text
                    + "' is neither pauses such as 1s,5s,30s nor exponential:INITIAL:MAX:MULTIPLIER, for example"
                    + " exponential:1s:10m:2 (" + wrong.getMessage() + ")");
        }
    }

    private static RetryPolicy steps(String text) {
        RetryPolicy.Customized.Builder steps = RetryPolicy.Customized.newBuilder();
        Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(DurationText::parse)
                .map(Duration::toMillis)
                .forEach(steps::addStepMillis);
        return RetryPolicy.newBuilder().setCustomized(steps).build();
    }

    private static RetryPolicy exponential(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) throw new IllegalArgumentException(parts.length + " parts");
        double multiplier = Double.parseDouble(parts[2]);
        if (!(multiplier >= 1)) throw new IllegalArgumentException("a multiplier is at least 1, got " + parts[2]);
        return RetryPolicy.newBuilder()
                .setExponential(RetryPolicy.Exponential.newBuilder()
                        .setInitialMillis(DurationText.parse(parts[0]).toMillis())
                        .setMaxMillis(DurationText.parse(parts[1]).toMillis())
                        .setMultiplier(multiplier))
                .build();
    }
}
