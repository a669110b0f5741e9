package org.escrowmq.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagFilterTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "*", " * ", "a||*", "||"})
    void wantsEverything(String expression) {
        assertEquals(TagFilter.ALL, TagFilter.parse(expression));
        assertTrue(TagFilter.parse(expression).accepts(null));
        assertTrue(TagFilter.parse(expression).accepts("x"));
    }

    @Test
    void wantsTheTagsThatAreNamed() {
        TagFilter filter = TagFilter.parse(" red||green || |x| ||");
        assertEquals(Set.of("red", "green", "|x|"), filter.tags());
        assertTrue(filter.accepts("red"));
        assertFalse(filter.accepts("Red"));
        assertFalse(filter.accepts(null));
        assertFalse(filter.accepts(""));
    }
}
