/**
 * Messages that wait for their time, pure: what one is, what may be asked of it, what comes of it. {@link org.escrowmq.delay.Delayed}
 * is where to begin; {@link org.escrowmq.delay.DelayDecider} decides. {@link org.escrowmq.delay.wheel.TimingWheel} is the clock-work of a node: it
 * holds the near future of all its queues. Nothing here knows queues, tables or clients: the partition of {@code cluster} keeps the rows,
 * which hold the far future, and gives messages that are due their offsets.
 */
@NullMarked
package org.escrowmq.delay;

import org.jspecify.annotations.NullMarked;
