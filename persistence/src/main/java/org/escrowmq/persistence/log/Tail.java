package org.escrowmq.persistence.log;

/**
 * Where a stream ends.
 *
 * @param end just behind the last group
 * @param groups groups written so far: the number of the next one
 * @param chain the link that the next group repeats
 * @param manifests who wrote the newest groups
 */
record Tail(long end, long groups, int chain, ManifestWindow manifests) {}
