package org.escrowmq.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Set;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagFilterTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "*", " * ", "a||*", "||"})
    void wantsEverything(String expression) {
        assertEquals(TagFilter.ALL, TagFilter.parse(expression));
        assertTrue(TagFilter.parse(expression).accepts((String) null));
        assertTrue(TagFilter.parse(expression).accepts("x"));
    }

    @Test
    void wantsTheTagsThatAreNamed() {
        TagFilter filter = TagFilter.parse(" red||green || |x| ||");
        assertEquals(Set.of("red", "green", "|x|"), filter.tags());
        assertTrue(filter.accepts("red"));
        assertFalse(filter.accepts("Red"));
        assertFalse(filter.accepts((String) null));
        assertFalse(filter.accepts(""));
    }

    @Test
    void readsTheTagOfAStoredMessage() {
        ByteBuffer untagged = MessageCodec.encode(Message.normal("id", ByteBuffer.allocate(1)));
        assertFalse(TagFilter.parse("red").accepts(untagged));
        assertTrue(TagFilter.ALL.accepts(untagged));
        assertTrue(TagFilter.ALL.acceptsAll());
        assertFalse(TagFilter.parse("red").acceptsAll());
    }
}
