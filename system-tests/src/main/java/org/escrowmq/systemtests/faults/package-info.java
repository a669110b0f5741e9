/** Faults made on purpose on one Linux machine, as root: power cuts, failing and full disks, hostile clients. */
@NullMarked
package org.escrowmq.systemtests.faults;

import org.jspecify.annotations.NullMarked;
