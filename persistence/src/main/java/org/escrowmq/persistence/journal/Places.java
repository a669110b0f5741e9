package org.escrowmq.persistence.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a replicated log was applied here, and what each member proposed last: what is offered again is applied once. It follows from the
 * log alone, so every member says the same. Owned by the thread that applies.
 */
final class Places {
    /** Stands where the log was followed to the end of more than proposals. */
    private static final int NOBODY = 0xffff;

    private final Map<Integer, Place> last = new HashMap<>();
    private final Map<Integer, Place> changed = new HashMap<>();
    private long position = -1;
    private int index = -1;

    /**
     * Takes the proposal at this place, if it is the next of its proposer. Others count for nothing: they were applied before, or come of a
     * member's former life, or follow one that was lost and is offered again.
     */
    boolean take(Place place) {
        position = place.position();
        index = place.index();
        Place before = last.get(place.member());
        if (!follows(before, place)) return false;
        last.put(place.member(), place);
        changed.put(place.member(), place);
        return true;
    }

    private static boolean follows(@Nullable Place before, Place place) {
        if (before == null || before.incarnation() < place.incarnation()) return place.number() == 1;
        return before.incarnation() == place.incarnation() && before.number() + 1 == place.number();
    }

    /** All that the log holds up to here was followed. */
    void reached(long end) {
        Place place = new Place(end, Integer.MAX_VALUE, NOBODY, 0, 0);
        recovered(place);
        changed.put(NOBODY, place);
    }

    /** Takes over what the store says: the last proposal of a member. */
    void recovered(Place place) {
        last.put(place.member(), place);
        if (!place.isAfter(position, index)) return;
        position = place.position();
        index = place.index();
    }

    /** The position of the message that was applied last; -1 before the first. */
    long position() {
        return position;
    }

    /** Which proposal of that message. */
    int index() {
        return index;
    }

    /** The incarnation of this member that is known to have proposed; 0 for none. */
    long incarnation(int member) {
        Place known = last.get(member);
        return known == null ? 0 : known.incarnation();
    }

    /** The places that changed since the last call: they go into the log with what was applied. */
    List<Place> takeChanged() {
        List<Place> taken = new ArrayList<>(changed.values());
        changed.clear();
        return taken;
    }
}
