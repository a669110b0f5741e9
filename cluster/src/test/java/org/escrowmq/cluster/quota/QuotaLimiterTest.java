package org.escrowmq.cluster.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.escrowmq.cluster.quota.QuotaTarget.Kind;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.Test;

class QuotaLimiterTest {
    private static final long SECOND = 1_000_000_000;
    private static final TopicName HOT = TopicName.of("hot");
    private static final TopicName CALM = TopicName.of("calm");
    private static final GroupName GROUP = GroupName.of("billing");

    private long now;

    private QuotaLimiter limiter(String keys, Quota... overrides) {
        Config config = ConfigFactory.parseString(keys)
                .atPath("escrow.cluster.quotas")
                .withFallback(ConfigFactory.parseResources("reference.conf"));
        QuotaLimiter limiter = new QuotaLimiter(QuotaSettings.of(config), () -> now);
        limiter.overrides(List.of(overrides));
        return limiter;
    }

    private static Quota quota(Kind kind, String name, long messages, long bytes, int inFlight) {
        return new Quota(new QuotaTarget(kind, name), new QuotaLimits(messages, bytes, inFlight));
    }

    private static String text(Outcome<?> outcome) {
        return outcome.fold(done -> "", refusal -> refusal.code() + " " + refusal.text());
    }

    private static QuotaLimiter.Ticket ticket(Outcome<QuotaLimiter.Ticket> outcome) {
        return outcome.fold(taken -> taken, refusal -> {
            throw new AssertionError(refusal.text());
        });
    }

    private static Map<String, Long> counts(QuotaLimiter limiter) {
        Map<String, Long> counts = new HashMap<>();
        limiter.counts().forEach((reason, count) -> counts.put(reason.scope() + "/" + reason.limit(), count));
        return counts;
    }

    @Test
    void nobodyIsLimitedByDefault() {
        QuotaSettings defaults = QuotaSettings.of(ConfigFactory.parseResources("reference.conf"));
        assertEquals(
                new QuotaSettings(Duration.ofSeconds(1), QuotaLimits.NONE, QuotaLimits.NONE, QuotaLimits.NONE),
                defaults);
        QuotaLimiter limiter = limiter("");
        for (int i = 0; i < 100_000; i++) {
            assertSame(QuotaLimiter.Ticket.NONE, ticket(limiter.send(HOT, "c", 32, 1 << 20)));
        }
        assertSame(DeliveryRoom.UNLIMITED, limiter.room(GROUP));
    }

    @Test
    void aHotTopicIsHeldToItsQuotaAndHarmsNoOther() {
        QuotaLimiter limiter = limiter("", quota(Kind.TOPIC, "hot", 100, 0, 0));
        int taken = 0;
        for (int second = 0; second < 10; second++) {
            for (int i = 0; i < 1000; i++) {
                if (text(limiter.send(HOT, "c", 1, 10)).isEmpty()) taken++;
                assertEquals("", text(limiter.send(CALM, "c", 1, 10)));
                now += SECOND / 1000;
            }
        }
        assertTrue(taken >= 1000 && taken <= 1101, taken + " of a burst of 100 and 10 s of 100");
        assertEquals(10_000L - taken, counts(limiter).get("topic/messages"));
    }

    @Test
    void aRefusalNamesTheLimitTheValueAndTheWayOut() {
        QuotaLimiter limiter = limiter(
                "client { in-flight = 3 }", quota(Kind.TOPIC, "hot", 2, 0, 0), quota(Kind.CLIENT, "big*", 0, 100, 0));
        ticket(limiter.send(CALM, "c", 2, 1));
        String text = text(limiter.send(CALM, "c", 2, 1));
        assertTrue(
                text.startsWith("TOO_MANY_REQUESTS client c may have 3 messages in flight, this would be 4 "
                        + "(the default, escrow.cluster.quotas.client;"),
                text);
        ticket(limiter.send(HOT, "d", 2, 1));
        text = text(limiter.send(HOT, "d", 1, 1));
        assertEquals(
                "TOO_MANY_REQUESTS topic hot may have 2 messages a second, there is room again in 500 ms "
                        + "(escrow quota set --topic changes it)",
                text);
        ticket(limiter.send(CALM, "big-1", 1, 300));
        text = text(limiter.send(CALM, "big-1", 1, 1));
        assertTrue(text.contains("client big-1 may have 100 bytes a second, there is room again in 2010 ms"), text);
        assertEquals(Map.of("client/in-flight", 1L, "client/bytes", 1L, "topic/messages", 1L), counts(limiter));
    }

