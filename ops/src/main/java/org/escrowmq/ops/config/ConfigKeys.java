package org.escrowmq.ops.config;

import java.util.List;

/** The keys of other modules that the command line sets or the start checks. A test holds them against the modules' reference.conf. */
public final class ConfigKeys {
    /** The data folder of a node. */
    public static final String DATA_FOLDER = "escrow.persistence.directory";

    /** The port of the messaging service. */
    public static final String MESSAGING_PORT = "escrow.api.messaging.port";

    /** The address that the messaging service listens on. */
    public static final String MESSAGING_HOST = "escrow.api.messaging.host";

    /** The port of the admin service. */
    public static final String ADMIN_PORT = "escrow.api.admin.port";

    /** The address that the admin service listens on. */
    public static final String ADMIN_HOST = "escrow.api.admin.host";

    /** How much the log says. */
    public static final String LOG_LEVEL = "escrow.ops.log.level";

    /** All addresses that a server listens on. */
    static final List<String> LISTENING = List.of(MESSAGING_HOST, ADMIN_HOST, "escrow.cluster.host");

    private ConfigKeys() {}
}
