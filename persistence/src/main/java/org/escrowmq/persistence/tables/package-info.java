/**
 * LevelDB as a derived index: rows, atomic batches, checkpoints and images. Never the only copy of anything; whatever is lost
 * here is rebuilt from an older checkpoint or an image and the log.
 */
@NullMarked
package org.escrowmq.persistence.tables;

import org.jspecify.annotations.NullMarked;
