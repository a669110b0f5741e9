/**
 * Half messages and their decisions, pure: what one transaction is, what may be asked of it, what comes of it. {@link
 * org.escrowmq.transaction.Transaction} is where to begin; {@link org.escrowmq.transaction.TransactionDecider} decides. Nothing here
 * knows queues, tables or clients: the partition of {@code cluster} keeps the rows and gives committed messages their offsets.
 */
@NullMarked
package org.escrowmq.transaction;

import org.jspecify.annotations.NullMarked;
