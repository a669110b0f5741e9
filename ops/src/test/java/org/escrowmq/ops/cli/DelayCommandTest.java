package org.escrowmq.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.escrowmq.admin.v1.ActOnDelayedMessagesRequest.Action;
import org.escrowmq.admin.v1.CountDelayedMessagesResponse;
import org.escrowmq.admin.v1.DelayedMessage;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.cli.Shell.Ended;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code escrow delay} against an admin service in this process. */
class DelayCommandTest {
    private static final long DUE = Instant.parse("2125-01-31T08:00:00Z").toEpochMilli();

    private FakeAdminServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeAdminServer();
        for (int i = 0; i < 4; i++) server.delays.add("D1-" + i, DUE + 60_000L * i);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String ok(String... arguments) {
        Ended ended = Shell.at(server, arguments);
        assertEquals(0, ended.code(), ended.err());
        return ended.out();
    }

    private String fails(ExitCode code, String... arguments) {
        Ended ended = Shell.at(server, arguments);
        assertEquals(code.code(), ended.code(), ended.out() + ended.err());
        assertFalse(ended.err().contains("\tat "), ended.err());
        return ended.err();
    }

    @Test
    void a_list_goes_over_all_pages_and_says_what_is_asked_for() {
        String all = ok("delay", "ls", "--topic", "reminders", "--key", "order-17");
        assertEquals(5, all.lines().count(), all);
        assertTrue(all.contains("2125-01-31T08:03:00Z"), all);
        assertEquals("reminders", server.delays.lastList.getTopic());
        assertEquals("order-17", server.delays.lastList.getKey());
        assertEquals(0, server.delays.lastList.getToEpochMillis());
        String some = ok("delay", "ls", "--from", "2125-01-31T08:01:00Z", "--to", Long.toString(DUE + 180_000));
        assertEquals(3, some.lines().count(), some);
        assertEquals(DUE + 60_000, server.delays.lastList.getFromEpochMillis());
        assertEquals(4, ok("delay", "ls", "--max", "3").lines().count());
        String json = ok("delay", "ls", "--max", "1", "-o", "json");
        assertTrue(json.replace(" ", "").contains("\"due\":\"2125-01-31T08:00:00Z\""), json);
    }

