package org.escrowmq.persistence;

/** Where a body is, logically: the entry's number and the blob's index in it (from 0). Never a file position. */
public record BlobReference(long sequenceNumber, int index) {}
