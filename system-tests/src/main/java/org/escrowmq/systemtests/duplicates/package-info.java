/** Sends whose answers are lost on purpose, so that clients send again, and a count of what was stored. */
@NullMarked
package org.escrowmq.systemtests.duplicates;

import org.jspecify.annotations.NullMarked;
