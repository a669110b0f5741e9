/**
 * Transactions of a service whose database is a ledger: producers in processes of their own are killed at every step, decisions are doubled
 * and contradicted, the server is killed; at the end what was delivered has to be what the ledger committed.
 */
@NullMarked
package org.escrowmq.systemtests.ledger;

import org.jspecify.annotations.NullMarked;
