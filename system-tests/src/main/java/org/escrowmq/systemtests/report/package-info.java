/** What the tools print: a table of figures with what was promised, and the same as JSON. */
@NullMarked
package org.escrowmq.systemtests.report;

import org.jspecify.annotations.NullMarked;
