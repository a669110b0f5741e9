/** A node in this process: start order, warm-up, ready line, log, graceful stop. */
@NullMarked
package org.escrowmq.ops.server;

import org.jspecify.annotations.NullMarked;
