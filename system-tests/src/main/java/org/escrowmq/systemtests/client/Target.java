package org.escrowmq.systemtests.client;

import java.time.Duration;
import org.apache.rocketmq.client.apis.ClientConfiguration;

/** A server as a client dials it: {@code host:port}, with TLS (the official default) or without. */
public record Target(String endpoint, boolean tls) {
    /** The official client's configuration for this server, with its own default time-outs. */
    public ClientConfiguration configuration() {
        return configuration(Duration.ofSeconds(3));
    }

    /** The same with another request time-out. */
    public ClientConfiguration configuration(Duration requestTimeout) {
        return ClientConfiguration.newBuilder()
                .setEndpoints(endpoint)
                .enableSsl(tls)
                .setRequestTimeout(requestTimeout)
                .build();
    }
}
