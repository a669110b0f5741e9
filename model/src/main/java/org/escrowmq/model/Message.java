package org.escrowmq.model;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as its producer sent it. Immutable: nobody writes to {@code body}, and readers use {@code body.duplicate()}.
 *
 * @param id the producer's id, stable over retries
 * @param tag absent when there is none
 * @param keys search keys, may be empty
 * @param properties user properties exactly as sent
 * @param body the transmitted bytes, still encoded
 * @param bornEpochMillis the producer's clock
 * @param bornHost as sent; the peer's address where the client sent none
 * @param messageGroup the order key, for {@link MessageType#FIFO}
 * @param deliverAtEpochMillis the due time, for {@link MessageType#DELAY}
 * @param recoverAfterMillis the immunity of a half message, where the producer set one
 * @param deadLetterOrigin where the message came from, when it stands in a dead-letter queue
 */
public record Message(
        String id,
        MessageType type,
        @Nullable String tag,
        List<String> keys,
        Map<String, String> properties,
        BodyEncoding encoding,
        ByteBuffer body,
        long bornEpochMillis,
        String bornHost,
        @Nullable String messageGroup,
        @Nullable Long deliverAtEpochMillis,
        @Nullable Long recoverAfterMillis,
        @Nullable String traceContext,
        @Nullable Integer priority,
        @Nullable String liteTopic,
        @Nullable DeadLetterOrigin deadLetterOrigin) {

    /** The topic and id a dead letter had at its origin. */
    public record DeadLetterOrigin(TopicName topic, String messageId) {}

    /** The same message as it stands in a dead-letter queue; with null, as it stands in its topic. */
    public Message withDeadLetterOrigin(@Nullable DeadLetterOrigin origin) {
        return new Message(
                id,
                type,
                tag,
                keys,
                properties,
                encoding,
                body,
                bornEpochMillis,
                bornHost,
                messageGroup,
                deliverAtEpochMillis,
                recoverAfterMillis,
                traceContext,
                priority,
                liteTopic,
                origin);
    }

    /** A normal message with nothing but an id and a body. */
    public static Message normal(String id, ByteBuffer body) {
        return new Message(
                id,
                MessageType.NORMAL,
                null,
                List.of(),
                Map.of(),
                BodyEncoding.IDENTITY,
                body,
                0,
                "",
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
