package org.escrowmq.delay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.escrowmq.model.Offset;
import org.escrowmq.model.StoredBody;
import org.junit.jupiter.api.Test;

class DelayCodecTest {
    private static final Delayed.Change CHANGE = new Delayed.Change(77, Source.OPERATOR, "ops@host: why");
    private static final StoredBody BODY = new StoredBody(11, 2, 333, -9, 4, List.of(7L, -8L));
    private static final Delayed WAITING = new Delayed(5, "m5", BODY, 1_000, 9_000, Delayed.NO_TRANSACTION, null);
    private static final List<DelayEvent> EVENTS = List.of(
            new DelayEvent.Stored(5, "m5", 9_000),
            new DelayEvent.Rescheduled(5, 8_000, CHANGE),
            new DelayEvent.Recalled(5, "m5", new Delayed.Change(78, Source.CLIENT, "c")),
            new DelayEvent.Due(6, new Offset(1L << 40)));

    @Test
    void eventsSurviveTheirBytes() {
        assertEquals(EVENTS, DelayEventCodec.decode(DelayEventCodec.encode(EVENTS)));
        assertEquals(List.of(), DelayEventCodec.decode(DelayEventCodec.encode(List.of())));
    }

    @Test
    void eventsThatEndTooEarlyOrAreOfAnotherVersionAreRefused() {
        for (DelayEvent event : EVENTS) {
            ByteBuffer whole = DelayEventCodec.encode(List.of(event));
            for (int length = 2; length < whole.remaining(); length++) {
                ByteBuffer cut = whole.slice(0, length);
                assertThrows(IllegalArgumentException.class, () -> DelayEventCodec.decode(cut), event.toString());
            }
        }
        for (byte[] other : new byte[][] {{}, {2}, {1, 9, 1}}) {
            assertThrows(IllegalArgumentException.class, () -> DelayEventCodec.decode(ByteBuffer.wrap(other)));
        }
    }

    @Test
    void rowsSurviveTheirBytes() {
        for (Delayed message : List.of(
                WAITING,
                WAITING.at(8_000, CHANGE),
                new Delayed(6, "", BODY, 0, 0, 0, null),
                new Delayed(7, "x", BODY, 1, 2, 12, CHANGE))) {
            byte[] row = DelayRow.encode(message);
            assertEquals(message, DelayRow.decode(message.due(), row));
            for (int length = 0; length < row.length; length++) {
                byte[] cut = Arrays.copyOf(row, length);
                assertThrows(IllegalArgumentException.class, () -> DelayRow.decode(message.due(), cut));
            }
            row[0] = 2;
            assertThrows(IllegalArgumentException.class, () -> DelayRow.decode(message.due(), row));
        }
    }

    @Test
    void aRecalledMessageSurvivesItsBytesAndIsKeptForADay() {
        Recalled recalled = Recalled.of(WAITING, CHANGE).recalledIn(12);
        assertEquals(recalled, DelayRow.decodeRecalled(5, DelayRow.encode(recalled)));
        assertEquals(9_000 + 86_400_000, recalled.keptUntilEpochMillis());
        Recalled late = Recalled.of(WAITING, new Delayed.Change(10_000, Source.CLIENT, ""));
        assertEquals(10_000 + 86_400_000, late.keptUntilEpochMillis());
    }
}
