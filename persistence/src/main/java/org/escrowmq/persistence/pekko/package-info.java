/**
 * Pekko Persistence over the {@link org.escrowmq.persistence.Journal}: the journal plugin, the snapshot plugin and the
 * extension that holds the journal of an actor system.
 */
@NullMarked
package org.escrowmq.persistence.pekko;

import org.jspecify.annotations.NullMarked;
