package org.escrowmq.persistence.journal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.tables.RowKey;
import org.escrowmq.persistence.tables.Tables;

/** The fences as rows, so that a damage found once stays known after a checkpoint has passed it. */
final class FenceTable {
    /** The row that fences every id; no persistence id starts with a zero byte. */
    static final byte[] EVERYONE = {0, 'e'};
    /** The row that fences ids the store does not know. */
    static final byte[] STRANGERS = {0, 's'};

    private FenceTable() {}

    static Fences read(Tables tables) {
        Map<PersistenceId, String> ids = new LinkedHashMap<>();
        String[] atLarge = new String[2];
        byte[] prefix = RowKey.prefix(JournalTable.FENCES, 0);
        tables.scan(prefix, prefix, (address, value) -> {
            byte[] scope = RowKey.key(address);
            String why = new String(value, StandardCharsets.UTF_8);
            if (Arrays.equals(scope, EVERYONE)) {
                atLarge[0] = why;
            } else if (Arrays.equals(scope, STRANGERS)) {
                atLarge[1] = why;
            } else {
                ids.put(JournalTable.id(scope), why);
            }
            return true;
        });
        return new Fences(ids, atLarge[0], atLarge[1]);
    }

    static void write(Tables.Batch batch, Fences fences) {
        fences.ids().forEach((id, why) -> batch.put(JournalTable.fence(id), why.getBytes(StandardCharsets.UTF_8)));
        String everyone = fences.everyone();
        if (everyone != null) {
            batch.put(JournalTable.fenceAtLarge(EVERYONE), everyone.getBytes(StandardCharsets.UTF_8));
        }
        String strangers = fences.strangers();
        if (strangers != null) {
            batch.put(JournalTable.fenceAtLarge(STRANGERS), strangers.getBytes(StandardCharsets.UTF_8));
        }
    }
}
