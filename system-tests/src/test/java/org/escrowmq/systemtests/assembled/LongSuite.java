package org.escrowmq.systemtests.assembled;

/** Whether real times and full counts are wanted: {@code -Descrow.systest.long=true}. */
final class LongSuite {
    private LongSuite() {}

    static boolean on() {
        return Boolean.getBoolean("escrow.systest.long");
    }

    static int choose(int inLong, int inCi) {
        return on() ? inLong : inCi;
    }
}
