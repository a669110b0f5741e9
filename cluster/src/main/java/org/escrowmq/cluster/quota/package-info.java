/** Quotas: what an operator allows a topic, a group or a client, and the limiter that holds them to it. */
@NullMarked
package org.escrowmq.cluster.quota;

import org.jspecify.annotations.NullMarked;
