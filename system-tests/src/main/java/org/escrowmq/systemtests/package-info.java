/**
 * What is seen from outside: the assembled server as a process, driven by the official client. The server's classes are never on
 * this class path; its wire classes here are the ones inside the client's jar.
 */
@NullMarked
package org.escrowmq.systemtests;

import org.jspecify.annotations.NullMarked;
