/**
 * The messaging service: the RocketMQ 5 wire protocol on grpc-java, over the plain interfaces of {@code cluster}. A call
 * runs on the event loop of its connection and never blocks it; what it waits for completes on another thread.
 *
 * <p>An expected "no" is a {@link apache.rocketmq.v2.Status} value: checks return it, or null where all is well.
 */
@NullMarked
package org.escrowmq.api.messaging;

import org.jspecify.annotations.NullMarked;
