package org.escrowmq.api.transport;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate and key with which a port presents itself: from PEM files, which are read again when they change, or
 * self-signed and held in memory only. Connections that are open keep the identity they began with.
 */
public final class TlsIdentity {
    private static final Logger log = LoggerFactory.getLogger(TlsIdentity.class);

    private final @Nullable PemFiles files;
    private volatile SslContext current;
    private @Nullable Version loaded;

    private record PemFiles(Path certificate, Path key) {}

    private record Version(Instant certificateChanged, Instant keyChanged) {}

    private TlsIdentity(@Nullable PemFiles files, SslContext current, @Nullable Version loaded) {
        this.files = files;
        this.current = current;
        this.loaded = loaded;
    }

    /** A fresh key and a certificate signed with it for these host names and addresses. */
    public static TlsIdentity selfSigned(Collection<String> hosts) {
        SelfSignedCertificate identity = SelfSignedCertificate.create(hosts, Instant.now());
        try {
            return new TlsIdentity(
                    null, context(SslContextBuilder.forServer(identity.key(), identity.certificate())), null);
        } catch (SSLException e) {
            throw new IllegalStateException("no TLS implementation takes an EC key", e);
        }
    }

    /** The PEM certificate chain and PKCS#8 key in these files. */
    public static TlsIdentity ofFiles(Path certificate, Path key) throws IOException {
        PemFiles files = new PemFiles(certificate, key);
        Version version = version(files);
        return new TlsIdentity(files, load(files), version);
    }

    /** What new connections are served with. */
    SslContext current() {
        return current;
    }

    /**
     * Reads the files again if they changed. A pair that does not load (half written, or not belonging together) leaves the
     * identity as it was, is reported as an error, and is tried again the next time. True when a new identity is in place.
     * Called by one thread at a time.
     */
    public boolean reloadIfChanged() {
        if (files == null) return false;
        try {
            Version version = version(files);
            if (version.equals(loaded)) return false;
            current = load(files);
            loaded = version;
            log.info("TLS certificate read again from {}", files.certificate());
            return true;
        } catch (IOException | IllegalArgumentException e) {
            log.error(
                    "the changed TLS files {} and {} do not load, the old ones stay in use: {}",
                    files.certificate(),
                    files.key(),
                    e.getMessage());
            return false;
        }
    }

    private static SslContext load(PemFiles files) throws SSLException {
        return context(SslContextBuilder.forServer(
                files.certificate().toFile(), files.key().toFile()));
    }

    private static SslContext context(SslContextBuilder builder) throws SSLException {
        return GrpcSslContexts.configure(builder).build();
    }

    private static Version version(PemFiles files) throws IOException {
        return new Version(
                Files.getLastModifiedTime(files.certificate()).toInstant(),
                Files.getLastModifiedTime(files.key()).toInstant());
    }
}
