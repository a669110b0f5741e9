/**
 * The store. It knows persistence ids, sequence numbers, tables and keys, and nothing of queues or messages.
 *
 * <p>{@link org.escrowmq.persistence.Journal} is what the rest of Escrow sees; the packages below it are, from the disk up:
 * {@code log} (segments, checksums, fsync), {@code tables} (LevelDB and its checkpoints), {@code journal} (one writer a
 * persistence id, contiguous numbers, the four answers), {@code pekko} (the journal and snapshot plugins).
 */
@NullMarked
package org.escrowmq.persistence;

import org.jspecify.annotations.NullMarked;
