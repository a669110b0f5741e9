package org.escrowmq.api.admin;

import java.util.List;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.escrowmq.admin.v1.AdminService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log {@code escrow.audit}: which call that changes something came from which address, and what operators did to
 * transactions and to messages that wait.
 */
final class Audit {
    private static final Logger log = LoggerFactory.getLogger("escrow.audit");

    /** How the names of calls begin that only read. */
    private static final List<String> READING =
            List.of("List", "Describe", "Count", "Peek", "Query", "Trace", "PrintClientStack");

    private Audit() {}

    /** A call of the admin service arrived; what came of it is not said here. Methods that do not exist are no calls. */
    static void called(String method, HttpRequest request) {
        boolean exists = AdminService.description.descriptor().getServices().stream()
                .anyMatch(service -> service.findMethodByName(method) != null);
        if (!exists || READING.stream().anyMatch(method::startsWith)) return;
        String address = request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(remote -> remote.getAddress().map(ip -> ip.getHostAddress() + ":" + remote.getPort()))
                .orElse("an unknown address");
        log.info("{} called from {}", Inputs.quoted(method), address);
    }

    /** An operator acts on a thing of this kind. {@code by} says who, and why. */
    static void acted(String action, String kind, String id, String by) {
        log.info("{} of {} {} by {}", action, kind, Inputs.quoted(id), by);
    }
}
