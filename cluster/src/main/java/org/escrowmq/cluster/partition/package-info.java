/** One queue's whole state and what it puts into tables and journal, pure: commands in, a sealed batch out. */
@NullMarked
package org.escrowmq.cluster.partition;

import org.jspecify.annotations.NullMarked;
