package org.escrowmq.ops.cli;

import java.util.Optional;
import org.escrowmq.cluster.PropertyFilter;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --sql}: only messages that fulfil a condition. A condition that is none ends the command before it asks a server. */
final class SqlOption {
    /** Characters of an expression that are shown on either side of the place where it is wrong. */
    private static final int SHOWN_MAX = 40;

    @Option(
            names = "--sql",
            paramLabel = "EXPR",
            description = "Only messages whose properties fulfil this SQL92 condition, such as"
                    + " \"price > 20 AND region IN ('eu', 'us')\". TAGS is the tag.")
    @Nullable
    String expression;

    /** The expression, known to be right; empty without the option. */
    Optional<String> checked() {
        String text = expression;
        if (text == null) return Optional.empty();
        Optional<PropertyFilter.Mistake> mistake = PropertyFilter.mistake(text);
        if (mistake.isPresent()) throw new Failure(ExitCode.USAGE, pointed(text, mistake.get()));
        return Optional.of(text);
    }

    /** The filter that it says; empty without the option. */
    Optional<PropertyFilter> filter() {
        return checked().map(PropertyFilter::ofValid);
    }

    /** The reason, the expression (of a long one what stands around the place), and a mark below the place. */
    private static String pointed(String expression, PropertyFilter.Mistake mistake) {
        int at = mistake.position() - 1;
        int from = Math.max(0, at - SHOWN_MAX);
        int to = Math.min(expression.length(), at + SHOWN_MAX);
        String before = from > 0 ? "..." : "";
        String after = to < expression.length() ? "..." : "";
        StringBuilder shown = new StringBuilder(before);
        for (int i = from; i < to; i++) {
            char c = expression.charAt(i);
            shown.append(Character.isISOControl(c) ? ' ' : c);
        }
        return mistake.text() + "\n  " + shown + after + "\n  " + " ".repeat(before.length() + at - from) + "^";
    }
}
