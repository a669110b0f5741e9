/** The queue's actor: collects operations, has the partition decide them, makes them durable, then answers. */
@NullMarked
package org.escrowmq.cluster.entity;

import org.jspecify.annotations.NullMarked;
