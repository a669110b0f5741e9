package org.escrowmq.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.escrowmq.admin.v1.TraceEvent;
import org.escrowmq.admin.v1.TraceEvent.Kind;
import org.escrowmq.admin.v1.TraceMessageRequest;
import org.escrowmq.admin.v1.TraceMessageResponse;
import org.escrowmq.admin.v1.TraceStanding;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.cli.Shell.Ended;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code topic purge} and {@code message trace} against an admin service in this process. */
class PurgeAndTraceCommandsTest {
    private static final long TEN = Instant.parse("2025-01-31T10:00:00Z").toEpochMilli();

    private FakeAdminServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeAdminServer();
        ok("topic", "create", "orders", "--queues", "2");
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
    void a_purge_shows_what_goes_from_each_queue() {
        String shown = ok("topic", "purge", "orders", "--all", "--dry-run");
        assertTrue(server.lastPurge.getDryRun());
        assertTrue(server.lastPurge.getAll());
        assertFalse(server.lastPurge.hasQueue());
        assertEquals(3, shown.lines().count());
        assertTrue(shown.contains("2.0 KiB"), shown);
        assertTrue(shown.lines().skip(1).allMatch(line -> line.endsWith("no")), shown);
        String done = ok(
                "topic", "purge", "orders", "--before", "2025-01-31T08:00:00Z", "--queue", "0", "--yes", "-o", "json");
        assertFalse(server.lastPurge.getDryRun());
        assertEquals(1_738_310_400_000L, server.lastPurge.getBeforeEpochMillis());
        assertEquals(0, server.lastPurge.getQueue());
        assertTrue(
                done.contains(
                        "{\"topic\":\"orders\",\"queue\":0,\"from\":10,\"to\":25,\"messages\":15,\"bytes\":2048,\"purged\":true}"),
                done);
    }

    @Test
    void a_purge_needs_what_and_an_intent() {
        fails(ExitCode.USAGE, "topic", "purge", "orders", "--yes");
        fails(ExitCode.USAGE, "topic", "purge", "orders", "--all");
        fails(ExitCode.USAGE, "topic", "purge", "orders", "--all", "--yes", "--dry-run");
        fails(ExitCode.USAGE, "topic", "purge", "orders", "--all", "--before", "0", "--yes");
        String text = fails(ExitCode.USAGE, "topic", "purge", "orders", "--before", "yesterday", "--yes");
        assertTrue(text.contains("such as 2025-01-31T08:00:00Z"), text);
        assertEquals(
                "escrow: there is no topic none",
                fails(ExitCode.NOT_FOUND, "topic", "purge", "none", "--all", "--yes"));
    }

    private static TraceEvent.Builder event(int second, Kind kind) {
        return TraceEvent.newBuilder()
                .setEpochMillis(TEN + 1_000L * second)
                .setEntry(40 + second)
                .setKind(kind)
                .setGroup(kind == Kind.STORED || kind == Kind.GIVEN_UP ? "" : "billing");
    }

    private TraceMessageResponse.Builder life() {
        return TraceMessageResponse.newBuilder()
                .setQueue(1)
                .setOffset(17)
                .setEntriesRead(60)
                .setSinceEpochMillis(TEN)
                .setUntilEpochMillis(TEN + 60_000)
                .setFromTheStart(true)
                .setToTheEnd(true)
                .addEvents(event(0, Kind.STORED).setBytes(100))
                .addEvents(event(1, Kind.DELIVERED)
                        .setAttempt(1)
                        .setDeliveryNumber(5)
                        .setClientId("c@1")
                        .setDurationMillis(30_000))
                .addEvents(event(2, Kind.INVISIBLE_CHANGED).setDeliveryNumber(6).setDurationMillis(10_000))
                .addEvents(event(12, Kind.DELIVERED)
                        .setAttempt(2)
                        .setDeliveryNumber(7)
                        .setClientId("c@2")
                        .setDurationMillis(10_800_000)
                        .setAutoRenew(true))
                .addEvents(event(13, Kind.RELEASED).setClientId("c@2").setDurationMillis(1_000))
                .addEvents(event(14, Kind.GROUP_MOVED).setTo(17))
                .addEvents(event(15, Kind.GROUP_MOVED).setTo(18))
                .addEvents(event(16, Kind.GROUP_DELETED).setGroup("").setGroupNumber(9))
                .addStandings(TraceStanding.newBuilder().setGroup("billing").setState(TraceStanding.State.NOT_OFFERED))
                .addStandings(TraceStanding.newBuilder()
                        .setGroup("audit")
                        .setState(TraceStanding.State.LEASED)
                        .setAttempt(3)
                        .setLastingMillis(8_000));
    }

    @Test
    void a_trace_shows_the_life_in_order() {
        server.life = life().build();
        String shown = ok("message", "trace", "--topic", "orders", "--id", "m-1");
        assertEquals("m-1", server.lastTrace.getMessageId());
        assertEquals(5_000, server.lastTrace.getWithinMillis());
        for (String words : List.of(
                "complete      yes",
                "stored",
                "100 bytes",
                "delivered          billing",
                "invisible-changed  billing",
                "renewed while its client lives",
                "its client was gone",
                "comes to it again",
                "passes it",
                "(deleted, number 9)",
                "not-offered",
                "8s")) {
            assertTrue(shown.contains(words), words + " is missing in\n" + shown);
        }
        assertFalse(shown.contains("same id"), shown);
    }

    @Test
    void a_trace_says_what_it_does_not_know() {
        server.life = life().setFromTheStart(false)
                .setToTheEnd(false)
                .addOthers(TraceMessageRequest.Place.newBuilder().setQueue(0).setOffset(4))
                .build();
        String shown = ok("message", "trace", "--topic", "orders", "--queue", "1", "--offset", "17", "--within", "15s");
        assertEquals(17, server.lastTrace.getPlace().getOffset());
        assertEquals(15_000, server.lastTrace.getWithinMillis());
        assertTrue(shown.contains("nothing before 2025-01-31T10:00:00Z is known"), shown);
        assertTrue(shown.contains("nothing after 2025-01-31T10:01:00Z was read (--within)"), shown);
        assertTrue(shown.contains("same id"), shown);
    }

    @Test
    void a_trace_as_json_has_everything_by_name() {
        server.life = life().build();
        String shown = ok("message", "trace", "--topic", "orders", "--id", "m-1", "-o", "json");
        assertEquals(1, shown.lines().count());
        assertTrue(shown.contains("\"messageId\":\"m-1\""), shown);
        assertTrue(
                shown.contains("{\"time\":\"2025-01-31T10:00:01Z\",\"entry\":41,\"event\":\"delivered\","
                        + "\"group\":\"billing\",\"attempt\":1,\"delivery\":5,\"client\":\"c@1\","
                        + "\"lasting\":\"30s\",\"to\":null,\"note\":null}"),
                shown);
        assertTrue(
                shown.contains("{\"group\":\"audit\",\"state\":\"leased\",\"attempt\":3,\"lasting\":\"8s\"}"), shown);
    }

    @Test
    void a_trace_is_by_id_or_by_place() {
        fails(ExitCode.USAGE, "message", "trace", "--topic", "orders");
        fails(ExitCode.USAGE, "message", "trace", "--topic", "orders", "--queue", "1");
        fails(ExitCode.USAGE, "message", "trace", "--topic", "orders", "--id", "a", "--queue", "1", "--offset", "2");
        fails(ExitCode.NOT_FOUND, "message", "trace", "--topic", "none", "--id", "a");
    }
}
