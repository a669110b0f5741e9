/**
 * The operators' door: the admin service (gRPC and gRPC-web), health, readiness and metrics, on one port of its own.
 * {@link org.escrowmq.api.admin.AdminServer} opens it.
 */
@NullMarked
package org.escrowmq.api.admin;

import org.jspecify.annotations.NullMarked;
