/** Very many delayed messages on one server, bursts of them, recalls that race with their time, and clocks that jump. */
@NullMarked
package org.escrowmq.systemtests.delay;

import org.jspecify.annotations.NullMarked;
