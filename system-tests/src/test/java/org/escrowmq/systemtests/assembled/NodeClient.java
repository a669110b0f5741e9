package org.escrowmq.systemtests.assembled;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.escrowmq.systemtests.process.Folders;

/**
 * One client of the official Node package in a process of its own, told what to do by lines of JSON (see client.js). Started when it is
 * constructed, ready when its start is over. One owner.
 */
final class NodeClient implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    private static final Gson GSON = new Gson();

    /** A message as the client showed it. Attempts count from 1. */
    record View(
            String id,
            String topic,
            String body,
            boolean corrupted,
            String tag,
            List<String> keys,
            Map<String, String> properties,
            String messageGroup,
            int attempt,
            long bornMillis) {
        byte[] bytes() {
            return Base64.getDecoder().decode(body);
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
    }

    private final Process process;
    private final Path folder;
    private final Writer commands;
    private final BlockingQueue<JsonObject> lines = new LinkedBlockingQueue<>();

    private NodeClient(NodePackages packages, Map<String, Object> config) {
        folder = ServerFolders.create("node");
        ProcessBuilder builder = new ProcessBuilder("node", packages.script().toString(), GSON.toJson(config))
                .redirectError(folder.resolve("err.log").toFile());
        builder.environment().put("NODE_PATH", packages.nodeModules().toString());
        // Parts of the client write a log below the home directory, whatever logger they are given.
        builder.environment().put("HOME", folder.toString());
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start node", e);
        }
        commands = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "node-output");
        reader.setDaemon(true);
        reader.start();
        next("ready", START_LIMIT);
    }

    static NodeClient producer(NodePackages packages, String endpoint, String topic) {
        return new NodeClient(packages, Map.of("kind", "producer", "endpoints", endpoint, "topics", List.of(topic)));
    }

    /** {@code more}: sql, failOnce. */
    static NodeClient push(
            NodePackages packages, String endpoint, String group, String topic, Map<String, Object> more) {
        return consumer(packages, "push", endpoint, group, topic, more);
    }

    /** {@code more}: sql. */
    static NodeClient simple(
            NodePackages packages, String endpoint, String group, String topic, Map<String, Object> more) {
        return consumer(packages, "simple", endpoint, group, topic, more);
    }

    private static NodeClient consumer(
            NodePackages packages, String kind, String endpoint, String group, String topic, Map<String, Object> more) {
        Map<String, Object> config = new TreeMap<>(more);
        config.putAll(Map.of("kind", kind, "endpoints", endpoint, "group", group, "topic", topic));
        return new NodeClient(packages, config);
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(JsonParser.parseString(line).getAsJsonObject());
            }
        } catch (IOException e) {
            // The pipe of a killed process breaks; who waits for a line is told so.
        } finally {
            lines.add(new JsonObject());
        }
    }

    /** The next line, which must have {@code member}. */
    private JsonObject next(String member, Duration limit) {
        try {
            JsonObject line = lines.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) throw new IllegalStateException("no " + member + " within " + limit + errors());
            if (!line.has(member)) throw new IllegalStateException("got " + line + " instead of " + member + errors());
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for node", e);
        }
    }

    private String errors() {
        try {
            String text = Files.readString(folder.resolve("err.log"));
            return "\n" + text.substring(Math.max(0, text.length() - 4000));
        } catch (IOException e) {
            return " (its errors cannot be read: " + e + ")";
        }
    }

    private JsonObject ask(Map<String, ?> command, String answer) {
        try {
            commands.write(GSON.toJson(command) + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("node takes no commands any more" + errors(), e);
        }
        return next(answer, ANSWER_LIMIT);
    }

    /** Sends; the message's id. {@code more}: tag, keys, properties, messageGroup. */
    String send(String topic, byte[] body, Map<String, ?> more) {
        return ask(message(topic, body, more), "sent").get("sent").getAsString();
    }

    /** Sends what the client or the server refuses; the text of the refusal. */
    String sendRefused(String topic, byte[] body, Map<String, ?> more) {
        return ask(message(topic, body, more), "refused").get("text").getAsString();
    }

    private static Map<String, Object> message(String topic, byte[] body, Map<String, ?> more) {
        Map<String, Object> message = new TreeMap<>(more);
        message.put("topic", topic);
        message.put("body", Base64.getEncoder().encodeToString(body));
        return message;
    }

    /** The next call of a push consumer's listener. */
    View received(Duration limit) {
        return GSON.fromJson(next("received", limit).get("received"), View.class);
    }

    /** Whether the listener was not called since the last {@link #received}. */
    boolean quiet() {
        return lines.stream().noneMatch(line -> line.has("received"));
    }

    List<View> receive(int most, Duration invisible) {
        JsonObject answer = ask(Map.of("receive", most, "invisible", invisible.toMillis()), "messages");
        return List.of(GSON.fromJson(answer.get("messages"), View[].class));
    }

    void ack(View view) {
        ask(Map.of("ack", view.id()), "acked");
    }

    void changeInvisible(View view, Duration invisible) {
        ask(Map.of("change", view.id(), "invisible", invisible.toMillis()), "changed");
    }

    /** Says good-bye as the client does it; its exit code. A push consumer takes as long as its last poll. */
    int shutDown(Duration limit) throws Exception {
        commands.close();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("node does not end within " + limit + errors());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        Folders.remove(folder);
    }
}
