/** What lies below the services: one port for TLS and plaintext, the PROXY preface, certificates, event loops. */
@NullMarked
package org.escrowmq.api.transport;

import org.jspecify.annotations.NullMarked;
