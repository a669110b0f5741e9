package org.escrowmq.queue;

import java.util.List;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Refusal;

/** What a queue answers, to be sent once the decision's events are durable. */
public sealed interface QueueReply {
    /** The messages have the offsets from {@code first} on. */
    record Appended(Offset first) implements QueueReply {}

    /** One lease. {@code attempt} counts from 1; {@code deliveryNumber} is new for each delivery and each change. */
    record Leased(Offset offset, int attempt, long deliveryNumber) {}

    /** The leases that were given, in the order asked; may be empty. */
    record Delivered(List<Leased> leases) implements QueueReply {}

    /** The lease runs under a new number. */
    record InvisibleChanged(long deliveryNumber) implements QueueReply {}

    /** Moves that were intended, to be carried out once that is durable; may be none. */
    record Moving(List<Move> moves) implements QueueReply {}

    /** Done, nothing more to say (also where there was nothing to do). */
    record Ok() implements QueueReply {}

    /** Not done. */
    record Refused(Refusal refusal) implements QueueReply {}
}
