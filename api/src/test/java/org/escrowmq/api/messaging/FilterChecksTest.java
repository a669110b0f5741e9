package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

/** SQL filters are parsed once, as long as they are used. */
class FilterChecksTest {
    private final FilterChecks checks = new FilterChecks();

    private FilterChecks.Read read(String sql) {
        return checks.read(Messages.sql(sql));
    }

    @Test
    void whatIsUsedStaysAndTheRestGoes() {
        FilterChecks.Read used = read("used = 1");
        FilterChecks.Read unused = read("unused = 1");
        for (int i = 0; i < FilterChecks.KEPT_MAX - 1; i++) {
            assertNotNull(read("a = " + i).filter());
            assertSame(used, read("used = 1"));
        }
        assertNotSame(unused, read("unused = 1"));
        assertEquals(unused, read("unused = 1"));
    }

    @Test
    void refusalsAreNotKept() {
        FilterChecks.Read wrong = read("a =");
        assertNull(wrong.filter());
        assertNotSame(wrong, read("a ="));
    }
}
