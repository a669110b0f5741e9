package org.escrowmq.queue;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap of leases in which each lease knows its place, so that any of them is removed or moved in O(log n). One
 * subclass an order.
 */
abstract class LeaseHeap {
    private static final int CAPACITY_MIN = 16;

    private @Nullable Lease[] leases = new Lease[CAPACITY_MIN];
    private int size;

    /** Leases by the time at which they are offered, then by offset. */
    static final class ByTime extends LeaseHeap {
        @Override
        boolean before(Lease a, Lease b) {
            long first = a.offeredAtMillis();
            long second = b.offeredAtMillis();
            return first != second ? first < second : a.offset < b.offset;
        }

        @Override
        int place(Lease lease) {
            return lease.placeByTime;
        }

        @Override
        void place(Lease lease, int place) {
            lease.placeByTime = place;
        }
    }

    /** Leases by offset. */
    static final class ByOffset extends LeaseHeap {
        @Override
        boolean before(Lease a, Lease b) {
            return a.offset < b.offset;
        }

        @Override
        int place(Lease lease) {
            return lease.placeByOffset;
        }

        @Override
        void place(Lease lease, int place) {
            lease.placeByOffset = place;
        }
    }

    abstract boolean before(Lease a, Lease b);

    abstract int place(Lease lease);

    abstract void place(Lease lease, int place);

    final int size() {
        return size;
    }

    final @Nullable Lease top() {
        return leases[0];
    }

    final void add(Lease lease) {
        if (size == leases.length) leases = Arrays.copyOf(leases, size * 2);
        siftUp(size++, lease);
    }

    final void remove(Lease lease) {
        int place = place(lease);
        Lease last = at(--size);
        leases[size] = null;
        if (last != lease) settle(place, last);
        if (size == 0 && leases.length > 64 * CAPACITY_MIN) leases = new Lease[CAPACITY_MIN];
    }

    /** Puts a lease whose key has changed where it belongs. */
    final void moved(Lease lease) {
        settle(place(lease), lease);
    }

    /** Shows every lease, in no particular order. */
    final void forEach(Consumer<Lease> reader) {
        for (int i = 0; i < size; i++) reader.accept(at(i));
    }

    /**
     * Shows the first {@code max} leases that are visible, in order. Costs O(max log max) however many there are. Meant for
     * {@link ByTime}, where the children of an invisible lease are invisible too.
     */
    final void firstVisible(int max, long nowMillis, Consumer<Lease> reader) {
        if (max <= 0 || size == 0 || !at(0).visible(nowMillis)) return;
        PriorityQueue<Lease> frontier = new PriorityQueue<>((a, b) -> a == b ? 0 : before(a, b) ? -1 : 1);
        frontier.add(at(0));
        for (int shown = 0; shown < max && !frontier.isEmpty(); shown++) {
            Lease lease = frontier.remove();
            reader.accept(lease);
            int child = 2 * place(lease) + 1;
            if (child < size && at(child).visible(nowMillis)) frontier.add(at(child));
            if (child + 1 < size && at(child + 1).visible(nowMillis)) frontier.add(at(child + 1));
        }
    }

    /** The earliest time after {@code nowMillis}, below a place in a heap by time; costs what is visible already. */
    final long firstTimeAfter(long nowMillis, int place) {
        if (place >= size) return Long.MAX_VALUE;
        Lease lease = at(place);
        if (!lease.visible(nowMillis)) return lease.offeredAtMillis();
        return Math.min(firstTimeAfter(nowMillis, 2 * place + 1), firstTimeAfter(nowMillis, 2 * place + 2));
    }

    private void settle(int place, Lease lease) {
        if (place > 0 && before(lease, at((place - 1) / 2))) siftUp(place, lease);
        else siftDown(place, lease);
    }

    private void siftUp(int from, Lease lease) {
        int place = from;
        while (place > 0) {
            int above = (place - 1) / 2;
            Lease parent = at(above);
            if (!before(lease, parent)) break;
            put(place, parent);
            place = above;
        }
        put(place, lease);
    }

    private void siftDown(int from, Lease lease) {
        int place = from;
        for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
            if (child + 1 < size && before(at(child + 1), at(child))) child++;
            Lease smaller = at(child);
            if (!before(smaller, lease)) break;
            put(place, smaller);
            place = child;
        }
        put(place, lease);
    }

    private Lease at(int place) {
        Lease lease = leases[place];
        if (lease == null) throw new IllegalStateException("the heap has no lease at " + place);
        return lease;
    }

    private void put(int place, Lease lease) {
        leases[place] = lease;
        place(lease, place);
    }
}
