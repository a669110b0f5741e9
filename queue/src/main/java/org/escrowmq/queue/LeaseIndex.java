package org.escrowmq.queue;

import org.jspecify.annotations.Nullable;

/** Leases by offset: open addressing with linear probing, at most half full, no boxed keys. */
final class LeaseIndex {
    private static final int CAPACITY_MIN = 16;
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private @Nullable Lease[] slots = new Lease[CAPACITY_MIN];
    private int size;

    @Nullable
    Lease find(long offset) {
        int mask = slots.length - 1;
        for (int slot = home(offset); ; slot = (slot + 1) & mask) {
            Lease lease = slots[slot];
            if (lease == null || lease.offset == offset) return lease;
        }
    }

    void add(Lease lease) {
        if (++size > slots.length / 2) grow();
        insert(lease);
    }

    /** Takes a lease out and closes the gap, so that no probe ends early. */
    void remove(Lease lease) {
        int mask = slots.length - 1;
        int gap = home(lease.offset);
        while (slots[gap] != lease) gap = (gap + 1) & mask;
        for (int slot = (gap + 1) & mask; ; slot = (slot + 1) & mask) {
            Lease follower = slots[slot];
            if (follower == null) break;
            if (((slot - home(follower.offset)) & mask) >= ((slot - gap) & mask)) {
                slots[gap] = follower;
                gap = slot;
            }
        }
        slots[gap] = null;
        if (--size == 0 && slots.length > 128 * CAPACITY_MIN) slots = new Lease[CAPACITY_MIN];
    }

    private void insert(Lease lease) {
        int mask = slots.length - 1;
        int slot = home(lease.offset);
        while (slots[slot] != null) slot = (slot + 1) & mask;
        slots[slot] = lease;
    }

    private void grow() {
        @Nullable Lease[] old = slots;
        slots = new Lease[old.length * 2];
        for (Lease lease : old) {
            if (lease != null) insert(lease);
        }
    }

    /** As many of the product's upper bits as number the slots. */
    private int home(long offset) {
        return (int) ((offset * GOLDEN_RATIO) >>> (33 + Integer.numberOfLeadingZeros(slots.length)));
    }
}
