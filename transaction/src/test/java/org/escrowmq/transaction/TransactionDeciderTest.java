package org.escrowmq.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.escrowmq.model.Offset;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.StoredBody;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionDeciderTest {
    private static final CheckPolicy POLICY = new CheckPolicy(6_000, 30_000, 3, 600_000);
    private static final long STORED = 1_000_000;

    private final TransactionDecider decider = new TransactionDecider(POLICY, STORED);

    static Transaction open() {
        return new Transaction(
                5,
                "m5",
                new StoredBody(11, 2, 333, -9, 4, List.of(7L, -8L)),
                "client",
                STORED,
                TransactionState.OPEN,
                new Transaction.Change(STORED, Source.CLIENT, "client", null),
                0,
                0,
                STORED + 6_000,
                0,
                null);
    }

    private static TransactionCommand resolve(Resolution resolution, Source source) {
        return new TransactionCommand.Resolve(resolution, source, "somebody");
    }

    private Transaction after(Transaction before, TransactionCommand command, long epochMillis) {
        TransactionDecision decision = decider.decide(before, command, epochMillis);
        assertInstanceOf(TransactionReply.Ok.class, decision.reply());
        Transaction now = before;
        for (TransactionEvent event : decision.events()) now = now.after(event);
        return now;
    }

    private String refusal(Transaction now, TransactionCommand command) {
        TransactionReply.Refused refused = assertInstanceOf(
                TransactionReply.Refused.class,
                decider.decide(now, command, STORED + 60_000).reply());
        assertEquals(RefusalCode.INVALID_TRANSACTION_ID, refused.refusal().code());
        return refused.refusal().text();
    }

    @ParameterizedTest
    @EnumSource
    void theFirstDecisionStays(Resolution first) {
        Resolution other = first == Resolution.COMMIT ? Resolution.ROLLBACK : Resolution.COMMIT;
        Transaction decided = after(open(), resolve(first, Source.CLIENT), STORED + 10);
        assertEquals(first.leadsTo(), decided.state());
        for (Source source : Source.values()) {
            assertEquals(
                    List.of(),
                    decider.decide(decided, resolve(first, source), STORED + 20).events(),
                    "the same again changes nothing");
            String why = refusal(decided, resolve(other, source));
            assertTrue(why.contains(first.leadsTo().name()), why);
            assertTrue(why.contains("1970-01-01T00:16:40.010Z"), why);
            assertTrue(why.contains("its producer"), why);
        }
    }

    @Test
    void aCommittedMessageHasTheOffsetThatItsQueueGaveIt() {
        TransactionEvent.Resolved resolved = assertInstanceOf(
                TransactionEvent.Resolved.class,
                decider.decide(open(), resolve(Resolution.COMMIT, Source.CLIENT), STORED)
                        .events()
                        .get(0));
        Transaction now = open().after(resolved.visibleAt(new Offset(7)));
        assertEquals(new Offset(7), now.since().offset());
        assertEquals(now, TransactionRow.decode(5, TransactionRow.encode(now)));
    }

    @Test
    @Tag("T4")
    void aClientsAnswerToAParkedOneIsKeptForTheOperatorWhoDecides() {
        Transaction parked = after(open(), new TransactionCommand.Park(Source.SERVER, ""), STORED + 100);
        assertEquals(TransactionState.PARKED, parked.state());
        for (Source source : List.of(Source.CLIENT, Source.CHECK)) {
            TransactionDecision late = decider.decide(parked, resolve(Resolution.COMMIT, source), STORED + 200);
            String why = assertInstanceOf(TransactionReply.Refused.class, late.reply())
                    .refusal()
                    .text();
            assertTrue(why.contains("PARKED since 1970-01-01T00:16:40.100Z"), why);
            Transaction told = parked.after(late.events().get(0));
            assertEquals(TransactionState.PARKED, told.state());
            assertEquals(new Transaction.Answer(Resolution.COMMIT, STORED + 200, "somebody"), told.late());
        }
        Transaction committed = after(parked, resolve(Resolution.COMMIT, Source.OPERATOR), STORED + 300);
        assertEquals(TransactionState.COMMITTED, committed.state());
        assertEquals(Source.OPERATOR, committed.since().source());
    }

    @Test
    void checksThatWereHandedOverCountAndLeadToParking() {
        Transaction now = open();
        long at = STORED + 6_000;
        for (int check = 1; check <= 3; check++) {
            assertFalse(decider.endsNow(now, at));
            now = after(now, new TransactionCommand.Checked("c" + check), at);
            assertEquals(check, now.checks());
            assertEquals(at + 30_000, now.nextCheckEpochMillis());
            at += 30_000;
        }
        assertFalse(decider.endsNow(now, at - 1), "the last one has its interval too");
        assertTrue(decider.endsNow(now, at));
    }

    @Test
    void aServerThatWasDownAfterTheLastCheckAsksOnceMore() {
        Transaction now = open();
        long at = STORED + 6_000;
        for (int check = 1; check <= 3; check++, at += 30_000) {
            now = after(now, new TransactionCommand.Checked("c"), at);
        }
        TransactionDecider afterStart = new TransactionDecider(POLICY, at - 29_999);
        assertFalse(afterStart.endsNow(now, at), "nobody could take in the answer to the last one");
        now = after(now, new TransactionCommand.Checked("c"), at);
        assertFalse(afterStart.endsNow(now, at + 29_999));
        assertTrue(afterStart.endsNow(now, at + 30_000));
        assertTrue(afterStart.endsNow(now, STORED + 600_000));
    }

    @Test
    void aCheckWhoseAnswerMayHaveMetAServerThatWasDownDoesNotCount() {
        Transaction now = open();
        long at = STORED + 6_000;
        for (int life = 1; life <= 20; life++) {
            // Each server lives for one check and ends before it could be answered.
            TransactionDecider started = new TransactionDecider(POLICY, at - 1_000);
            assertFalse(started.endsNow(now, at), "life " + life);
            now = now.after(started.decide(now, new TransactionCommand.Checked("c"), at)
                    .events()
                    .get(0));
            assertEquals(1, now.checks());
            at += 30_000;
        }
    }

    @Test
    void whoCannotBeAskedIsParkedAfterAllAndNotBefore() {
        assertFalse(decider.endsNow(open(), STORED + 599_999));
        assertTrue(decider.endsNow(open(), STORED + 600_000));
        Transaction unparked = after(
                after(open(), new TransactionCommand.Park(Source.SERVER, ""), STORED + 600_000),
                new TransactionCommand.Unpark("ops"),
                STORED + 900_000);
        assertEquals(0, unparked.checks());
        assertEquals(STORED + 900_000, unparked.nextCheckEpochMillis(), "asked at once");
        assertFalse(decider.endsNow(unparked, STORED + 1_499_999), "it has all its time again");
        assertTrue(decider.endsNow(unparked, STORED + 1_500_000));
    }

    @Test
    void afterADecisionNothingElseIsPossible() {
        Transaction decided = after(open(), resolve(Resolution.ROLLBACK, Source.CHECK), STORED + 1);
        assertTrue(refusal(decided, new TransactionCommand.Park(Source.OPERATOR, "o"))
                .contains("ROLLED_BACK"));
        assertTrue(refusal(decided, new TransactionCommand.Unpark("o")).contains("the answer to a check"));
        assertTrue(refusal(decided, new TransactionCommand.CheckNow("o")).contains("not open"));
        assertEquals(
                List.of(),
                decider.decide(decided, new TransactionCommand.Checked("c"), STORED + 2)
                        .events(),
                "a check that was on its way is not counted");
        assertFalse(decider.endsNow(decided, Long.MAX_VALUE));
    }

    @Test
    void anOperatorMovesTheNextCheckOfAnOpenOneOnly() {
        Transaction now = after(open(), new TransactionCommand.CheckNow("o"), STORED + 5);
        assertEquals(STORED + 5, now.nextCheckEpochMillis());
        assertEquals(0, now.checks());
        Transaction parked = after(now, new TransactionCommand.Park(Source.OPERATOR, "o"), STORED + 6);
        assertTrue(refusal(parked, new TransactionCommand.CheckNow("o")).contains("unpark"));
    }

    @Test
    void theImmunityIsTheMessagesOwnOrThePolicys() {
        assertEquals(STORED + 6_000, decider.firstCheck(STORED, null));
        assertEquals(STORED + 3_600_000, decider.firstCheck(STORED, 3_600_000L));
    }

    /** Whatever is asked in whatever order: at most one decision, never another one after it, and rows and events survive their bytes. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyOrderOfCommandsDecidesOnce(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 500; run++) {
            Transaction now = open();
            List<TransactionEvent> events = new ArrayList<>();
            int decisions = 0;
            for (int step = 0; step < 20; step++) {
                TransactionDecision decision = decider.decide(now, any(random), STORED + step);
                for (TransactionEvent event : decision.events()) {
                    if (event instanceof TransactionEvent.Resolved) decisions++;
                    now = now.after(event);
                    events.add(event);
                }
                assertEquals(now, TransactionRow.decode(now.number(), TransactionRow.encode(now)));
            }
            assertTrue(decisions <= 1, "seed " + seed + ": " + events);
            assertEquals(decisions == 1, now.state().isDecided());
            assertEquals(events, TransactionEventCodec.decode(TransactionEventCodec.encode(events)));
        }
    }

    private static TransactionCommand any(Random random) {
        Resolution resolution = Resolution.values()[random.nextInt(2)];
        return switch (random.nextInt(12)) {
            case 0 -> resolve(resolution, Source.values()[random.nextInt(3)]);
            case 1, 2 -> new TransactionCommand.Park(Source.OPERATOR, "o");
            case 3, 4 -> new TransactionCommand.Unpark("o");
            case 5, 6 -> new TransactionCommand.CheckNow("o");
            default -> new TransactionCommand.Checked("c" + random.nextInt(3));
        };
    }
}
