package org.escrowmq.ops.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.escrowmq.ops.view.View.ByteCount;
import org.escrowmq.ops.view.View.Details;
import org.escrowmq.ops.view.View.Done;
import org.escrowmq.ops.view.View.Rows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewTest {
    private static final Rows ROWS = new Rows(
            List.of("name", "storedBytes", "fifo", "retention", "tag"),
            List.of(
                    Arrays.asList("orders", new ByteCount(1536), true, Duration.ofHours(72), null),
                    Arrays.asList("a", new ByteCount(9), false, Duration.ofSeconds(90), "x\n\u001b[2J")));

    @Test
    void rows_as_a_table() {
        assertEquals("""
                NAME    STORED BYTES  FIFO  RETENTION  TAG
                orders       1.5 KiB  yes   72h        -
                a                9 B  no    90s        x\\n\\u001b[2J""", Table.of(ROWS));
    }

    @Test
    void rows_as_json() {
        assertEquals("""
                [
                  {"name":"orders","storedBytes":1536,"fifo":true,"retention":"72h","tag":null},
                  {"name":"a","storedBytes":9,"fifo":false,"retention":"90s","tag":"x\\n\\u001b[2J"}
                ]""", Json.of(ROWS));
    }

    @Test
    void no_rows() {
        assertEquals("(none)", Table.of(new Rows(List.of("name"), List.of())));
        assertEquals("[]", Json.of(new Rows(List.of("name"), List.of())));
    }

    @Test
    void details_hold_fields_and_lists() {
        Details details = new Details(
                new Fields()
                        .with("name", "T")
                        .with("created", Instant.EPOCH)
                        .with("sentPerSecond", 1.25)
                        .with("keys", List.of("k1", "k2"))
                        .with("properties", Map.of("a", "\"b\""))
                        .asMap(),
                Map.of("queues", new Rows(List.of("queue"), List.of(List.of(3)))));
        assertEquals("""
                name             T
                created          1970-01-01T00:00:00Z
                sent per second  1.3
                keys             k1, k2
                properties       a="b"

                queues
                  QUEUE
                      3""", Table.of(details));
        assertEquals(
                "{\"name\":\"T\",\"created\":\"1970-01-01T00:00:00Z\",\"sentPerSecond\":1.25,\"keys\":[\"k1\",\"k2\"],"
                        + "\"properties\":{\"a\":\"\\\"b\\\"\"},\"queues\":[{\"queue\":3}]}",
                Json.of(details));
    }

    @Test
    void what_was_done_is_a_sentence_or_its_fields() {
        Done done = new Done("created topic T", Map.of("name", "T"));
        assertEquals("created topic T", Table.of(done));
        assertEquals("{\"name\":\"T\"}", Json.of(done));
    }

    @Test
    void json_never_holds_half_a_character() {
        assertEquals("{\"a\":\"\\ud83d|\uD83D\uDE00\"}", Json.of(new Done("", Map.of("a", "\uD83D|\uD83D\uDE00"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "500ms", "90s", "15m", "72h"})
    void durations_read_as_they_are_written(String text) {
        assertEquals(text, DurationText.of(DurationText.parse(text)));
    }

    @ParameterizedTest
    @CsvSource({"7d,168h", "60s,1m", "3600s,1h", "1000ms,1s"})
    void durations_are_written_in_their_largest_unit(String given, String expected) {
        assertEquals(expected, DurationText.of(DurationText.parse(given)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "72", "h", "1.5h", "-1s", "1w", "9999999999999s"})
    void what_is_no_duration_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> DurationText.parse(text));
    }
}
