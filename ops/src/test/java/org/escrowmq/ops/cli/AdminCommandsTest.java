package org.escrowmq.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.grpc.BindableService;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.escrowmq.admin.v1.Admin;
import org.escrowmq.admin.v1.Client;
import org.escrowmq.admin.v1.DeadLetter;
import org.escrowmq.admin.v1.Permission;
import org.escrowmq.admin.v1.ResetOffsetRequest;
import org.escrowmq.admin.v1.StartPosition;
import org.escrowmq.admin.v1.StoredMessage;
import org.escrowmq.admin.v1.TopicType;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.cli.Shell.Ended;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands against an admin service in this process. */
class AdminCommandsTest {
    private FakeAdminServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeAdminServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String ok(String... arguments) {
        Ended ended = Shell.at(server, arguments);
        assertEquals(0, ended.code(), ended.err());
        assertEquals("", ended.err());
        return ended.out();
    }

    private Ended fails(ExitCode code, String... arguments) {
        Ended ended = Shell.at(server, arguments);
        assertEquals(code.code(), ended.code(), ended.out() + ended.err());
        assertFalse(ended.err().contains("\tat "), ended.err());
        return ended;
    }

    /** The list of calls is written by hand: it has to be the service's own. */
    @Test
    void the_calls_are_those_of_the_service() throws IllegalAccessException {
        Set<String> ours = new TreeSet<>();
        for (Field field : AdminMethods.class.getDeclaredFields()) {
            if (field.get(null) instanceof io.grpc.MethodDescriptor<?, ?> method) {
                ours.add(method.getFullMethodName() + " " + type(method.getRequestMarshaller()) + " "
                        + type(method.getResponseMarshaller()));
            }
        }
        Set<String> theirs = Admin.getDescriptor().findServiceByName("AdminService").getMethods().stream()
                .map(AdminCommandsTest::described)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(theirs, ours);
        assertEquals(
                theirs.size(),
                ((BindableService) server).bindService().getMethods().size());
    }

    private static String described(MethodDescriptor method) {
        return method.getService().getFullName() + "/" + method.getName() + " "
                + method.getInputType().getFullName() + " "
                + method.getOutputType().getFullName();
    }

    private static String type(io.grpc.MethodDescriptor.Marshaller<?> marshaller) {
        Object prototype = ((io.grpc.MethodDescriptor.PrototypeMarshaller<?>) marshaller).getMessagePrototype();
        return ((com.google.protobuf.Message) prototype).getDescriptorForType().getFullName();
    }

    @Test
    void a_topic_is_created_shown_changed_and_deleted() {
        assertEquals(
                "created topic orders (fifo, 16 queues, retention 168h)",
                ok("topic", "create", "orders", "--type", "fifo", "--queues", "16", "--retention", "7d"));
        assertEquals(TopicType.FIFO, server.topics.get("orders").getType());
        String shown = ok("topic", "show", "orders");
        assertTrue(shown.matches("(?s).*messages +15\\b.*"), shown);
        assertTrue(shown.contains("read by an unordered group"), shown);
        assertTrue(shown.contains("2.0 KiB"), shown);
        ok("topic", "update", "orders", "--permission", "read-write");
        ok("topic", "update", "orders", "--permission", "read");
        assertEquals(Permission.READ, server.topics.get("orders").getPermission());
        assertEquals(16, server.topics.get("orders").getQueues());
        fails(ExitCode.USAGE, "topic", "delete", "orders");
        ok("topic", "delete", "orders", "--yes");
        assertTrue(server.topics.isEmpty());
    }

    @Test
    void the_defaults_of_a_topic_are_those_of_the_help() {
        assertEquals("created topic t (normal, 8 queues, retention 72h)", ok("topic", "create", "t"));
    }

