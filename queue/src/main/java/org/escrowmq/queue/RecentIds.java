package org.escrowmq.queue;

/**
 * The fingerprints of the ids of a queue's newest messages, by offset (of those that wait for their time: by number), with the time at
 * which each was stored. Bounded in number; the oldest is forgotten first. Two ids may have one fingerprint: then the newer message is
 * found.
 *
 * <p>The offsets of what is remembered follow each other without a gap, so an offset is its own place in a ring. Beside it
 * stands an index of the ring by fingerprint: open addressing with linear probing, at most half full, no boxed keys. 24 bytes
 * a message.
 *
 * <p>Beyond {@link IdRoom#FREE} places the ring grows only while its {@link IdRoom} lets it; else the oldest is forgotten.
 */
public final class RecentIds {
    /** No offset. */
    public static final long NONE = -1;

    private static final int CAPACITY_MIN = 16;
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private final int idsMax;
    private final IdRoom room;
    private long first;
    private long next;
    /** By the lower bits of the offset, as many as the length (a power of two) has. */
    private long[] fingerprints = new long[CAPACITY_MIN];

    private long[] storedEpochMillis = new long[CAPACITY_MIN];
    /** Places in the ring, from 1; 0 is empty. */
    private int[] slots = new int[2 * CAPACITY_MIN];

    /** At most {@code idsMax} ids, beyond {@link IdRoom#FREE} as far as {@code room} has room. */
    public RecentIds(int idsMax, IdRoom room) {
        this.idsMax = idsMax;
        this.room = room;
    }

    /** The oldest offset that is remembered; {@link #next()} where none is. */
    long first() {
        return first;
    }

    long next() {
        return next;
    }

    /** The newest offset that is remembered with this fingerprint, or {@link #NONE}. */
    public long find(long fingerprint) {
        int place = slots[slotOf(fingerprint)] - 1;
        return place < 0 ? NONE : first + ((place - first) & (fingerprints.length - 1));
    }

    /** Of an offset that is remembered. */
    long fingerprint(long offset) {
        return fingerprints[place(offset)];
    }

    /** Of an offset that is remembered. */
    long storedEpochMillis(long offset) {
        return storedEpochMillis[place(offset)];
    }

    /** Remembers a message, and forgets the oldest one where there are too many. Each offset is one higher than the one before. */
    public void add(long offset, long fingerprint, long epochMillis) {
        if (first == next) {
            first = offset;
            next = offset;
        }
        if (offset != next) throw new IllegalStateException("the id at " + offset + " is added, but next is " + next);
        if (next - first == idsMax) forgetFirst();
        if (next - first == fingerprints.length && !grow()) forgetFirst();
        int place = place(next++);
        fingerprints[place] = fingerprint;
        storedEpochMillis[place] = epochMillis;
        slots[slotOf(fingerprint)] = place + 1;
    }

    /** Forgets from the oldest on what was stored at {@code epochMillis} or before, up to the first that was not. */
    public void forgetStoredUpTo(long epochMillis) {
        while (first < next && storedEpochMillis[place(first)] <= epochMillis) forgetFirst();
        release();
    }

    /** Forgets all offsets below {@code offset}. */
    void forgetBelow(long offset) {
        while (first < next && first < offset) forgetFirst();
        release();
    }

    private void forgetFirst() {
        int place = place(first++);
        int slot = slotOf(fingerprints[place]);
        if (slots[slot] == place + 1) remove(slot);
    }

    /** Empties a slot and closes the gap, so that no probe ends early. */
    private void remove(int emptied) {
        int mask = slots.length - 1;
        int gap = emptied;
        for (int slot = (gap + 1) & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
            int home = home(fingerprints[slots[slot] - 1]);
            if (((slot - home) & mask) >= ((slot - gap) & mask)) {
                slots[gap] = slots[slot];
                gap = slot;
            }
        }
        slots[gap] = 0;
    }

    private void release() {
        if (first == next && fingerprints.length > 128 * CAPACITY_MIN) letGo();
    }

    /** Forgets everything and gives back the room. */
    public void letGo() {
        room.giveBack(charged(fingerprints.length));
        first = next;
        fingerprints = new long[CAPACITY_MIN];
        storedEpochMillis = new long[CAPACITY_MIN];
        slots = new int[2 * CAPACITY_MIN];
    }

    private static int charged(int places) {
        return Math.max(0, places - IdRoom.FREE);
    }

    private boolean grow() {
        int more = charged(fingerprints.length * 2) - charged(fingerprints.length);
        if (more > 0 && !room.take(more)) return false;
        long[] oldFingerprints = fingerprints;
        long[] oldTimes = storedEpochMillis;
        int oldMask = oldFingerprints.length - 1;
        fingerprints = new long[oldFingerprints.length * 2];
        storedEpochMillis = new long[oldFingerprints.length * 2];
        slots = new int[slots.length * 2];
        for (long offset = first; offset < next; offset++) {
            int place = place(offset);
            fingerprints[place] = oldFingerprints[(int) offset & oldMask];
            storedEpochMillis[place] = oldTimes[(int) offset & oldMask];
            slots[slotOf(fingerprints[place])] = place + 1;
        }
        return true;
    }

    /** The slot that holds the fingerprint, else the empty one where it belongs. */
    private int slotOf(long fingerprint) {
        int mask = slots.length - 1;
        int slot = home(fingerprint);
        while (slots[slot] != 0 && fingerprints[slots[slot] - 1] != fingerprint) slot = (slot + 1) & mask;
        return slot;
    }

    /** As many of the product's upper bits as number the slots. */
    private int home(long fingerprint) {
        return (int) ((fingerprint * GOLDEN_RATIO) >>> (33 + Integer.numberOfLeadingZeros(slots.length)));
    }

    private int place(long offset) {
        return (int) offset & (fingerprints.length - 1);
    }
}
