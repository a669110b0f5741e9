package org.escrowmq.persistence.pekko;

import java.nio.ByteBuffer;

/**
 * What an entity gives to {@code saveSnapshot} and gets back as {@code SnapshotOffer}: its state in a form of its own. It
 * replaces the entity's earlier snapshots. Read from position to limit; unchanged until the save is answered.
 */
public record StoredState(ByteBuffer state) {}
