package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every call passes before its own checks: it must name its client, and the client must not have been disconnected by
 * an operator. Any thread.
 */
final class Door {
    /** How many disconnected clients are remembered; the oldest is forgotten first. */
    static final int REFUSED_CLIENTS_MAX = 10_000;

    private static final Status CLIENT_ID_REQUIRED =
            Statuses.of(Code.CLIENT_ID_REQUIRED, "the header x-mq-client-id is required");

    private final Map<String, String> refused = new LinkedHashMap<>();
    private volatile boolean anyRefused;

    /** Null when the call may go on. */
    @Nullable
    Status check(Caller caller) {
        if (caller.anonymous()) return CLIENT_ID_REQUIRED;
        if (!anyRefused) return null;
        String reason = reason(caller.clientId());
        return reason == null ? null : Statuses.of(Code.FORBIDDEN, "the client was disconnected: " + reason);
    }

    /** Refuses the client's further calls until this node restarts. */
    void refuse(String clientId, String reason) {
        synchronized (refused) {
            refused.put(clientId, reason);
            if (refused.size() > REFUSED_CLIENTS_MAX) {
                refused.remove(refused.keySet().iterator().next());
            }
        }
        anyRefused = true;
    }

    private @Nullable String reason(String clientId) {
        synchronized (refused) {
            return refused.get(clientId);
        }
    }
}
