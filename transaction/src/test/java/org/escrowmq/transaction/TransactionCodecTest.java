package org.escrowmq.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.escrowmq.model.Offset;
import org.junit.jupiter.api.Test;

class TransactionCodecTest {
    private static final Transaction.Change CHANGE = new Transaction.Change(99, Source.OPERATOR, "who", new Offset(0));
    private static final List<TransactionEvent> EVENTS = List.of(
            new TransactionEvent.Stored(1, "id", "client", 77),
            new TransactionEvent.Checked(2, "c", 15, 88),
            new TransactionEvent.Resolved(3, Resolution.COMMIT, CHANGE),
            new TransactionEvent.Parked(4, new Transaction.Change(5, Source.SERVER, "", null)),
            new TransactionEvent.Unparked(5, CHANGE, 6),
            new TransactionEvent.CheckMoved(6, "o", 7),
            new TransactionEvent.AnsweredLate(7, new Transaction.Answer(Resolution.ROLLBACK, 8, "c")));

    @Test
    void everyKindOfEventSurvivesItsBytes() {
        assertEquals(EVENTS, TransactionEventCodec.decode(TransactionEventCodec.encode(EVENTS)));
    }

    @Test
    void aPartThatEndsTooEarlyOrIsOfAnotherVersionIsRefused() {
        for (TransactionEvent event : EVENTS) {
            ByteBuffer whole = TransactionEventCodec.encode(List.of(event));
            for (int length = 2; length < whole.remaining(); length++) {
                ByteBuffer cut = whole.slice(0, length);
                assertThrows(IllegalArgumentException.class, () -> TransactionEventCodec.decode(cut), event.toString());
            }
        }
        assertThrows(
                IllegalArgumentException.class, () -> TransactionEventCodec.decode(ByteBuffer.wrap(new byte[] {2})));
        assertThrows(
                IllegalArgumentException.class,
                () -> TransactionEventCodec.decode(ByteBuffer.wrap(new byte[] {1, 9, 1})));
    }

    @Test
    void aRowThatEndsTooEarlyOrIsOfAnotherVersionIsRefused() {
        byte[] row = TransactionRow.encode(TransactionDeciderTest.open());
        assertEquals(TransactionDeciderTest.open(), TransactionRow.decode(5, row));
        for (int length = 0; length < row.length; length++) {
            byte[] cut = Arrays.copyOf(row, length);
            assertThrows(IllegalArgumentException.class, () -> TransactionRow.decode(5, cut));
        }
        row[0] = 3;
        assertThrows(IllegalArgumentException.class, () -> TransactionRow.decode(5, row));
    }

    @Test
    void aRowFromBeforeMessagesHadATimeHasNone() {
        byte[] row = TransactionRow.encode(TransactionDeciderTest.open());
        // The last two bytes say: no time, nothing said late.
        byte[] older = Arrays.copyOf(row, row.length - 1);
        older[0] = 1;
        assertEquals(TransactionDeciderTest.open(), TransactionRow.decode(5, older));
    }
}
