package org.escrowmq.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.escrowmq.admin.v1.StoredMessage;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.cli.Shell.Ended;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SQL conditions on the command line: where they are wrong, and which stored messages they show. */
class SqlOptionTest {
    private FakeAdminServer server;

    @BeforeEach
    void storedMessages() throws IOException {
        server = new FakeAdminServer();
        Shell.at(server, "topic", "create", "t");
        for (int offset = 0; offset < 100; offset++) {
            server.messages.add(StoredMessage.newBuilder()
                    .setTopic("t")
                    .setQueue(0)
                    .setOffset(offset)
                    .setMessageId("m" + offset)
                    .setTag(offset % 2 == 0 ? "even" : "")
                    .putProperties("price", Integer.toString(offset))
                    .build());
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<String> peek(String... more) {
        String[] start = {"message", "peek", "t", "-o", "json"};
        String[] all = Stream.of(start, more).flatMap(Stream::of).toArray(String[]::new);
        Ended ended = Shell.at(server, all);
        assertEquals(0, ended.code(), ended.err());
        return Pattern.compile("\"messageId\":\"(m\\d+)\"")
                .matcher(ended.out())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void peek_shows_what_matches_page_after_page() {
        assertEquals(List.of("m71", "m73"), peek("--sql", "price BETWEEN 70 AND 74 AND TAGS IS NULL"));
        assertEquals(List.of("m90", "m91", "m92"), peek("--sql", "price >= 90", "--max", "3"));
        assertEquals(40, peek("--sql", "price < 40", "--max", "64").size());
        assertEquals(List.of("m98", "m99"), peek("--sql", "price > 0", "--from", "98"));
        assertEquals(List.of(), peek("--sql", "absent = '1'"));
        assertEquals(List.of("m0", "m2"), peek("--sql", "TAGS = 'even'", "--max", "2"));
        assertEquals(16, peek().size());
    }

    @Test
    void a_scan_that_ends_early_says_where_to_go_on() {
        Ended ended = Shell.at(server, "message", "peek", "t", "--sql", "price = 77", "--scan", "50");
        assertEquals(0, ended.code());
        assertEquals("(none)", ended.out());
        assertTrue(ended.err().contains("looked at 50 messages; go on with --from 50"), ended.err());
        Ended whole = Shell.at(server, "message", "peek", "t", "--sql", "price = 77");
        assertEquals("", whole.err());
        assertTrue(whole.out().contains("m77"), whole.out());
        assertEquals(
                ExitCode.USAGE.code(),
                Shell.at(server, "message", "peek", "t", "--sql", "a = 1", "--scan", "0")
                        .code());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "message peek t; price > > 20; 9",
                "receive t g; price >; 8",
                "receive t g; \"\"; 1",
                "receive t g; a = 'x; 5",
            })
    void a_wrong_condition_is_shown_with_a_mark_below_the_place(String command, String expression, int position) {
        String[] words = command.split(" ");
        String[] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--sql";
        all[words.length + 1] = expression;
        Ended ended = Shell.at(server, all);
        assertEquals(ExitCode.USAGE.code(), ended.code(), ended.err());
        String[] lines = ended.err().split("\n");
        assertTrue(lines[0].startsWith("escrow: the SQL filter is wrong at character " + position + ":"), ended.err());
        assertEquals("  " + expression, lines[1]);
        assertEquals(" ".repeat(position + 1) + "^", lines[2]);
        assertFalse(ended.err().contains("\tat "));
    }

    @Test
    void of_a_long_condition_the_surroundings_are_shown() {
        String expression = "a = 1 OR ".repeat(30) + "\n= " + " OR b = 2".repeat(30);
        Ended ended = Shell.run("receive", "t", "g", "--sql", expression);
        assertEquals(ExitCode.USAGE.code(), ended.code());
        String[] lines = ended.err().split("\n");
        assertEquals(3, lines.length, ended.err());
        assertTrue(lines[1].startsWith("  ...") && lines[1].endsWith("..."), lines[1]);
        assertEquals('=', lines[1].charAt(lines[2].indexOf('^')));
    }
}
