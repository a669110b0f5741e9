package org.escrowmq.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.MessageType;
import org.escrowmq.queue.filter.FilterSyntaxException;
import org.escrowmq.queue.filter.SqlFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SQL filters see a stored message's properties, and its tag as TAGS. */
class PropertyFilterTest {
    private static final ByteBuffer STORED = MessageCodec.encode(new Message(
            "id",
            MessageType.NORMAL,
            "red",
            List.of("key"),
            Map.of("price", "30", "Tags", "blue"),
            BodyEncoding.IDENTITY,
            ByteBuffer.wrap(new byte[] {1, 2, 3}),
            1,
            "host",
            null,
            5L,
            null,
            "trace",
            null,
            null,
            null));

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "price > 20                   | true",
                "price > 30                   | false",
                "TAGS IN ('red', 'green')     | true",
                "Tags = 'blue'                | true",
                "absent IS NULL               | true",
                "id = 'id'                    | false",
            })
    void looksAtWhatIsStored(String sql, boolean accepted) throws FilterSyntaxException {
        MessageFilter filter = new PropertyFilter(SqlFilter.parse(sql));
        assertFalse(filter.acceptsAll());
        assertEquals(accepted, filter.accepts(STORED));
        assertEquals(accepted, PropertyFilter.ofValid(sql).accepts(Map.of("price", "30", "Tags", "blue"), "red"));
        assertEquals(0, STORED.position());
    }

    @Test
    void aMessageWithoutTag() {
        assertTrue(PropertyFilter.ofValid("TAGS IS NULL").accepts(Map.of("TAGS", "a property"), null));
    }

    @Test
    void aMistakeHasItsPlace() {
        assertEquals(Optional.empty(), PropertyFilter.mistake("price > 20"));
        PropertyFilter.Mistake mistake = PropertyFilter.mistake("price > > 20").orElseThrow();
        assertEquals(9, mistake.position());
        assertTrue(mistake.text().startsWith("the SQL filter is wrong at character 9: "), mistake.text());
        assertThrows(IllegalArgumentException.class, () -> PropertyFilter.ofValid("price > > 20"));
    }
}
