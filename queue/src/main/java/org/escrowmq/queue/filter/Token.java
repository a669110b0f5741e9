package org.escrowmq.queue.filter;

/** A word or sign where it stands. {@code text} is as written, of a text in quotes what it means; {@code at} counts from 0. */
record Token(TokenKind kind, String text, int at) {}
