/** One timer service a node: a wheel for the near future, the journal's next-wake table for queues that sleep. */
@NullMarked
package org.escrowmq.cluster.timer;

import org.jspecify.annotations.NullMarked;
