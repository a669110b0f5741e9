package org.escrowmq.systemtests.history;

import java.time.Duration;
import java.util.Set;

/**
 * What a run promises the checker.
 *
 * @param groups groups that exist from before the first message and take all of them
 * @param drained whether the run went on until nothing was left; otherwise nothing is said about what is missing
 * @param lease how long an unacknowledged delivery stays with its consumer when nothing fails
 * @param backWithin from ready until sends and deliveries succeed again
 */
public record Limits(Set<String> groups, boolean drained, Duration lease, Duration backWithin) {}
