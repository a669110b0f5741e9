/** The durable list of topics and groups: a pure state, its events, the persistent actor, the view for look-ups. */
@NullMarked
package org.escrowmq.cluster.catalogue;

import org.jspecify.annotations.NullMarked;
