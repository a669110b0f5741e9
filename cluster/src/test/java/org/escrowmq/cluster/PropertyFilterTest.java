package org.escrowmq.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.MessageType;
import org.escrowmq.queue.filter.FilterSyntaxException;
import org.escrowmq.queue.filter.SqlFilter;
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
        assertEquals(0, STORED.position());
    }
}
