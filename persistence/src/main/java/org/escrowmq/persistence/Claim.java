package org.escrowmq.persistence;

import org.escrowmq.model.Epoch;
import org.escrowmq.model.SequenceNumber;

/** A granted claim: the epoch to write with, and the last number that is applied (nothing older can still arrive). */
public record Claim(Epoch epoch, SequenceNumber highest) {}
