package org.escrowmq.cluster.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCacheTest {
    private static StoredBlob blob(int bytes) {
        return new StoredBlob(ByteBuffer.allocate(bytes), 1, 0);
    }

    @Test
    void whatCameFirstGoesFirst() {
        CacheBudget budget = new CacheBudget(1000);
        MessageCache cache = new MessageCache(100, budget);
        cache.put(1, blob(40));
        cache.put(2, blob(40));
        cache.put(3, blob(40));
        cache.trim();
        assertNull(cache.get(1));
        assertNotNull(cache.get(2));
        assertEquals(80, budget.usedBytes());
        cache.clear();
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void theNewestStaysHoweverLargeItIs() {
        MessageCache cache = new MessageCache(100, new CacheBudget(100));
        cache.put(1, blob(10));
        cache.put(2, blob(5000));
        cache.trim();
        assertNull(cache.get(1));
        assertNotNull(cache.get(2));
    }

    @Test
    void aNodeThatIsOverItsBudgetKeepsOneMessageAQueue() {
        CacheBudget budget = new CacheBudget(100);
        MessageCache one = new MessageCache(1000, budget);
        MessageCache other = new MessageCache(1000, budget);
        for (int i = 0; i < 4; i++) one.put(i, blob(20));
        one.trim();
        assertNotNull(one.get(0));
        other.put(0, blob(30));
        other.trim();
        one.put(4, blob(20));
        one.trim();
        assertNull(one.get(0));
        assertEquals(90, budget.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theBudgetCountsWhatIsKept(long seed) {
        Random random = new Random(seed);
        CacheBudget budget = new CacheBudget(2_000);
        MessageCache cache = new MessageCache(1_000, budget);
        for (int i = 0; i < 2_000; i++) {
            cache.put(random.nextInt(500), blob(random.nextInt(100)));
            if (random.nextInt(50) == 0) cache.clear();
            cache.trim();
            assertTrue(budget.usedBytes() <= 1_000, "seed " + seed);
        }
        long kept = 0;
        for (int offset = 0; offset < 500; offset++) {
            StoredBlob found = cache.get(offset);
            if (found != null) kept += found.blob().remaining();
        }
        assertEquals(kept, budget.usedBytes());
    }
}
