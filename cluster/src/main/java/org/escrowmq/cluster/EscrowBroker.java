package org.escrowmq.cluster;

import com.typesafe.config.Config;
import org.escrowmq.cluster.node.Node;

/** Starts a node. */
public final class EscrowBroker {
    private EscrowBroker() {}

    /**
     * Opens the store and starts the node; {@link Broker#ready} tells when it serves.
     *
     * @param config the whole configuration with {@code escrow.*} in it, resolved over the modules' reference.conf
     */
    public static Broker start(Config config) {
        return Node.start(config);
    }
}
