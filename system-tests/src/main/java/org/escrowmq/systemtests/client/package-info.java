/** The official client, configured in one place, and raw calls with the wire classes inside its jar. */
@NullMarked
package org.escrowmq.systemtests.client;

import org.jspecify.annotations.NullMarked;
