/**
 * The command line. Each command translates its options into one call of the admin service (or of the messaging service, for
 * {@code receive}) and its answer into a {@link org.escrowmq.ops.view.View}. No command starts an actor system.
 */
@NullMarked
package org.escrowmq.ops.cli;

import org.jspecify.annotations.NullMarked;
