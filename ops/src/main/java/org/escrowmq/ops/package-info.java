/** The program itself: server main, command line, and how they are packed and started. */
@NullMarked
package org.escrowmq.ops;

import org.jspecify.annotations.NullMarked;
