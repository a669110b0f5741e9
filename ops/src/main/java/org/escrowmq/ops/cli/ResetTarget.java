package org.escrowmq.ops.cli;

import java.time.DateTimeException;
import org.escrowmq.admin.v1.ResetOffsetRequest;
import org.escrowmq.admin.v1.StartPosition;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a group is to go on: {@code first}, {@code latest}, a time, or {@code offset:N}. */
sealed interface ResetTarget {
    /** Says so in a request. */
    void writeTo(ResetOffsetRequest.Builder request);

    /** The oldest stored message. */
    record First() implements ResetTarget {
        @Override
        public void writeTo(ResetOffsetRequest.Builder request) {
            request.setPosition(StartPosition.FIRST);
        }
    }

    /** The end. */
    record Latest() implements ResetTarget {
        @Override
        public void writeTo(ResetOffsetRequest.Builder request) {
            request.setPosition(StartPosition.LATEST);
        }
    }

    /** The first message that was stored then or later. */
    record Time(long epochMillis) implements ResetTarget {
        @Override
        public void writeTo(ResetOffsetRequest.Builder request) {
            request.setEpochMillis(epochMillis);
        }
    }

    /** This offset. */
    record At(long offset) implements ResetTarget {
        @Override
        public void writeTo(ResetOffsetRequest.Builder request) {
            request.setOffset(offset);
        }
    }

    /** Lets picocli read it. */
    final class Converter implements ITypeConverter<ResetTarget> {
        private static final String OFFSET = "offset:";

        @Override
        public ResetTarget convert(String text) {
            if (text.equals("first")) return new First();
            if (text.equals("latest")) return new Latest();
            try {
                if (text.startsWith(OFFSET)) return new At(Long.parseLong(text.substring(OFFSET.length())));
                return new Time(InstantConverter.parse(text).toEpochMilli());
            } catch (NumberFormatException | DateTimeException e) {
                throw new TypeConversionException("'" + text
                        + "' is none of first, latest, offset:N, milliseconds since 1970, a time such as"
                        + " 2025-01-31T08:00:00Z");
            }
        }
    }
}
