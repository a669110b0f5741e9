package org.escrowmq.api.admin;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ids for messages that the server itself sends for an operator, in the form that the clients use: 34 upper-case hex
 * digits, version 01, 6 bytes of the sender, 2 of the process, 4 of seconds since 2021, 4 of a counter. The sender's bytes
 * are random for each process (with the bit that marks an address as not a hardware one), so two nodes never agree.
 * Thread-safe.
 */
final class OperatorMessageIds {
    private static final long EPOCH_2021_SECONDS =
            Instant.parse("2021-01-01T00:00:00Z").getEpochSecond();
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final InstantSource clock;
    private final String prefix;
    private final AtomicInteger counter = new AtomicInteger();

    OperatorMessageIds(InstantSource clock) {
        this.clock = clock;
        byte[] sender = new byte[6];
        new SecureRandom().nextBytes(sender);
        sender[0] |= 0x02;
        this.prefix = "01" + HEX.formatHex(sender)
                + HEX.toHexDigits((short) ProcessHandle.current().pid());
    }

    String next() {
        int seconds = (int) (clock.instant().getEpochSecond() - EPOCH_2021_SECONDS);
        return prefix + HEX.toHexDigits(seconds) + HEX.toHexDigits(counter.getAndIncrement());
    }
}
