package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.FilterType;
import apache.rocketmq.v2.ReceiveMessageResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.FilterExpressionType;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageBuilder;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SQL92 filters of the official Java client and of the command line. */
@Tag("conformance")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedServer.class)
class SqlFilterTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofSeconds(5);

    private static FilterExpression sql(String expression) {
        return new FilterExpression(expression, FilterExpressionType.SQL92);
    }

    /** One message for each price, in this order, into the topic's one queue. */
    private static void send(SharedServer.Running server, String topic, String... prices) throws Exception {
        try (Producer producer = server.clients().producer(topic)) {
            for (String price : prices) {
                MessageBuilder message = OfficialClients.message(topic)
                        .setBody(Received.bytes(price))
                        .setTag("goods");
                if (!price.equals("none")) message.addProperty("price", price);
                producer.send(message.build());
            }
        }
    }

    @Test
    @DisplayName("106: a push consumer with price > 20 gets 30 and not 10, and goes on past what does not match")
    void push(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        send(server, topic, "10", "30", "none", "20", "cheap", "20.5", "21");
        Received received = new Received();
        try (PushConsumer consumer =
                server.clients().push(server.group(), topic, sql("price > 20 AND TAGS = 'goods'"), received)) {
            received.awaitCount(2, SOON);
            send(server, topic, "5", "99");
            received.awaitCount(3, SOON);
        }
        assertEquals(new TreeSet<>(List.of("21", "30", "99")), new TreeSet<>(received.texts()));
        assertEquals(3, received.texts().size());
    }

    @Test
    @DisplayName("106: a simple consumer with a filter of several conditions gets what matches")
    void simple(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        send(server, topic, "10", "30", "none", "15");
        try (SimpleConsumer consumer = server.clients()
                .simple(server.group(), topic, sql("(price BETWEEN 9 AND 16) OR price IS NULL"), POLL)) {
            TreeSet<String> texts = new TreeSet<>();
            while (texts.size() < 3) {
                for (MessageView message : consumer.receive(8, SOON)) {
                    texts.add(Received.text(message));
                    consumer.ack(message);
                }
            }
            assertEquals(new TreeSet<>(List.of("10", "15", "none")), texts);
            assertEquals(List.of(), consumer.receive(8, SOON));
        }
    }

    @ParameterizedTest(name = "107: with the filter [{0}] a Java consumer does not start, and a receive is refused")
    @ValueSource(strings = {"", "price >", "price LIKE 'a%'"})
    void wrong(String expression, SharedServer.Running server) {
        String topic = server.topic(1);
        String group = server.group();
        // Java tries three times; what it reports in the end is that the server ended its stream.
        assertThrows(Throwable.class, () -> server.clients().simple(group, topic, sql(expression), POLL));
        try (RawClient raw = server.raw()) {
            List<ReceiveMessageResponse> frames = raw.frames(
                    RawClient.receiveRequest(group, topic, 1, SOON, POLL)
                            .setFilterExpression(apache.rocketmq.v2.FilterExpression.newBuilder()
                                    .setType(FilterType.SQL)
                                    .setExpression(expression))
                            .build(),
                    Duration.ofSeconds(10));
            assertEquals(Code.ILLEGAL_FILTER_EXPRESSION, RawClient.status(frames));
        }
    }

    @Test
    @DisplayName("108: a filter on a property that no message has gets nothing and fails nothing")
    void absentProperty(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        send(server, topic, "10", "30");
        String group = server.group();
        Received received = new Received();
        try (PushConsumer push = server.clients().push(server.group(), topic, sql("weight > 1"), received);
                SimpleConsumer simple = server.clients().simple(group, topic, sql("weight > 1"), POLL)) {
            assertTrue(push != null);
            assertEquals(List.of(), simple.receive(8, SOON));
            assertEquals(List.of(), simple.receive(8, SOON));
        }
        assertEquals(List.of(), received.texts());
        assertEquals(2, server.admin().standings(group).get(0).progress(), "what does not match counts as consumed");
    }

    @Test
    @DisplayName("106: escrow receive --sql and escrow message peek --sql show what matches")
    void commandLine(SharedServer.Running server) throws Exception {
        String topic = server.topic(1);
        send(server, topic, "10", "30");
        String peeked = json(server, "message", "peek", topic, "--sql", "price > 20");
        assertTrue(peeked.contains("\"price\":\"30\"") && !peeked.contains("\"price\":\"10\""), peeked);
        String received =
                json(server, "receive", topic, server.group(), "--sql", "price > 20", "--ack", "--wait", "20s");
        assertTrue(received.contains("\"price\":\"30\"") && !received.contains("\"price\":\"10\""), received);
        String wrong = assertThrows(
                        IllegalStateException.class,
                        () -> server.command("receive", topic, "g", "--sql", "price > > 20"))
                .getMessage();
        assertTrue(wrong.contains("exits with 2") && wrong.contains("at character 9"), wrong);
    }

    /** With a time-out for a busy machine. */
    private static String json(SharedServer.Running server, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-o", "json", "--timeout", "50s", "--endpoint", server.endpoint()));
        return server.command(all.toArray(new String[0]));
    }
}
