/**
 * The journal: what a log record means. One writer a persistence id, contiguous numbers, epochs, four answers
 * ({@link org.escrowmq.persistence.journal.JournalStateMachine}); one fsync for all that wait
 * ({@link org.escrowmq.persistence.journal.CommitLog}); recovery, collection, backup and the offline tools.
 */
@NullMarked
package org.escrowmq.persistence.journal;

import org.jspecify.annotations.NullMarked;
