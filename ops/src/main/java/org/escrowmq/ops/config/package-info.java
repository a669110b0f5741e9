/** The configuration of a server: where it comes from, and what is refused before anything starts. */
@NullMarked
package org.escrowmq.ops.config;

import org.jspecify.annotations.NullMarked;
