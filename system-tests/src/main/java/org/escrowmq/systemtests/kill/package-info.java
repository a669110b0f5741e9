/** The server killed again and again under load. */
@NullMarked
package org.escrowmq.systemtests.kill;

import org.jspecify.annotations.NullMarked;
