/** Load against any endpoint with the official client: what is measured, and nothing about which server answers. */
@NullMarked
package org.escrowmq.systemtests.load;

import org.jspecify.annotations.NullMarked;
