/** What a command has to say, as values, and how it looks as a table or as JSON. */
@NullMarked
package org.escrowmq.ops.view;

import org.jspecify.annotations.NullMarked;
