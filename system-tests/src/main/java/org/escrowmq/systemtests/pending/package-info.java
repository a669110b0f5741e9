/** Very many pending transactions: what they cost, when their producers are asked, and what others feel of it. */
@NullMarked
package org.escrowmq.systemtests.pending;

import org.jspecify.annotations.NullMarked;
