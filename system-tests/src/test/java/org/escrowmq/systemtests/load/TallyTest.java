package org.escrowmq.systemtests.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a load says of a server that delivers wrongly. */
class TallyTest {
    @Test
    void eachMessageOnceIsRight() {
        Tally tally = new Tally(new Backlog(100, 0, 0));
        IntStream.range(0, 100).forEach(message -> assertTrue(tally.received(99 - message)));
        assertEquals(List.of(), tally.violations());
    }

    @Test
    void aDuplicateAndALossAreNamed() {
        Tally tally = new Tally(new Backlog(4, 0, 0));
        List.of(0, 1, 1, 3).forEach(tally::received);
        assertEquals(
                List.of("message 1 came 2 times instead of 1", "message 2 came 0 times instead of 1"),
                tally.violations());
    }

    @Test
    void orderIsThatOfEachMessageGroup() {
        Tally tally = new Tally(new Backlog(6, 2, 0));
        // Group 0 holds 0, 2 and 4; group 1 holds 1, 3 and 5.
        List.of(1, 3, 0, 5, 2, 4).forEach(tally::received);
        assertEquals(List.of(), tally.violations());
    }

    @Test
    void aSwapInAMessageGroupIsNamed() {
        Tally tally = new Tally(new Backlog(6, 2, 0));
        List.of(0, 4, 1, 3, 5, 2).forEach(tally::received);
        assertEquals(
                List.of("message 4, number 2 of group 0 came when number 1 of its group was due"), tally.violations());
    }

    @Test
    void aMessageThatHasToFailComesTwiceAndFirstAgain() {
        Backlog backlog = new Backlog(6, 2, 2);
        int failing =
                IntStream.range(0, 6).filter(backlog::failsOnce).findFirst().orElseThrow();
        Tally right = new Tally(backlog);
        for (int message = 0; message < 6; message++) {
            if (backlog.failsOnce(message)) {
                assertFalse(right.received(message));
            }
            assertTrue(right.received(message));
        }
        assertEquals(List.of(), right.violations());

        Tally wrong = new Tally(backlog);
        IntStream.range(0, 6).forEach(wrong::received);
        assertTrue(
                wrong.violations().stream()
                        .anyMatch(text -> text.startsWith("message " + failing + ",")
                                && text.endsWith("came 1 times instead of 2")),
                () -> wrong.violations().toString());
    }

    @Test
    void theFailingOnesAreTheSameInEveryRunAndEachOfAnotherMessageGroup() {
        Backlog one = new Backlog(40_000, 1000, 32);
        Backlog other = new Backlog(40_000, 1000, 32);
        int[] failing = IntStream.range(0, 40_000).filter(one::failsOnce).toArray();
        assertEquals(32, failing.length);
        assertEquals(32, IntStream.of(failing).map(one::messageGroup).distinct().count());
        assertTrue(IntStream.of(failing).allMatch(other::failsOnce));
        assertTrue(failing[0] < 1250 && failing[31] >= 40_000 - 1250, "spread over the backlog");
    }

    @Test
    void moreFailuresThanMessageGroupsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Backlog(100, 10, 11));
    }

    @Test
    void manyViolationsAreCounted() {
        Tally tally = new Tally(new Backlog(1000, 0, 0));
        List<String> violations = tally.violations();
        assertEquals(21, violations.size());
        assertEquals("and 980 more", violations.get(20));
    }
}
