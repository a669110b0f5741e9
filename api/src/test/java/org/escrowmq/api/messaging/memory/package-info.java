/** A little broker in memory, behind the same interfaces as the real one: real queues, leases and polls, nothing durable. */
@NullMarked
package org.escrowmq.api.messaging.memory;

import org.jspecify.annotations.NullMarked;
