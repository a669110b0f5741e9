/**
 * What a node shows to Prometheus. RocketMQ's metric names and labels where it has the same figure, so that dashboards go on
 * working; ours under {@code escrow_}. Everything is read when a scrape asks; nothing here stands on the path of a message.
 */
@NullMarked
package org.escrowmq.api.metrics;

import org.jspecify.annotations.NullMarked;
