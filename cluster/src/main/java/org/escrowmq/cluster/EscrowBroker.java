package org.escrowmq.cluster;

import com.typesafe.config.Config;
import java.io.IOException;
import org.escrowmq.cluster.node.Node;
import org.escrowmq.persistence.FaultHandler;

/** Starts a node. */
public final class EscrowBroker {
    private EscrowBroker() {}

    /**
     * Opens the store and starts the node; {@link Broker#ready} tells when it serves.
     *
     * @param config the whole configuration with {@code escrow.*} in it; the modules' reference.conf is its fall-back
     * @param faults is told when the store fails for good, after which nothing is written any more
     * @throws IOException when the store cannot be opened: locked, damaged, of a newer format
     */
    public static Broker start(Config config, FaultHandler faults) throws IOException {
        return Node.start(config, faults);
    }
}
