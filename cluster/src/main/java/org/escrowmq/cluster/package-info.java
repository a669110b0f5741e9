/**
 * Queues as sharded actors, the catalogue, the group hubs, the clients. What {@code api} sees stands in this package as
 * plain interfaces; Pekko does not show in them.
 */
@NullMarked
package org.escrowmq.cluster;

import org.jspecify.annotations.NullMarked;