    @Test
    void many_topics_are_created_by_one_command(@TempDir Path folder) throws IOException {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 500; i++) names.append("t").append(i).append('\n');
        Path file = Files.writeString(folder.resolve("names"), names.append('\n'));
        assertEquals(
                "created 502 topics (normal, 1 queues, retention 72h)",
                ok("topic", "create", "a", "b", "t1", "--from-file", file.toString(), "--queues", "1"));
        assertEquals(502, server.topics.size());
        String again =
                fails(ExitCode.REFUSED, "topic", "create", "c", "t1", "t2").err();
        assertTrue(again.contains("of 3 topics created, then: "), again);
        assertEquals(
                "created 1 topics (normal, 8 queues, retention 72h), 500 existed already",
                ok("topic", "create", "d", "--from-file", file.toString(), "--if-absent"));
        Files.writeString(file, "\n");
        assertTrue(fails(ExitCode.USAGE, "topic", "create", "--from-file", file.toString())
                .err()
                .contains("there is no name in"));
        fails(ExitCode.USAGE, "topic", "create", "--from-file", file + ".none");
    }

    @Test
    void a_topic_drops_duplicates_unless_it_is_told_not_to() {
        ok("topic", "create", "t");
        assertTrue(server.topics.get("t").getDropDuplicates());
        assertTrue(ok("topic", "show", "t").matches("(?s).*drop duplicates +yes\\b.*"));
        ok("topic", "update", "t", "--no-drop-duplicates");
        assertFalse(server.topics.get("t").getDropDuplicates());
        ok("topic", "update", "t", "--permission", "read");
        assertFalse(server.topics.get("t").getDropDuplicates());
        ok("topic", "update", "t", "--drop-duplicates");
        assertTrue(server.topics.get("t").getDropDuplicates());
        ok("topic", "create", "u", "--no-drop-duplicates");
        assertFalse(server.topics.get("u").getDropDuplicates());
        ok("topic", "create", "v", "--drop-duplicates");
        assertTrue(server.topics.get("v").getDropDuplicates());
    }

    @Test
    void lists_are_read_to_the_last_page() {
        for (int i = 0; i < 5; i++) ok("topic", "create", "t" + i);
        assertEquals(6, ok("topic", "ls").lines().count());
        assertEquals("[]", ok("topic", "ls", "none", "-o", "json"));
        String json = ok("topic", "ls", "t3", "-o", "json");
        assertTrue(
                json.contains("{\"name\":\"t3\",\"type\":\"normal\",\"queues\":8,\"permission\":\"read-write\""), json);
    }

    @Test
    void a_group_is_created_paused_resumed_changed_and_deleted() {
        assertEquals(
                "created group billing (fifo, 5 attempts, starts at first)",
                ok("group", "create", "billing", "--fifo", "--max-attempts", "5", "--start", "first"));
        assertTrue(ok("group", "pause", "billing").endsWith(", paused)"));
        ok("group", "resume", "billing");
        ok("group", "update", "billing", "--no-fifo");
        assertFalse(server.groups.get("billing").getFifo());
        assertEquals(5, server.groups.get("billing").getMaxAttempts());
        String shown = ok("group", "show", "billing");
        assertTrue(shown.contains("1s 5s"), shown);
        assertTrue(ok("group", "ls", "-o", "json").contains("\"maxAttempts\":5"));
        ok("group", "delete", "billing", "--yes");
        assertTrue(server.groups.isEmpty());
    }

    @Test
    void a_group_says_how_long_a_failed_message_waits() {
        ok("group", "create", "billing", "--retry", "1s, 5m");
        assertTrue(ok("group", "show", "billing").contains("1s 5m"));
        ok("group", "update", "billing", "--retry", "exponential:500ms:10m:1.5");
        assertTrue(ok("group", "show", "billing").contains("500ms x 1.5, at most 10m"));
        for (String wrong :
                List.of("soon", "1s,,2s", "exponential:1s:2s", "exponential:1s:2s:0.5", "exponential:a:b:c")) {
            assertTrue(fails(ExitCode.USAGE, "group", "update", "billing", "--retry", wrong)
                    .err()
                    .contains("exponential:1s:10m:2"));
        }
    }

    private void letters(int count) {
        for (int i = 0; i < count; i++) {
            server.letters.add(DeadLetter.newBuilder()
                    .setMessage(StoredMessage.newBuilder()
                            .setTopic("%DLQ%billing")
                            .setOffset(i)
                            .setMessageId("m" + i)
                            .setOriginTopic("orders")
                            .setOriginMessageId("m" + i)
                            .setBody(ByteString.copyFromUtf8("letter " + i)))
                    .setState(DeadLetter.State.WAITING)
                    .build());
        }
    }

    @Test
    void dead_letters_are_listed_shown_and_sent_back() {
        letters(5);
        ok("topic", "create", "%DLQ%billing");
        ok("topic", "create", "orders");
        assertEquals(2, ok("dlq", "ls").lines().count());
        assertEquals(6, ok("dlq", "ls", "billing").lines().count());
        assertEquals(
                3,
                ok("dlq", "ls", "billing", "--from", "1", "--max", "2").lines().count());
        assertTrue(ok("dlq", "show", "billing", "--offset", "3").contains("letter 3"));
        fails(ExitCode.NOT_FOUND, "dlq", "show", "billing", "--offset", "5");
        fails(ExitCode.NOT_FOUND, "dlq", "ls", "other");

        assertEquals("5 dead letters of group billing would go back", ok("dlq", "redrive", "billing", "--dry-run"));
        assertEquals("4 dead letters of group billing go back", ok("dlq", "redrive", "billing", "--from", "1"));
        assertEquals("1 dead letters of group billing go back", ok("dlq", "redrive", "billing", "--rate", "7"));
        assertTrue(ok("dlq", "redrive", "billing", "-o", "json").contains("\"sent\":0"));
        assertTrue(ok("dlq", "ls", "billing").contains("redriven"));
        fails(ExitCode.USAGE, "dlq", "redrive", "billing", "--rate", "0");
    }

    private ResetOffsetRequest reset(String... more) {
        List<String> words = new ArrayList<>(List.of("group", "reset-offset", "billing", "--topic", "orders"));
        words.addAll(List.of(more));
        ok(words.toArray(new String[0]));
        return server.lastReset;
    }

    @Test
    void a_group_is_moved_to_each_kind_of_place() {
        ok("group", "create", "billing");
        assertEquals(StartPosition.FIRST, reset("--to", "first", "--dry-run").getPosition());
        assertTrue(server.lastReset.getDryRun());
        assertFalse(server.lastReset.hasQueue());
        assertEquals(StartPosition.LATEST, reset("--to", "latest", "--yes").getPosition());
        assertFalse(server.lastReset.getDryRun());
        assertEquals(
                1_738_310_400_000L,
                reset("--to", "2025-01-31T08:00:00Z", "--yes").getEpochMillis());
        assertEquals(
                1_738_310_400_000L,
                reset("--to", "2025-01-31T09:00:00+01:00", "--yes").getEpochMillis());
        assertEquals(1_738_310_400_000L, reset("--to", "1738310400000", "--yes").getEpochMillis());
        assertEquals(5, reset("--to", "offset:5", "--queue", "1", "--yes").getOffset());
        assertEquals(1, server.lastReset.getQueue());
    }

    @Test
    void a_move_shows_from_where_to_where() {
        ok("group", "create", "billing");
        String[] words = {"group", "reset-offset", "billing", "--topic", "orders", "--to", "offset:3", "--yes"};
        assertEquals(3, ok(words).lines().count());
        List<String> json = new ArrayList<>(List.of(words));
        json.addAll(List.of("-o", "json"));
        String shown = ok(json.toArray(new String[0]));
        assertTrue(shown.contains("\"queue\":0,\"from\":7,\"to\":3"), shown);
        assertTrue(shown.contains("\"queue\":1,\"from\":null,\"to\":3"), shown);
    }

    @Test
    void a_move_needs_a_place_and_an_intent() {
        ok("group", "create", "billing");
        fails(ExitCode.USAGE, "group", "reset-offset", "billing", "--topic", "orders", "--to", "first");
        fails(ExitCode.USAGE, "group", "reset-offset", "billing", "--topic", "orders", "--yes");
        fails(
                ExitCode.USAGE,
                "group",
                "reset-offset",
                "billing",
                "--topic",
                "o",
                "--to",
                "first",
                "--yes",
                "--dry-run");
        for (String place : List.of("yesterday", "offset:", "offset:x", "2025-01-31T08:00:00", "")) {
            Ended ended =
                    fails(ExitCode.USAGE, "group", "reset-offset", "billing", "--topic", "o", "--yes", "--to", place);
            assertTrue(ended.err().contains("offset:N"), ended.err());
        }
        assertEquals(
                "escrow: there is no group nope",
                fails(ExitCode.NOT_FOUND, "group", "reset-offset", "nope", "--topic", "o", "--to", "first", "--yes")
                        .err());
    }

    @Test
    void one_message_is_shown_by_its_place() {
        ok("topic", "create", "t");
        ok("send", "t", "hi", "--count", "3");
        String shown = ok("message", "get", "--topic", "t", "--queue", "0", "--offset", "1", "-o", "json");
        assertTrue(shown.contains("\"messageId\":\"id-1\""), shown);
        Ended ended = fails(ExitCode.NOT_FOUND, "message", "get", "--topic", "t", "--queue", "0", "--offset", "3");
        assertTrue(ended.err().contains("no message at offset 3"), ended.err());
    }

    @Test
    void clients_are_listed_shown_and_disconnected() {
        for (String id : List.of("a@1", "b@2", "c@3")) {
            server.clients.put(
                    id,
                    Client.newBuilder()
                            .setId(id)
                            .setKind("PRODUCER")
                            .setGroup("g")
                            .addTopics("t")
                            .build());
        }
        assertEquals(
                4, ok("client", "ls", "--group", "g", "--topic", "t").lines().count());
        assertEquals("(none)", ok("client", "ls", "--group", "other"));
        assertTrue(ok("client", "show", "a@1").contains("producer"));
        assertEquals("disconnected a@1", ok("client", "disconnect", "a@1", "--reason", "wrong build"));
        assertEquals(
                "escrow: no client a@1 is connected",
                fails(ExitCode.NOT_FOUND, "client", "disconnect", "a@1").err());
    }

    @Test
    void a_client_tells_its_stacks() {
        server.clients.put("a@1", Client.newBuilder().setId("a@1").build());
        assertEquals("stacks of a@1", ok("client", "stack", "a@1"));
        assertTrue(ok("client", "stack", "a@1", "-o", "json").contains("\"text\":\"stacks of a@1\""));
        fails(ExitCode.NOT_FOUND, "client", "stack", "b@2");
    }

    @Test
    void a_client_tries_a_stored_message_and_its_answer_is_told() {
        ok("topic", "create", "t");
        for (String body : List.of("good", "bad", "slow")) ok("send", "t", body);
        assertEquals("a@1 consumed message id-0", verify(ExitCode.OK, "--queue", "0", "--offset", "0"));
        assertEquals("a@1 consumed message id-0", verify(ExitCode.OK, "--id", "id-0"));
        assertEquals(
                "escrow: a@1 did not consume message id-1: FAILED_TO_CONSUME_MESSAGE listener failed",
                verify(ExitCode.REFUSED, "--id", "id-1"));
        assertEquals(
                "escrow: the client did not answer", verify(ExitCode.UNKNOWN_OUTCOME, "--queue", "0", "--offset", "2"));
        verify(ExitCode.NOT_FOUND, "--id", "id-9");
        verify(ExitCode.USAGE);
        verify(ExitCode.USAGE, "--queue", "0");
        verify(ExitCode.USAGE, "--queue", "0", "--offset", "0", "--id", "id-0");
    }

    private String verify(ExitCode code, String... by) {
        List<String> arguments = new ArrayList<>(List.of("client", "verify", "a@1", "--topic", "t"));
        arguments.addAll(List.of(by));
        Ended ended = Shell.at(server, arguments.toArray(String[]::new));
        assertEquals(code.code(), ended.code(), ended.out() + ended.err());
        return ended.code() == 0 ? ended.out() : ended.err();
    }

    @Test
    void messages_are_sent_in_calls_of_32_and_found_again() {
        ok("topic", "create", "t");
        String sent =
                ok("send", "t", "hi", "--key", "k", "--key", "k2", "--tag", "x", "--property", "a=b", "--count", "70");
        assertEquals(71, sent.lines().count());
        assertEquals(70, server.messages.size());
        StoredMessage message = server.messages.get(69);
        assertEquals("x", message.getTag());
        assertEquals(List.of("k", "k2"), message.getKeysList());
        assertEquals("b", message.getPropertiesMap().get("a"));
        assertTrue(ok("message", "query", "--topic", "t", "--id", "id-3", "-o", "json")
                .contains("\"body\":\"hi\""));
        assertEquals(
                71, ok("message", "query", "--topic", "t", "--key", "k").lines().count());
        assertEquals(
                3,
                ok("message", "peek", "t", "--from", "68", "--max", "10")
                        .lines()
                        .count());
    }

    @Test
    void a_partial_refusal_is_told() {
        ok("topic", "create", "t");
        Ended ended = fails(ExitCode.REFUSED, "send", "t", "refuse me");
        assertEquals("escrow: 0 of 1 stored, then: STORAGE_FULL: no space", ended.err());
    }

    @Test
    void a_body_that_is_no_text_is_shown_as_base64() {
        ok("topic", "create", "t");
        server.messages.add(StoredMessage.newBuilder()
                .setTopic("t")
                .setBody(ByteString.copyFrom(new byte[] {(byte) 0xff, 1}))
                .build());
        assertTrue(ok("message", "peek", "t", "-o", "json").contains("\"body\":\"base64:/wE=\""));
    }

    @Test
    void refusals_keep_their_text_and_have_their_own_codes() {
        assertEquals(
                "escrow: there is no topic nope",
                fails(ExitCode.NOT_FOUND, "topic", "show", "nope").err());
        ok("topic", "create", "t");
        assertEquals(
                "escrow: topic t exists",
                fails(ExitCode.REFUSED, "topic", "create", "t").err());
        assertEquals(
                "escrow: no blanks",
                fails(ExitCode.REFUSED, "topic", "create", "a b").err());
    }

    @Test
    void a_quota_is_set_listed_and_taken_away() {
        ok("topic", "create", "orders");
        assertEquals(
                "set the quota of topic orders (1000 messages/s, 4194304 bytes/s)",
                ok("quota", "set", "--topic", "orders", "--messages", "1000", "--bytes", "4MiB"));
        assertEquals(
                "set the quota of client web-* (64 in flight)",
                ok("quota", "set", "--client", "web-*", "--in-flight", "64"));
        assertEquals("set the quota of group billing (no limit)", ok("quota", "set", "--group", "billing"));
        String listed = ok("quota", "ls");
        assertTrue(listed.contains("(default)"), listed);
        assertTrue(listed.contains("4.0 MiB"), listed);
        assertEquals(5, listed.lines().count(), listed);
        assertTrue(ok("quota", "ls", "-o", "json").contains("\"bytesPerSecond\":4194304"));
        assertEquals("took away the quota of client web-* (64 in flight)", ok("quota", "unset", "--client", "web-*"));
        fails(ExitCode.NOT_FOUND, "quota", "unset", "--client", "web-*");
        fails(ExitCode.NOT_FOUND, "quota", "set", "--topic", "nope", "--messages", "1");
        fails(ExitCode.USAGE, "quota", "set", "--messages", "1");
        fails(ExitCode.USAGE, "quota", "set", "--topic", "orders", "--group", "g", "--messages", "1");
        fails(ExitCode.USAGE, "quota", "set", "--topic", "orders", "--bytes", "many");
    }

    @Test
    void a_server_that_is_not_there_is_told_with_the_way_to_start_one() {
        server.close();
        Ended ended = fails(ExitCode.UNREACHABLE, "topic", "ls");
        assertTrue(
                ended.err().startsWith("escrow: cannot reach the admin service at 127.0.0.1:" + server.port()),
                ended.err());
        assertTrue(ended.err().contains("escrow dev"), ended.err());
        assertTrue(ended.err().contains("--admin HOST:PORT"), ended.err());
    }

    @Test
    void a_backup_names_the_folder_and_the_way_back() {
        String out = ok("backup", "/backups/one");
        assertTrue(out.startsWith("backed up 4096 bytes into /backups/one"), out);
        assertTrue(out.contains("escrow restore /backups/one --data DIR"), out);
    }
}
