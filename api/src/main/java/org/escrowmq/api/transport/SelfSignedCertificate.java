package org.escrowmq.api.transport;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;

/**
 * A P-256 key and an X.509 v3 certificate that it signed itself, valid from a day ago for ten years. The JDK reads
 * certificates and has no public way to make one, so the few DER elements are written here (RFC 5280, section 4.1).
 */
record SelfSignedCertificate(PrivateKey key, X509Certificate certificate) {
    private static final int SEQUENCE = 0x30;
    private static final byte[] ECDSA_WITH_SHA256 = bytes(0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2);
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = bytes(0x06, 3, 0x55, 0x1d, 0x11);
    private static final byte[] VERSION_3 = bytes(0xa0, 3, 2, 1, 2);
    private static final DateTimeFormatter GENERALIZED_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Instant GENERALIZED_FROM = Instant.parse("2050-01-01T00:00:00Z");

    /** A new pair for these host names and IP addresses. */
    static SelfSignedCertificate create(Collection<String> hosts, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            byte[] content = content(pair, hosts, now);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(content);
            byte[] der = element(SEQUENCE, content, element(SEQUENCE, ECDSA_WITH_SHA256), bitString(signature.sign()));
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            certificate.verify(pair.getPublic());
            return new SelfSignedCertificate(pair.getPrivate(), certificate);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks EC keys or X.509", e);
        }
    }

    private static byte[] content(KeyPair pair, Collection<String> hosts, Instant now) {
        byte[] name = new X500Principal("CN=Escrow, O=self-signed").getEncoded();
        byte[] serial = element(
                0x02,
                new BigInteger(127, new SecureRandom()).add(BigInteger.ONE).toByteArray());
        byte[] validity = element(SEQUENCE, time(now.minus(1, ChronoUnit.DAYS)), time(now.plus(3650, ChronoUnit.DAYS)));
        byte[] extension =
                element(SEQUENCE, SUBJECT_ALTERNATIVE_NAME, element(0x04, element(SEQUENCE, alternativeNames(hosts))));
        return element(
                SEQUENCE,
                VERSION_3,
                serial,
                element(SEQUENCE, ECDSA_WITH_SHA256),
                name,
                validity,
                name,
                pair.getPublic().getEncoded(),
                element(0xa3, element(SEQUENCE, extension)));
    }

    private static byte[] alternativeNames(Collection<String> hosts) {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        for (String host : hosts) {
            byte[] address = HostText.addressBytes(host);
            byte[] name =
                    address != null ? element(0x87, address) : element(0x82, host.getBytes(StandardCharsets.US_ASCII));
            names.writeBytes(name);
        }
        return names.toByteArray();
    }

    private static byte[] time(Instant instant) {
        boolean far = !instant.isBefore(GENERALIZED_FROM);
        String text = (far ? GENERALIZED_TIME : UTC_TIME).format(instant);
        return element(far ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bitString(byte[] content) {
        return element(0x03, bytes(0), content);
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) content.writeBytes(part);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] digits = BigInteger.valueOf(length).toByteArray();
            int skip = digits[0] == 0 ? 1 : 0;
            out.write(0x80 | (digits.length - skip));
            out.write(digits, skip, digits.length - skip);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }
}
