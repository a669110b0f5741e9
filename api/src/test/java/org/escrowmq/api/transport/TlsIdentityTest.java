package org.escrowmq.api.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIdentityTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void aSelfSignedCertificateIsValidForItsHosts() throws Exception {
        X509Certificate certificate = SelfSignedCertificate.create(
                        List.of("localhost", "mq.example.org", "127.0.0.1", "::1"), NOW)
                .certificate();
        certificate.checkValidity(java.util.Date.from(NOW));
        certificate.checkValidity(java.util.Date.from(NOW.plusSeconds(9L * 365 * 86_400)));
        certificate.verify(certificate.getPublicKey());
        assertEquals(3, certificate.getVersion());
        Set<String> names = certificate.getSubjectAlternativeNames().stream()
                .map(name -> name.get(0) + ":" + name.get(1))
                .collect(Collectors.toSet());
        assertEquals(Set.of("2:localhost", "2:mq.example.org", "7:127.0.0.1", "7:0:0:0:0:0:0:0:1"), names);
    }

    @Test
    void aCertificateBeyondTheYear2050HasItsTime() throws Exception {
        Instant late = Instant.parse("2049-06-01T00:00:00Z");
        X509Certificate certificate =
                SelfSignedCertificate.create(List.of("localhost"), late).certificate();
        assertEquals(late.plusSeconds(3650L * 86_400), certificate.getNotAfter().toInstant());
    }

    @Test
    void changedFilesAreReadAgainAndBadOnesAreNot(@TempDir Path folder) throws Exception {
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        write(certificate, key, 1);
        TlsIdentity identity = TlsIdentity.ofFiles(certificate, key);
        var first = identity.current();
        assertFalse(identity.reloadIfChanged());
        assertSame(first, identity.current());
        write(certificate, key, 2);
        assertTrue(identity.reloadIfChanged());
        var second = identity.current();
        assertNotSame(first, second);
        Files.writeString(certificate, "half a certif");
        touch(certificate, 3);
        assertFalse(identity.reloadIfChanged());
        assertSame(second, identity.current());
        write(certificate, key, 4);
        assertTrue(identity.reloadIfChanged());
        assertNotSame(second, identity.current());
        Files.delete(key);
        assertFalse(identity.reloadIfChanged());
    }

    @Test
    void filesThatDoNotLoadStopTheStart(@TempDir Path folder) throws Exception {
        Path certificate = Files.writeString(folder.resolve("cert.pem"), "no certificate");
        Path key = Files.writeString(folder.resolve("key.pem"), "no key");
        assertThrows(Exception.class, () -> TlsIdentity.ofFiles(certificate, key));
        assertThrows(IOException.class, () -> TlsIdentity.ofFiles(folder.resolve("absent"), key));
    }

    private static void write(Path certificate, Path key, int version) throws Exception {
        SelfSignedCertificate pair = SelfSignedCertificate.create(List.of("localhost"), NOW);
        Files.writeString(certificate, pem("CERTIFICATE", pair.certificate().getEncoded()));
        Files.writeString(key, pem("PRIVATE KEY", pair.key().getEncoded()));
        touch(certificate, version);
        touch(key, version);
    }

    private static void touch(Path file, int version) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(NOW.plusSeconds(version)));
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind + "-----\n";
    }
}
