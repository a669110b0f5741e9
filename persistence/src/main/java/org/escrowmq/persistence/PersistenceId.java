package org.escrowmq.persistence;

/** The name of one writer's journal, at most 255 UTF-8 bytes. */
public record PersistenceId(String value) {}
