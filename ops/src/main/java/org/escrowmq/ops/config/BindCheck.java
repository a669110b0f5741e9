package org.escrowmq.ops.config;

import com.typesafe.config.Config;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Keeps a server on loopback as long as it cannot tell who calls. */
final class BindCheck {
    private BindCheck() {}

    /** One line for each address that others than this machine could reach, or that does not exist. */
    static List<String> problems(Config config, boolean insecureBind) {
        List<String> problems = new ArrayList<>();
        for (String key : ConfigKeys.LISTENING) {
            if (!config.hasPath(key)) continue;
            String host = config.getString(key);
            try {
                boolean loopback = InetAddress.getByName(host).isLoopbackAddress();
                if (!loopback && !insecureBind) problems.add(open(key, host));
            } catch (UnknownHostException e) {
                problems.add(key + " is " + host + ", which is no address and no name of a machine");
            }
        }
        return problems;
    }

    private static String open(String key, String host) {
        return key + " is " + host + ": whoever reaches this machine could read, send and delete, since Escrow does not"
                + " authenticate callers yet. Use 127.0.0.1, or, where the network is yours alone, start with --insecure-bind.";
    }
}
