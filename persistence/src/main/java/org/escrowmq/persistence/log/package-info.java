/** Segments on disk: records with checksums and a chain, group commit, the high-water file, recovery of the tail. */
@NullMarked
package org.escrowmq.persistence.log;

import org.jspecify.annotations.NullMarked;
