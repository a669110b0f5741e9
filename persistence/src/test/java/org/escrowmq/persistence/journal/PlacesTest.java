package org.escrowmq.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private final Places places = new Places();

    @Test
    void aProposalCountsOnceAndInItsOrder() {
        assertFalse(places.take(new Place(10, 0, 1, 5, 2)), "the first one was lost");
        assertTrue(places.take(new Place(20, 0, 1, 5, 1)));
        assertTrue(places.take(new Place(20, 1, 1, 5, 2)));
        assertFalse(places.take(new Place(30, 0, 1, 5, 1)), "offered again");
        assertFalse(places.take(new Place(30, 1, 1, 5, 2)), "offered again");
        assertTrue(places.take(new Place(30, 2, 1, 5, 3)));
        assertTrue(places.take(new Place(40, 0, 2, 1, 1)), "another member");
        assertEquals(40, places.position());
    }

    @Test
    void aLaterLifeOfAMemberEndsTheOneBefore() {
        assertTrue(places.take(new Place(10, 0, 1, 5, 1)));
        assertTrue(places.take(new Place(20, 0, 1, 6, 1)));
        assertFalse(places.take(new Place(30, 0, 1, 5, 2)), "of the former life");
        assertFalse(places.take(new Place(30, 0, 1, 7, 2)), "not the first of its life");
        assertEquals(6, places.incarnation(1));
        assertEquals(0, places.incarnation(2));
    }

    @Test
    void whatChangedIsHandedOutOnce() {
        places.take(new Place(10, 0, 1, 5, 1));
        places.take(new Place(10, 1, 1, 5, 2));
        assertEquals(List.of(new Place(10, 1, 1, 5, 2)), places.takeChanged());
        assertEquals(List.of(), places.takeChanged());
    }

    @Test
    void theLatestOfAllIsWhereItGoesOn() {
        places.recovered(new Place(20, 3, 1, 5, 9));
        places.recovered(new Place(10, 0, 2, 5, 4));
        assertEquals(20, places.position());
        assertEquals(3, places.index());
        assertTrue(places.take(new Place(30, 0, 2, 5, 5)));
    }
}
