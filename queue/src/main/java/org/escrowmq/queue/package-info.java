/**
 * A queue and its consumer groups, pure: {@link org.escrowmq.queue.QueueState#decide} takes a command and the time and gives
 * events and a reply; {@link org.escrowmq.queue.QueueState#apply} is the only thing that changes state. No clock, no I/O,
 * no thread.
 */
@NullMarked
package org.escrowmq.queue;

import org.jspecify.annotations.NullMarked;
