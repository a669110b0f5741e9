/** The clients that this node hears. */
@NullMarked
package org.escrowmq.cluster.clients;

import org.jspecify.annotations.NullMarked;
