/** The shared words of Escrow: names, ids, messages, refusals. JDK only; nothing here does I/O or reads a clock. */
@NullMarked
package org.escrowmq.model;

import org.jspecify.annotations.NullMarked;