    @Test
    void a_time_may_be_so_far_ahead() {
        long before = System.currentTimeMillis();
        ok("delay", "ls", "--to", "+10m");
        long to = server.delays.lastList.getToEpochMillis() - 600_000;
        assertTrue(before <= to && to <= System.currentTimeMillis(), "off by " + (to - before));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"soon", "+", "+10", "+1w", "-10m", "2125-01-31", "+999999999999d", "+999999999-01-01T00:00Z", ""
            })
    void a_time_that_is_none_is_said_so(String text) {
        assertTrue(fails(ExitCode.USAGE, "delay", "ls", "--to=" + text).contains("such as +10m"));
    }

    @Test
    void show_finds_by_handle_or_by_message() {
        String shown = ok("delay", "show", "D1-2");
        for (String words : List.of("waiting", "2125-01-31T08:02:00Z", "message-of-D1-2", "wake up"))
            assertTrue(shown.contains(words), shown);
        assertEquals(shown, ok("delay", "show", "--topic", "reminders", "--message-id", "message-of-D1-2"));
        fails(ExitCode.NOT_FOUND, "delay", "show", "D1-9");
        fails(ExitCode.USAGE, "delay", "show");
        fails(ExitCode.USAGE, "delay", "show", "--topic", "reminders");
        fails(ExitCode.USAGE, "delay", "show", "D1-2", "--topic", "reminders", "--message-id", "m");
    }

    @Test
    void show_tells_who_recalled_one_and_what_is_not_known_of_a_delivered_one() {
        DelayedMessage.Builder one = server.delays.all.get("D1-2").toBuilder();
        server.delays.all.put(
                "D1-2",
                one.setState(DelayedMessage.State.RECALLED)
                        .setSource("client")
                        .setBy("shop@7")
                        .setChangedEpochMillis(DUE)
                        .build());
        String recalled = ok("delay", "show", "D1-2");
        assertTrue(recalled.contains("recalled") && recalled.contains("shop@7"), recalled);
        server.delays.all.put(
                "D1-2",
                DelayedMessage.newBuilder()
                        .setRecallHandle("D1-2")
                        .setState(DelayedMessage.State.DELIVERED)
                        .build());
        String delivered = ok("delay", "show", "D1-2");
        assertTrue(delivered.matches("(?s).*state +delivered\\n.*due +-\\n.*"), delivered);
    }

    @Test
    void those_that_are_named_are_changed_with_who_and_why() {
        assertTrue(ok("delay", "cancel", "D1-0", "D1-1", "--reason", "order is cancelled")
                .contains("cancel: 2 of 2 delayed messages"));
        assertEquals(Action.CANCEL, server.delays.lastAct.getAction());
        assertEquals("order is cancelled", server.delays.lastAct.getReason());
        assertTrue(server.delays.lastAct.getOperator().startsWith(System.getProperty("user.name") + "@"));
        assertEquals(0, server.delays.lastAct.getDueEpochMillis());
        assertTrue(ok("delay", "fire", "D1-0", "D1-9").contains("1 of 2 delayed messages; 1 refused, the first:"));
        assertEquals(Action.FIRE, server.delays.lastAct.getAction());
        assertTrue(fails(ExitCode.REFUSED, "delay", "fire", "D1-9").contains("there is no delayed message"));
    }

    @Test
    void a_new_time_lies_ahead() {
        ok("delay", "reschedule", "D1-0", "--at", "2125-02-01T00:00:00+01:00");
        assertEquals(Action.RESCHEDULE, server.delays.lastAct.getAction());
        assertEquals(Instant.parse("2125-01-31T23:00:00Z").toEpochMilli(), server.delays.lastAct.getDueEpochMillis());
        String past = fails(ExitCode.USAGE, "delay", "reschedule", "D1-1", "--at", "2015-01-31T08:00:00Z");
        assertTrue(past.contains("--at must lie ahead, got 2015-01-31T08:00:00Z"), past);
        assertTrue(past.contains("escrow delay fire"), past);
        fails(ExitCode.USAGE, "delay", "reschedule", "D1-1");
        assertEquals(List.of("D1-0"), server.delays.lastAct.getRecallHandlesList());
    }

    @Test
    void many_are_meant_only_when_that_is_said() {
        assertTrue(fails(ExitCode.USAGE, "delay", "cancel", "--topic", "reminders")
                .contains("name the delayed messages, or say --dry-run"));
        fails(ExitCode.USAGE, "delay", "cancel", "D1-1", "--dry-run");
        assertTrue(fails(ExitCode.USAGE, "delay", "cancel", "D1-1", "--from", "+1h")
                .contains("escrow delay show ID"));
        String dry = ok("delay", "cancel", "--to", "2125-01-31T08:02:00Z", "--dry-run");
        assertEquals(3, dry.lines().count(), dry);
        assertEquals(0, server.delays.lastAct.getRecallHandlesCount());
        assertTrue(ok("delay", "fire", "--topic", "reminders", "--yes").contains("fire: 4 of 4"));
    }

    @Test
    void those_beyond_the_most_are_said_to_be_left() {
        Ended ended = Shell.at(server, "delay", "fire", "--yes", "--max", "3");
        assertTrue(ended.out().contains("3 of 3"), ended.out());
        assertTrue(ended.err().contains("there are more that fit than 3 (--max)"), ended.err());
    }

    @Test
    void a_histogram_is_by_hour_or_day() {
        int hour = (int) (DUE / 3_600_000);
        for (int i : List.of(0, 3, 15, 16)) {
            server.delays.hours.add(CountDelayedMessagesResponse.Hour.newBuilder()
                    .setHour(hour + i)
                    .setMessages(10 + i)
                    .build());
        }
        String hours = ok("delay", "histogram", "--topic", "reminders");
        assertTrue(hours.matches("(?s).*waiting +74\\n.*"), hours);
        assertTrue(hours.matches("(?s).*2125-01-31T11:00:00Z +13\\n.*"), hours);
        String days = ok("delay", "histogram", "--topic", "reminders", "--by", "day");
        assertTrue(days.matches("(?s).*2125-01-31T00:00:00Z +48\\n.*2125-02-01T00:00:00Z +26"), days);
        fails(ExitCode.USAGE, "delay", "histogram", "--topic", "reminders", "--by", "week");
        server.delays.hours.clear();
        assertTrue(ok("delay", "histogram", "--topic", "reminders").contains("(none)"));
    }
}
