/** A node put together: sharding, catalogue, hubs, clients and timers behind the interfaces of org.escrowmq.cluster. */
@NullMarked
package org.escrowmq.cluster.node;

import org.jspecify.annotations.NullMarked;
