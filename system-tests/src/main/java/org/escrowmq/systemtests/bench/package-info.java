/** Escrow and RocketMQ on one machine, in turn, under the same loads. */
@NullMarked
package org.escrowmq.systemtests.bench;

import org.jspecify.annotations.NullMarked;
