/** The clock-work of a node: one wheel that holds the near future of all its queues and groups. */
@NullMarked
package org.escrowmq.delay.wheel;

import org.jspecify.annotations.NullMarked;
