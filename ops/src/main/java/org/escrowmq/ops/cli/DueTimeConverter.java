package org.escrowmq.ops.cli;

import java.time.DateTimeException;
import java.time.Instant;
import org.escrowmq.ops.view.DurationText;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** When a message is due, in whole milliseconds: a moment as {@link InstantConverter} reads it, or so far ahead of now, as {@code +10m}. */
final class DueTimeConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
        try {
            return Instant.ofEpochMilli(parse(text).toEpochMilli());
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw new TypeConversionException("'" + text
                    + "' is none of a time with its zone, such as 2025-01-31T08:00:00Z, milliseconds since 1970, or a"
                    + " time from now, such as +10m");
        }
    }

    private static Instant parse(String text) {
        if (text.startsWith("+")) return Instant.now().plus(DurationText.parse(text.substring(1)));
        return InstantConverter.parse(text);
    }
}
