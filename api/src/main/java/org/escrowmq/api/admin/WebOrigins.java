package org.escrowmq.api.admin;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which web pages may call this port through an operator's browser: those that the port itself served, under an address,
 * under localhost, or under a name that the configuration lists. A page of another origin is refused, and so is one that
 * made its own name point here (DNS rebinding).
 */
final class WebOrigins {
    private final Set<String> listed;

    WebOrigins(List<String> listed) {
        this.listed =
                listed.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a request with this Origin and Host header may pass. */
    boolean allows(String origin, String host) {
        String authority = authorityOf(origin);
        String dialled = host.toLowerCase(Locale.ROOT);
        if (authority.isEmpty() || !authority.equals(dialled)) return false;
        return listed.contains(authority) || listed.contains(nameOf(authority)) || local(nameOf(authority));
    }

    private static boolean local(String name) {
        return name.equals("localhost") || name.startsWith("[") || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    }

    private static String nameOf(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    private static String authorityOf(String origin) {
        try {
            String authority = new URI(origin).getRawAuthority();
            return authority == null ? "" : authority.toLowerCase(Locale.ROOT);
        } catch (URISyntaxException garbage) {
            return "";
        }
    }
}
