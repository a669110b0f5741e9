package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.escrowmq.api.transport.TlsMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagingSettingsTest {
    @Test
    void defaults() {
        MessagingSettings defaults = MessagingSettings.of(ConfigFactory.parseResources("reference.conf"));
        assertEquals(
                new MessagingSettings(
                        "127.0.0.1",
                        8081,
                        List.of(),
                        2,
                        4,
                        false,
                        new MessagingSettings.Tls(TlsMode.PERMISSIVE, Optional.empty(), Duration.ofSeconds(60)),
                        new MessagingSettings.LongPoll(
                                Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMillis(500)),
                        new MessagingSettings.KeepAlive(
                                Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(20)),
                        new MessagingSettings.Limits(
                                16_384,
                                96L << 20,
                                100_000,
                                20_000,
                                64,
                                8192,
                                136_314_880,
                                64 << 10,
                                1 << 20,
                                2000,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(20)),
                        new MessagingSettings.Overload(
                                Duration.ofMillis(100), 1024, 2000, Duration.ofSeconds(2), 16_384),
                        new MessagingSettings.Delays(Duration.ofDays(365), false),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10)),
                defaults);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "port = 65536",
                "event-loops = 0",
                "assignments-per-topic = 0",
                "long-poll.min = 30s",
                "long-poll.reserve = 6s",
                "limits.sends-in-flight = 0",
                "limits.client-commands = 0",
                "overload.send-time = 0s",
                "overload.sends-in-flight-min = 0",
                "overload.refusals-per-second = 0",
                "overload.refusal-hold = -1s",
                "overload.refusals-held = -1",
                "client-command-timeout = 0s",
                "limits.request-bytes = 4 MiB",
                "limits.reset-window = 10ms",
                "tls.mode = sometimes",
                "tls.certificate-file = cert.pem",
                "advertised-address = nowhere",
                "advertised-address = \"a:1;b:2\"",
                "advertised-address = \"10.0.0.1:1;[::1]:2\""
            })
    void whatCannotWorkIsRefused(String override) {
        assertThrows(IllegalArgumentException.class, () -> Rig.settings(override));
    }

    @Test
    void filesAndAddresses() {
        MessagingSettings settings = Rig.settings("tls { certificate-file = c.pem, key-file = k.pem, mode = ENFORCE }\n"
                + "advertised-address = \"[2001:db8::1]:8081; [::1]:9\"");
        assertEquals(
                Optional.of(new MessagingSettings.Tls.Files(Path.of("c.pem"), Path.of("k.pem"))),
                settings.tls().files());
        assertEquals(
                List.of(new AdvertisedAddress("2001:db8::1", 8081), new AdvertisedAddress("::1", 9)),
                settings.advertised());
        assertTrue(AdvertisedAddress.parseAll(" ").isEmpty());
    }
}
