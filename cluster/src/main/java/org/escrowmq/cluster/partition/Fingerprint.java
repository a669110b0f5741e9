package org.escrowmq.cluster.partition;

/**
 * 64 bits of a text: FNV-1a over its UTF-16 units, then a finalizer (that of SplitMix64) so that every bit counts. On disk
 * and in the choice of a queue, so it never changes.
 */
public final class Fingerprint {
    private Fingerprint() {}

    /** The fingerprint of a text; never 0 (0 stands for "no text"). */
    public static long of(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        hash ^= hash >>> 31;
        return hash == 0 ? 1 : hash;
    }
}
