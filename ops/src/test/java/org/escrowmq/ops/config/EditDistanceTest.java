package org.escrowmq.ops.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({"port,port,0", "prot,port,1", "pot,port,1", "ports,port,1", "'',port,4", "kitten,sitting,3", "ca,abc,3"
    })
    void counts_the_changes_in_both_directions(String from, String to, int expected) {
        assertEquals(expected, EditDistance.between(from, to));
        assertEquals(expected, EditDistance.between(to, from));
    }

    @Test
    void the_nearest_is_close_in_writing_or_has_the_same_last_part() {
        List<String> known = List.of("escrow.api.messaging.port", "escrow.api.admin.host", "escrow.ops.warm-up");
        assertEquals(Optional.of("escrow.api.messaging.port"), EditDistance.nearest("escrow.api.mesaging.prot", known));
        assertEquals(Optional.of("escrow.ops.warm-up"), EditDistance.nearest("escrow.warm-up", known));
        assertEquals(Optional.empty(), EditDistance.nearest("escrow.api.messaging.colour", known));
    }
}
