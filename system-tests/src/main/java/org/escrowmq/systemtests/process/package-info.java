/** Processes of a run: started, awaited, measured through /proc, killed. Linux only. */
@NullMarked
package org.escrowmq.systemtests.process;

import org.jspecify.annotations.NullMarked;
