package org.escrowmq.queue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The clients that hold auto-renewed leases, over all groups of a queue, each with the count of them. */
final class RenewingClients {
    /** One client; gone from the table when its last lease is. */
    static final class Client {
        final String id;
        private int leases;

        Client(String id) {
            this.id = id;
        }
    }

    private final Map<String, Client> byId = new HashMap<>();

    boolean contains(String clientId) {
        return byId.containsKey(clientId);
    }

    List<String> ids() {
        return byId.keySet().stream().sorted().toList();
    }

    /** Makes the client the holder of a lease, in place of the one before. */
    void hold(Lease lease, String clientId) {
        Client client = byId.computeIfAbsent(clientId, Client::new);
        client.leases++;
        letGo(lease);
        lease.renewedBy = client;
    }

    /** Leaves a lease without a holder. */
    void letGo(Lease lease) {
        Client client = lease.renewedBy;
        if (client == null) return;
        lease.renewedBy = null;
        if (--client.leases == 0) byId.remove(client.id);
    }
}
