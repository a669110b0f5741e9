/** A server with very many topics: made, started, idle, and used at random, with what each costs. */
@NullMarked
package org.escrowmq.systemtests.topics;

import org.jspecify.annotations.NullMarked;
