package org.escrowmq.persistence;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One entry as its writer sees it: what actors persist through Pekko, and what replay hands back.
 *
 * <p>{@code head} is the event, small, and is replayed. {@code blobs} are the bodies it speaks of, addressed by
 * (persistence id, sequence number, index); replay leaves them out (an empty list) and {@link Journal#readBlobs} reads
 * them. Buffers are read from position to limit and are never written to; the writer keeps them unchanged until the
 * write is answered.
 *
 * @param operations applied to the tables with the entry; empty on replay
 * @param retention how long the bodies are wanted, for grouping what lives equally long; a hint, never a rule
 */
public record JournalEntry(
        ByteBuffer head, List<ByteBuffer> blobs, List<TableOperation> operations, RetentionClass retention) {}
