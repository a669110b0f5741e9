package org.escrowmq.queue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.escrowmq.model.Offset;

/**
 * What is left of a Deliver when it is decided: each offset once, and only what is available by now. New messages that would
 * raise the outstanding ones above the limit are left out, counting those that the delivery passes over.
 */
record DeliveryPlan(List<Offset> taken, List<Offset> skipped) {
    static DeliveryPlan of(GroupState group, QueueCommand.Deliver command, long next, int inFlightMax, long nowMillis) {
        Set<Offset> named = new HashSet<>();
        List<Offset> taken = available(command.take(), named, group, next, nowMillis);
        List<Offset> skipped = available(command.skip(), named, group, next, nowMillis);
        long bound = firstWithoutRoom(group, taken, skipped, inFlightMax);
        if (bound < next) {
            taken.removeIf(offset -> offset.value() >= bound);
            skipped.removeIf(offset -> offset.value() >= bound);
        }
        return new DeliveryPlan(taken, skipped);
    }

    boolean isEmpty() {
        return taken.isEmpty() && skipped.isEmpty();
    }

    /** The leases that the plan gives, in its order. */
    List<QueueReply.Leased> leases(GroupState group) {
        List<QueueReply.Leased> leases = new ArrayList<>(taken.size());
        long deliveryNumber = group.nextDeliveryNumber();
        for (Offset offset : taken) {
            Lease lease = group.lease(offset.value());
            leases.add(new QueueReply.Leased(offset, lease == null ? 1 : lease.nextAttempt(), deliveryNumber++));
        }
        return leases;
    }

    private static List<Offset> available(
            List<Offset> asked, Set<Offset> named, GroupState group, long next, long nowMillis) {
        List<Offset> available = new ArrayList<>(asked.size());
        for (Offset offset : asked) {
            if (group.available(offset.value(), next, nowMillis) && named.add(offset)) available.add(offset);
        }
        return available;
    }

    /** The new offset from which on there is no room; Long.MAX_VALUE when there is room for all. */
    private static long firstWithoutRoom(GroupState group, List<Offset> taken, List<Offset> skipped, int inFlightMax) {
        long[] rising = newOffsets(group.cursor(), taken, skipped);
        long room = (long) inFlightMax - group.leases.size();
        long expected = group.cursor();
        for (long entry : rising) {
            long offset = entry >> 1;
            room -= offset - expected + (entry & 1);
            if (room < 0) return offset;
            expected = offset + 1;
        }
        return Long.MAX_VALUE;
    }

    /** The named offsets from the cursor on, in order, each shifted left by a bit that is 1 where it is taken. */
    private static long[] newOffsets(long cursor, List<Offset> taken, List<Offset> skipped) {
        long[] entries = new long[taken.size() + skipped.size()];
        int count = 0;
        for (Offset offset : taken) if (offset.value() >= cursor) entries[count++] = offset.value() << 1 | 1;
        for (Offset offset : skipped) if (offset.value() >= cursor) entries[count++] = offset.value() << 1;
        long[] rising = Arrays.copyOf(entries, count);
        Arrays.sort(rising);
        return rising;
    }
}
