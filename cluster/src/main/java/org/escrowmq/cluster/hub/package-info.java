/** Long polls: one hub a (topic, group) on a node; queues signal it, it asks one queue at a time for what a poll lacks. */
@NullMarked
package org.escrowmq.cluster.hub;

import org.jspecify.annotations.NullMarked;
