package org.escrowmq.ops.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A moment, as ISO 8601 with its zone or as milliseconds since 1970. */
final class InstantConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
        try {
            return parse(text);
        } catch (NumberFormatException | DateTimeException e) {
            throw new TypeConversionException("'" + text
                    + "' is neither a time with its zone, such as 2025-01-31T08:00:00Z, nor milliseconds since 1970");
        }
    }

    /** The moment that {@code text} names, or a NumberFormatException or DateTimeException. */
    static Instant parse(String text) {
        if (text.chars().allMatch(Character::isDigit)) return Instant.ofEpochMilli(Long.parseLong(text));
        return OffsetDateTime.parse(text).toInstant();
    }
}
