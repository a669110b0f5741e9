package org.escrowmq.ops.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * How many insertions, deletions, replacements and swaps of neighbours turn one word into another, each part of which is changed once
 * (optimal string alignment).
 */
final class EditDistance {
    private EditDistance() {}

    static int between(String from, String to) {
        int[] beforeLast = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        int[] now = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) last[j] = j;
        for (int i = 1; i <= from.length(); i++) {
            now[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                now[j] = Math.min(replaced, Math.min(last[j], now[j - 1]) + 1);
                if (swapped(from, to, i, j)) now[j] = Math.min(now[j], beforeLast[j - 2] + 1);
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = now;
            now = free;
        }
        return last[to.length()];
    }

    private static boolean swapped(String from, String to, int i, int j) {
        return i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
    }

    /** The known key that was most likely meant: close in writing, or with the same last part elsewhere. */
    static Optional<String> nearest(String unknown, Collection<String> known) {
        Comparator<String> byDistance = Comparator.comparingInt(key -> between(unknown, key));
        Optional<String> closest = known.stream()
                .min(byDistance.thenComparing(Comparator.naturalOrder()))
                .filter(key ->
                        between(unknown, key) <= Math.max(3, lastPart(unknown).length() / 2));
        if (closest.isPresent()) return closest;
        return known.stream()
                .filter(key -> lastPart(key).equals(lastPart(unknown)))
                .min(byDistance.thenComparing(Comparator.naturalOrder()));
    }

    private static String lastPart(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
