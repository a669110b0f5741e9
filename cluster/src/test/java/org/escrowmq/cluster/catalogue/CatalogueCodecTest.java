package org.escrowmq.cluster.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaLimits;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.Test;

class CatalogueCodecTest {
    private static final GroupName BILLING = new GroupName("ns", "billing");

    /** One of each kind that version 2 had, in the order of their numbers. */
    private static List<CatalogueEvent> everyOldKind(boolean dropsDuplicates) {
        TopicDescription topic = new TopicDescription(
                new TopicId(5),
                new TopicName("ns", "orders"),
                TopicType.FIFO,
                3,
                Permission.READ,
                Duration.ofDays(3),
                dropsDuplicates,
                1234567890123L);
        GroupSpec customized = new GroupSpec(
                BILLING,
                true,
                17,
                GroupSpec.StartPosition.FIRST,
                new RetryPolicy.Customized(List.of(Duration.ofSeconds(1), Duration.ofSeconds(5))));
        GroupSpec exponential = new GroupSpec(
                GroupName.of("äudit"),
                false,
                1,
                GroupSpec.StartPosition.LATEST,
                new RetryPolicy.Exponential(Duration.ofMillis(100), Duration.ofMinutes(1), 1.5));
        return List.of(
                new CatalogueEvent.TopicSet(topic),
                new CatalogueEvent.TopicDeleted(new TopicId(5)),
                new CatalogueEvent.TopicErased(new TopicId(5)),
                new CatalogueEvent.GroupSet(new GroupDescription(customized, true, false, 9)),
                new CatalogueEvent.GroupSet(new GroupDescription(exponential, false, true, 10)),
                new CatalogueEvent.GroupDeleted(BILLING),
                new CatalogueEvent.GroupBound(BILLING, new TopicId(5), 3, true),
                new CatalogueEvent.SecretMade(ByteBuffer.wrap(new byte[] {1, 2, 3, 4})),
                new CatalogueEvent.TopicIdsUsed(new TopicId(7)),
                new CatalogueEvent.GroupForgotten(BILLING));
    }

    private static List<CatalogueEvent> everyKind() {
        List<CatalogueEvent> events = new ArrayList<>(everyOldKind(false));
        events.add(new CatalogueEvent.QuotaSet(
                new Quota(new QuotaTarget(QuotaTarget.Kind.CLIENT, "web-*"), new QuotaLimits(1000, 1 << 20, 50))));
        events.add(new CatalogueEvent.QuotaUnset(new QuotaTarget(QuotaTarget.Kind.TOPIC, "ns/orders")));
        return events;
    }

    private static String golden(int version) {
        String name = "/golden/catalogue-v" + version + ".hex";
        try (InputStream file = CatalogueCodecTest.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void theStoredFormIsTheGoldenOne() {
        assertEquals(
                golden(3),
                HexFormat.of().formatHex(CatalogueCodec.encode(everyKind()).array()));
    }

    @Test
    void theGoldenFormIsRead() {
        assertEquals(
                everyKind(),
                CatalogueCodec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(golden(3)))));
    }

    @Test
    void versionTwoHadNoQuotas() {
        assertEquals(
                everyOldKind(false),
                CatalogueCodec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(golden(2)))));
    }

    @Test
    void topicsOfVersionOneDropDuplicates() {
        assertEquals(
                everyOldKind(true),
                CatalogueCodec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(golden(1)))));
    }

    @Test
    void whatIsCutShortIsRefusedAtEveryByte() {
        byte[] whole = CatalogueCodec.encode(everyKind()).array();
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(whole, 0, length).slice();
            assertThrows(IllegalArgumentException.class, () -> CatalogueCodec.decode(cut), "at " + length);
        }
    }

    @Test
    void otherVersionsAndKindsAreRefused() {
        byte[] whole = CatalogueCodec.encode(everyKind()).array();
        whole[0] = 4;
        assertThrows(IllegalArgumentException.class, () -> CatalogueCodec.decode(ByteBuffer.wrap(whole)));
        whole[0] = 3;
        whole[5] = 99;
        assertThrows(IllegalArgumentException.class, () -> CatalogueCodec.decode(ByteBuffer.wrap(whole)));
    }
}
