/**
 * A log of messages that a majority of members has on disk, in one order. {@link org.escrowmq.persistence.replication.ReplicatedLog}
 * is what the journal needs of it; {@link org.escrowmq.persistence.replication.RaftMember} is one over Aeron Cluster.
 */
@NullMarked
package org.escrowmq.persistence.replication;

import org.jspecify.annotations.NullMarked;
