package org.escrowmq.api.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells IP address literals from host names without ever looking a name up. */
public final class HostText {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private HostText() {}

    /** Whether the text has the form of an IPv4 address. */
    public static boolean isIpv4(String host) {
        return IPV4.matcher(host).matches();
    }

    /** Whether the text has the form of an IPv6 address, without brackets. */
    public static boolean isIpv6(String host) {
        return host.indexOf(':') >= 0;
    }

    /** The 4 or 16 bytes of an address literal; null for a host name. */
    static byte @Nullable [] addressBytes(String host) {
        if (isIpv4(host)) return ipv4(host);
        if (!isIpv6(host)) return null;
        try {
            return InetAddress.getByName(host).getAddress(); // text with a colon is never looked up
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IP address: " + host, e);
        }
    }

    private static byte[] ipv4(String host) {
        String[] parts = host.split("\\.");
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            int part = Integer.parseInt(parts[i]);
            if (part > 255) throw new IllegalArgumentException("not an IP address: " + host);
            bytes[i] = (byte) part;
        }
        return bytes;
    }
}
