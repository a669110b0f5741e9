/** What clients saw, and whether it is allowed. Pure: no client, clock or thread. */
@NullMarked
package org.escrowmq.systemtests.history;

import org.jspecify.annotations.NullMarked;
