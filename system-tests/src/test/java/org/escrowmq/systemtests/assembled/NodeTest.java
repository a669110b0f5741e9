package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.awaitility.Awaitility;
import org.escrowmq.systemtests.assembled.NodeClient.View;
import org.escrowmq.systemtests.client.AdminCalls;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The official Node client, unmodified from npm: it produces and consumes, also together with the Java client. */
@Tag("conformance")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith({SharedServer.class, NodeParameter.class})
class NodeTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(10);

    /** Every byte value, one byte, other scripts, and 3 MiB: Node takes frames up to 4 MiB. */
    private static List<byte[]> bodies() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) all[i] = (byte) i;
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        return List.of(
                all, new byte[] {0}, Received.bytes("тест 測試 🚀"), Received.bytes("{\"json\": true}\r\n"), large);
    }

    @Test
    @DisplayName("5, 69: what Node sends, Node's push consumer and a Java consumer get, byte for byte")
    void producesAndPushConsumes(SharedServer.Running server, NodePackages node) throws Exception {
        String topic = server.topic(4);
        String group = server.group();
        Map<String, byte[]> sent = new HashMap<>();
        Map<String, Object> more = Map.of(
                "tag",
                "étiquette",
                "keys",
                List.of("order-17", "ключ"),
                "properties",
                Map.of("price", "30", "名", "値🚀"));
        try (NodeClient producer = NodeClient.producer(node, server.endpoint(), topic)) {
            for (byte[] body : bodies()) sent.put(producer.send(topic, body, more), body);
            assertEquals(0, producer.shutDown(SOON));
        }
        try (NodeClient consumer = NodeClient.push(node, server.endpoint(), group, topic, Map.of())) {
            Map<String, byte[]> left = new HashMap<>(sent);
            while (!left.isEmpty()) {
                View view = consumer.received(SOON);
                assertFalse(view.corrupted());
                assertArrayEquals(left.remove(view.id()), view.bytes());
                assertEquals(topic, view.topic());
                assertEquals("étiquette", view.tag());
                assertEquals(List.of("order-17", "ключ"), view.keys());
                assertEquals(Map.of("price", "30", "名", "値🚀"), view.properties());
                assertEquals(1, view.attempt());
                assertTrue(Math.abs(System.currentTimeMillis() - view.bornMillis()) < 300_000);
            }
            assertEquals(1, server.admin().clientsOfGroup(group).size());
            assertEquals(0, consumer.shutDown(SOON));
            assertTrue(consumer.quiet());
        }
        assertEquals(List.of(), server.admin().clientsOfGroup(group));
        assertJavaGets(server, topic, sent);
    }

    private static void assertJavaGets(SharedServer.Running server, String topic, Map<String, byte[]> sent)
            throws Exception {
        Map<String, byte[]> left = new HashMap<>(sent);
        try (SimpleConsumer java = server.clients().simple(server.group(), topic, Duration.ofSeconds(5))) {
            Awaitility.await().atMost(SOON).until(() -> {
                for (MessageView view : java.receive(8, SOON)) {
                    assertEquals(ByteBuffer.wrap(left.remove(view.getMessageId().toString())), view.getBody());
                    assertEquals("値🚀", view.getProperties().get("名"));
                }
                return left.isEmpty();
            });
        }
    }

    @Test
    @DisplayName(
            "128: a Node push listener that fails once gets the message again after the first delay, with attempt 2")
    void failedListener(SharedServer.Running server, NodePackages node) {
        String topic = server.topic(2);
        try (NodeClient producer = NodeClient.producer(node, server.endpoint(), topic);
                NodeClient consumer =
                        NodeClient.push(node, server.endpoint(), server.group(), topic, Map.of("failOnce", "shaky"))) {
            String id = producer.send(topic, Received.bytes("again"), Map.of("tag", "shaky"));
            View first = consumer.received(SOON);
            long failedNanos = System.nanoTime();
            View second = consumer.received(SOON);
            Duration between = Duration.ofNanos(System.nanoTime() - failedNanos);
            assertEquals(List.of(id, id), List.of(first.id(), second.id()));
            assertEquals(List.of(1, 2), List.of(first.attempt(), second.attempt()));
            // The group's first step is a second; the clocks of three processes are in between.
            assertTrue(between.compareTo(Duration.ofMillis(800)) >= 0, "came again after " + between);
        }
    }

    @Test
    @DisplayName(
            "116, 117, 123: Node's simple consumer acknowledges, lets a lease end, prolongs one, and gets nothing in the end")
    void simpleConsumer(SharedServer.Running server, NodePackages node) {
        String topic = server.topic(1);
        try (NodeClient producer = NodeClient.producer(node, server.endpoint(), topic);
                NodeClient consumer = NodeClient.simple(node, server.endpoint(), server.group(), topic, Map.of())) {
            for (String text : List.of("acked", "forgotten", "prolonged")) {
                producer.send(topic, Received.bytes(text), Map.of());
            }
            Map<String, View> views = new HashMap<>();
            while (views.size() < 3) consumer.receive(8, LEASE).forEach(view -> views.put(view.text(), view));
            consumer.ack(views.get("acked"));
            consumer.changeInvisible(views.get("prolonged"), Duration.ofSeconds(25));
            View again = receiveOne(consumer);
            assertEquals("forgotten", again.text());
            assertEquals(2, again.attempt());
            consumer.ack(again);
            View last = receiveOne(consumer);
            assertEquals("prolonged", last.text());
            assertEquals(2, last.attempt());
            consumer.ack(last);
            assertEquals(List.of(), consumer.receive(8, LEASE));
        }
    }

    /** Polls of 5 s, until something comes. */
    private static View receiveOne(NodeClient consumer) {
        long end = System.nanoTime() + SOON.toNanos();
        while (System.nanoTime() < end) {
            List<View> views = consumer.receive(1, SOON);
            if (!views.isEmpty()) return views.get(0);
        }
        throw new AssertionError("nothing came within " + SOON);
    }

    @Test
    @DisplayName(
            "137, 144: Node's push consumer of an ordered group gets each message group in order, also around a failure")
    void inOrder(SharedServer.Running server, NodePackages node) {
        String topic = server.fifoTopic(4);
        String group = server.fifoGroup();
        try (NodeClient producer = NodeClient.producer(node, server.endpoint(), topic);
                NodeClient consumer =
                        NodeClient.push(node, server.endpoint(), group, topic, Map.of("failOnce", "shaky"))) {
            for (int i = 0; i < 20; i++) {
                Map<String, Object> more = new HashMap<>(Map.of("messageGroup", "g" + i % 2));
                if (i == 6) more.put("tag", "shaky");
                producer.send(topic, Received.bytes("m" + i), more);
            }
            assertTrue(producer.sendRefused(topic, Received.bytes("no group"), Map.of())
                    .contains("not match"));
            List<String> even = new ArrayList<>();
            List<String> odd = new ArrayList<>();
            for (int i = 0; i < 21; i++) {
                View view = consumer.received(SOON);
                (view.messageGroup().equals("g0") ? even : odd).add(view.text());
            }
            assertEquals(List.of("m0", "m2", "m4", "m6", "m6", "m8", "m10", "m12", "m14", "m16", "m18"), even);
            assertEquals(List.of("m1", "m3", "m5", "m7", "m9", "m11", "m13", "m15", "m17", "m19"), odd);
        }
    }

    @Test
    @DisplayName("106: Node's consumers with an SQL filter get what matches")
    void sql(SharedServer.Running server, NodePackages node) {
        String topic = server.topic(2);
        Map<String, Object> filter = Map.of("sql", "price > 20 AND region IN ('eu', 'us')");
        try (NodeClient producer = NodeClient.producer(node, server.endpoint(), topic);
                NodeClient push = NodeClient.push(node, server.endpoint(), server.group(), topic, filter);
                NodeClient simple = NodeClient.simple(node, server.endpoint(), server.group(), topic, filter)) {
            producer.send(topic, Received.bytes("cheap"), properties("10", "eu"));
            producer.send(topic, Received.bytes("far"), properties("30", "mars"));
            String id = producer.send(topic, Received.bytes("match"), properties("30", "eu"));
            assertEquals(id, push.received(SOON).id());
            View view = receiveOne(simple);
            assertEquals(id, view.id());
            simple.ack(view);
            assertEquals(List.of(), simple.receive(8, LEASE));
            assertTrue(push.quiet());
        }
    }

    @Test
    void whatNodeCannotDoForAnOperatorItSaysAtOnce(SharedServer.Running server, NodePackages node) {
        String topic = server.topic(1);
        String group = server.group();
        try (NodeClient producer = NodeClient.producer(node, server.endpoint(), topic);
                NodeClient consumer = NodeClient.push(node, server.endpoint(), group, topic, Map.of())) {
            String id = producer.send(topic, Received.bytes("try this"), Map.of());
            assertEquals(id, consumer.received(SOON).id());
            String client = server.admin().clientsOfGroup(group).get(0);
            assertEquals("mock stack", server.admin().clientStack(client));
            AdminCalls.Verdict verdict = server.admin().verify(client, topic, 0, 0);
            assertFalse(verdict.consumed());
            assertEquals("NOT_IMPLEMENTED", verdict.code());
            assertTrue(server.command("client", "show", client).contains("NODE_JS"));
        }
    }

    private static Map<String, Object> properties(String price, String region) {
        return Map.of("properties", Map.of("price", price, "region", region));
    }
}
