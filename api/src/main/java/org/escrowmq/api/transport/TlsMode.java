package org.escrowmq.api.transport;

/** Which connections a port takes. */
public enum TlsMode {
    /** TLS and plaintext, told apart by their first byte. */
    PERMISSIVE,
    /** TLS only; plaintext connections are closed. */
    ENFORCE,
    /** Plaintext only; TLS connections are closed. */
    DISABLE;

    /** Whether TLS connections are served. */
    public boolean takesTls() {
        return this != DISABLE;
    }

    /** Whether plaintext connections are served. */
    public boolean takesPlaintext() {
        return this != ENFORCE;
    }
}