    @Test
    void whatIsInFlightMakesRoomWhenItIsAnswered() {
        QuotaLimiter limiter = limiter("topic { in-flight = 2 }");
        QuotaLimiter.Ticket first = ticket(limiter.send(HOT, "a", 1, 1));
        ticket(limiter.send(HOT, "b", 1, 1));
        assertTrue(text(limiter.send(HOT, "c", 1, 1)).contains("this would be 3"));
        assertEquals("", text(limiter.send(CALM, "c", 1, 1)));
        first.close();
        assertEquals("", text(limiter.send(HOT, "c", 1, 1)));
        QuotaLimiter small = limiter("topic { in-flight = 2 }");
        assertEquals("", text(small.send(HOT, "a", 32, 1)), "a batch that is alone may exceed it");
        assertTrue(text(small.send(HOT, "a", 1, 1)).contains("this would be 33"));
    }

    @Test
    void whatTheTopicRefusesIsNotTakenFromTheClient() {
        QuotaLimiter limiter =
                limiter("client { messages-per-second = 5, in-flight = 5 }", quota(Kind.TOPIC, "hot", 1, 0, 0));
        ticket(limiter.send(HOT, "c", 1, 1)).close();
        for (int i = 0; i < 20; i++)
            assertTrue(text(limiter.send(HOT, "c", 1, 1)).contains("topic hot"));
        for (int i = 0; i < 4; i++) ticket(limiter.send(CALM, "c", 1, 1)).close();
        assertTrue(text(limiter.send(CALM, "c", 1, 1)).contains("client c may have 5 messages a second"));
    }

    @Test
    void thePatternThatFixesMostCounts() {
        QuotaLimiter limiter = limiter(
                "client { messages-per-second = 9 }",
                quota(Kind.CLIENT, "*", 1, 0, 0),
                quota(Kind.CLIENT, "web-*", 2, 0, 0),
                quota(Kind.CLIENT, "web-7*", 0, 0, 0),
                quota(Kind.CLIENT, "web-70", 4, 0, 0));
        assertEquals(1, limiter.limits(Kind.CLIENT, "x").messagesPerSecond());
        assertEquals(2, limiter.limits(Kind.CLIENT, "web-1").messagesPerSecond());
        assertEquals(0, limiter.limits(Kind.CLIENT, "web-71").messagesPerSecond());
        assertEquals(4, limiter.limits(Kind.CLIENT, "web-70").messagesPerSecond());
        assertTrue(limiter.isDefault(Kind.TOPIC, "t"));
        ticket(limiter.send(HOT, "x", 1, 1));
        assertTrue(text(limiter.send(HOT, "x", 1, 1)).contains("client x"));
        assertEquals("", text(limiter.send(HOT, "y", 1, 1)), "every client has it for itself");
    }

    @Test
    void aChangedQuotaIsInForceForWhoIsUnderWay() {
        QuotaLimiter limiter = limiter("", quota(Kind.TOPIC, "hot", 0, 0, 1));
        QuotaLimiter.Ticket first = ticket(limiter.send(HOT, "c", 1, 1));
        assertTrue(text(limiter.send(HOT, "c", 1, 1)).contains("may have 1 messages in flight"));
        limiter.overrides(List.of(quota(Kind.TOPIC, "hot", 0, 0, 2)));
        ticket(limiter.send(HOT, "c", 1, 1));
        assertTrue(text(limiter.send(HOT, "c", 1, 1)).contains("this would be 3"), "the first is still counted");
        limiter.overrides(List.of());
        assertEquals("", text(limiter.send(HOT, "c", 1, 1)));
        first.close();
    }

    @Test
    void deliveriesWaitForRoomAndPayForWhatWasTooMuch() {
        QuotaLimiter limiter = limiter("", quota(Kind.GROUP, "billing", 10, 0, 40));
        assertEquals(new DeliveryRoom(10, Long.MAX_VALUE, 0, 40), limiter.room(GROUP));
        limiter.delivered(GROUP, 15, 1);
        assertEquals(SECOND * 6 / 10, limiter.room(GROUP).waitNanos());
        assertTrue(text(limiter.read(GROUP)).contains("group billing may have 10 messages a second"));
        now += SECOND * 6 / 10;
        assertEquals(1, limiter.room(GROUP).messages());
        assertEquals("", text(limiter.read(GROUP)));
        assertSame(DeliveryRoom.UNLIMITED, limiter.room(GroupName.of("other")));
    }

    @Test
    void clientsThatAreQuietAreForgotten() {
        QuotaLimiter limiter = limiter("client { messages-per-second = 2, in-flight = 2 }");
        List<QuotaLimiter.Ticket> held = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            QuotaLimiter.Ticket ticket = ticket(limiter.send(HOT, "client-" + i, 1, 1));
            if (i % 10_000 == 0) held.add(ticket);
            else ticket.close();
            now += SECOND / 100;
        }
        assertTrue(limiter.kept(Kind.CLIENT) <= 2048, limiter.kept(Kind.CLIENT) + " kept");
        for (int i = 0; i < 50_000; i += 10_000) {
            ticket(limiter.send(HOT, "client-" + i, 1, 1));
            assertTrue(text(limiter.send(HOT, "client-" + i, 1, 1)).contains("this would be 3"), "client-" + i);
        }
        held.forEach(QuotaLimiter.Ticket::close);
    }
}
