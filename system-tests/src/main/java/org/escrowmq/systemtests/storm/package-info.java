/** Order within message groups under everything that may break it: failing listeners, consumers and servers that go and come. */
@NullMarked
package org.escrowmq.systemtests.storm;

import org.jspecify.annotations.NullMarked;
