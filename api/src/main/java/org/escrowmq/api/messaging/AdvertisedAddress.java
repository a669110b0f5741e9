package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Address;
import apache.rocketmq.v2.AddressScheme;
import apache.rocketmq.v2.Endpoints;
import java.util.Arrays;
import java.util.List;
import org.escrowmq.api.transport.HostText;

/** An address under which clients reach the service from where they are. An IPv6 host stands without brackets. */
public record AdvertisedAddress(String host, int port) {
    /** Rejects blank hosts and ports out of range. */
    public AdvertisedAddress {
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not an address to advertise: " + host + ":" + port);
        }
    }

    /** Parses {@code host:port}, {@code [v6]:port}, several joined by {@code ;}. The empty text is none. */
    public static List<AdvertisedAddress> parseAll(String text) {
        if (text.isBlank()) return List.of();
        return Arrays.stream(text.split(";"))
                .map(String::trim)
                .map(AdvertisedAddress::parse)
                .toList();
    }

    private static AdvertisedAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) throw new IllegalArgumentException("an advertised address is host:port, got " + text);
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        try {
            return new AdvertisedAddress(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("an advertised address is host:port, got " + text, e);
        }
    }

    /** Several addresses form one connection target: all of one kind, and a host name only alone. */
    static void requireUsableTogether(List<AdvertisedAddress> addresses) {
        boolean alike =
                addresses.stream().map(AdvertisedAddress::scheme).distinct().count() <= 1;
        boolean nameAmongSeveral = addresses.size() > 1
                && addresses.stream().anyMatch(address -> address.scheme() == AddressScheme.DOMAIN_NAME);
        if (!alike || nameAmongSeveral) {
            throw new IllegalArgumentException(
                    "escrow.api.messaging.advertised-address: several addresses are all IPv4 or"
                            + " all IPv6, and a host name stands alone; got " + addresses);
        }
    }

    /** The wire form of one or more addresses, in this order. */
    static Endpoints endpoints(List<AdvertisedAddress> addresses) {
        Endpoints.Builder endpoints =
                Endpoints.newBuilder().setScheme(addresses.get(0).scheme());
        for (AdvertisedAddress address : addresses) {
            endpoints.addAddresses(Address.newBuilder().setHost(address.host()).setPort(address.port()));
        }
        return endpoints.build();
    }

    private AddressScheme scheme() {
        if (HostText.isIpv4(host)) return AddressScheme.IPv4;
        return HostText.isIpv6(host) ? AddressScheme.IPv6 : AddressScheme.DOMAIN_NAME;
    }
}
