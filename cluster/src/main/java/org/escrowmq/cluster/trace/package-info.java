/** The life of one message, read back from the journal of its queue beside the queue's actor. */
@NullMarked
package org.escrowmq.cluster.trace;

import org.jspecify.annotations.NullMarked;
