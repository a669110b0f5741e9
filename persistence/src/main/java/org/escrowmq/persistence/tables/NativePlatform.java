package org.escrowmq.persistence.tables;

import java.io.IOException;
import java.util.Locale;

/** Where the native LevelDB library exists: Linux, macOS and Windows on x86. */
final class NativePlatform {
    private NativePlatform() {}

    /** Refuses a platform for which no library is shipped, before the loader fails with a text that helps nobody. */
    static void require(String os, String architecture) throws IOException {
        String name = architecture.toLowerCase(Locale.ROOT);
        boolean x86 = name.equals("amd64") || name.equals("x86_64") || name.equals("x86") || name.equals("i386");
        if (!x86) throw new IOException(refusal(os, architecture));
    }

    static String refusal(String os, String architecture) {
        return "There is no native LevelDB library for " + os + " on " + architecture
                + ". Escrow's store needs one; it is shipped for Linux, macOS and Windows on x86-64 (not for ARM)."
                + " Run Escrow on an x86-64 machine, or in an x86-64 container or emulation.";
    }
}
