package org.escrowmq.cluster.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void aFullBucketGivesItsBurstAndThenTheRate() {
        TokenBucket bucket = new TokenBucket(10, Duration.ofSeconds(2), 7);
        for (int i = 0; i < 20; i++) {
            assertTrue(bucket.isOpen(7), "the " + i + "th of the burst");
            bucket.take(1, 7);
        }
        assertFalse(bucket.isOpen(7));
        assertEquals(SECOND / 10, bucket.opensInNanos(7));
        assertFalse(bucket.isOpen(7 + SECOND / 10 - 1));
        assertTrue(bucket.isOpen(7 + SECOND / 10));
        assertFalse(bucket.isFull(7 + 2 * SECOND - 1));
        assertTrue(bucket.isFull(7 + 2 * SECOND));
        assertEquals(20, bucket.holds(7 + 100 * SECOND), "no more than the burst, however long it was left");
    }

    @Test
    void oneThatIsLargerThanTheBurstPassesAndTheOthersPayForIt() {
        TokenBucket bucket = new TokenBucket(100, Duration.ofSeconds(1), 0);
        bucket.take(600, 0);
        assertEquals(0, bucket.holds(0));
        assertFalse(bucket.isOpen(5 * SECOND));
        assertTrue(bucket.isOpen(5 * SECOND + SECOND / 100));
    }

    @Test
    void aRateBelowOneInABurstStillPassesOneAtATime() {
        TokenBucket bucket = new TokenBucket(1, Duration.ofMillis(1), 0);
        assertTrue(bucket.isOpen(0));
        bucket.take(1, 0);
        assertFalse(bucket.isOpen(SECOND - 1));
        assertTrue(bucket.isOpen(SECOND));
    }

    @Test
    void whatIsPutBackWasNeverTaken() {
        TokenBucket bucket = new TokenBucket(10, Duration.ofSeconds(1), 0);
        bucket.take(10, 0);
        bucket.putBack(10);
        assertTrue(bucket.isFull(0));
        bucket.putBack(10);
        assertEquals(10, bucket.holds(0));
    }

    @Test
    void anEarlierTimeCountsAsTheSame() {
        TokenBucket bucket = new TokenBucket(10, Duration.ofSeconds(1), SECOND);
        bucket.take(10, SECOND);
        assertFalse(bucket.isOpen(0));
        assertTrue(bucket.isOpen(SECOND + SECOND / 10));
        assertThrows(IllegalArgumentException.class, () -> new TokenBucket(0, Duration.ofSeconds(1), 0));
    }

    /** Whatever is asked and when: never more than burst and rate bring, plus the one request that goes into debt. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatPassesIsTheRateOnAverage(long seed) {
        Random random = new Random(seed);
        long rate = 1 + random.nextInt(1000);
        Duration burst = Duration.ofMillis(1 + random.nextInt(3000));
        TokenBucket bucket = new TokenBucket(rate, burst, 0);
        double capacity = Math.max(1, rate * burst.toNanos() / 1e9);
        long now = 0;
        long passed = 0;
        int largest = 1 + random.nextInt(50);
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(2_000_000);
            int amount = 1 + random.nextInt(largest);
            if (!bucket.isOpen(now)) continue;
            bucket.take(amount, now);
            passed += amount;
            assertTrue(
                    passed <= capacity + rate * (now / 1e9) + largest + 1e-3,
                    passed + " by " + now + " ns, seed " + seed);
        }
        double offered = 20_000 * (largest + 1) / 2.0;
        double allowed = rate * (now / 1e9);
        assertTrue(passed >= Math.min(offered, allowed) * 0.9, passed + " of " + allowed + ", seed " + seed);
    }
}
