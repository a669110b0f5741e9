/** What wakes queues that sleep: the journal's next-wake table. The near future is {@link org.escrowmq.delay.wheel.TimingWheel}'s. */
@NullMarked
package org.escrowmq.cluster.timer;

import org.jspecify.annotations.NullMarked;
