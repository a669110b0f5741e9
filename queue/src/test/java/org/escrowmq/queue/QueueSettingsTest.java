package org.escrowmq.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.junit.jupiter.api.Test;

/** The defaults, and what is no value at all. */
class QueueSettingsTest {
    @Test
    void theDefaultsAre() {
        assertEquals(new QueueSettings(65_536, 10_800_000, 1_000, 600_000, 16_384), QueueSettings.STANDARD);
    }

    @Test
    void valuesOutOfRangeAreRejected() {
        assertThrows(IllegalArgumentException.class, () -> new QueueSettings(0, 1, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new QueueSettings(1, 0, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new QueueSettings(1, 1, -1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new QueueSettings(1, 1, 0, -1, 1));
        assertThrows(IllegalArgumentException.class, () -> new QueueSettings(1, 1, 0, 0, 0));
    }

    @Test
    void negativeDurationsAndSizesAreRejected() {
        GroupName group = GroupName.of("g");
        List<Offset> none = List.of();
        assertThrows(IllegalArgumentException.class, () -> new QueueCommand.Deliver(group, none, none, -1, false, ""));
        assertThrows(
                IllegalArgumentException.class,
                () -> new QueueCommand.ChangeInvisible(group, Offset.FIRST, 1, -1, true));
        assertThrows(IllegalArgumentException.class, () -> new QueueCommand.Incoming(0, 0, -1));
        // where the server renews, the lease asked for means nothing
        assertEquals(-1, new QueueCommand.Deliver(group, none, none, -1, true, "c").leaseMillis());
    }
}
