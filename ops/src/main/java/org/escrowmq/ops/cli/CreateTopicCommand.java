package org.escrowmq.ops.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.Topic;
import org.escrowmq.admin.v1.TopicType;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.view.DurationText;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Creates a topic, or many that are alike: then several calls are under way at a time, which the server makes durable together. */
@Command(
        name = "create",
        description = {
            "Creates a topic, or several that are alike.",
            "With several, it stops at the first that is refused; run it again with --if-absent to go on."
        },
        footer = {"", "Example:", "  escrow topic create orders --queues 16 --retention 7d"})
final class CreateTopicCommand extends AdminCommand {
    /** Half of what the admin service takes at a time by default (escrow.api.admin.calls-max). */
    private static final int CALLS_AT_A_TIME = 16;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "Its name, or namespace/name.")
    List<String> names = new ArrayList<>();

    @Option(
            names = "--from-file",
            paramLabel = "FILE",
            description = "More names, one on each line; - is the standard input.")
    @Nullable
    Path file;

    @Option(
            names = "--if-absent",
            description = "A topic that exists already is no error, and stays as it is, whatever the options say.")
    boolean ifAbsent;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "normal",
            description = "What it carries: normal, fifo, delay, transaction or mixed. Default: ${DEFAULT-VALUE}.")
    TopicCommand.Type type = TopicCommand.Type.NORMAL;

    @Option(
            names = "--queues",
            paramLabel = "N",
            defaultValue = "8",
            description = "How many queues. Default: ${DEFAULT-VALUE}.")
    int queues;

    @Option(
            names = "--retention",
            paramLabel = "TIME",
            defaultValue = "72h",
            converter = DurationConverter.class,
            description = "How long messages are kept. Default: ${DEFAULT-VALUE}.")
    Duration retention = Duration.ofHours(72);

    @Option(
            names = "--drop-duplicates",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether a message that is sent again is stored once. Default: ${DEFAULT-VALUE}.")
    boolean dropDuplicates = true;

    @Override
    View ask(AdminClient admin) {
        List<String> wanted = wanted();
        if (wanted.size() == 1 && !ifAbsent) return TopicCommand.done("created", create(admin, wanted.get(0)));
        Creation creation = new Creation(admin, wanted);
        creation.run();
        return creation.view();
    }

    private List<String> wanted() {
        Set<String> wanted = new LinkedHashSet<>(names);
        if (file != null) wanted.addAll(namesIn(file));
        if (wanted.isEmpty()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    file == null
                            ? "Missing required parameter: 'NAME' (or --from-file FILE)"
                            : "there is no name in " + file);
        }
        return List.copyOf(wanted);
    }

    private static List<String> namesIn(Path file) {
        try (BufferedReader reader = file.toString().equals("-")
                        ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                        : Files.newBufferedReader(file);
                Stream<String> lines = reader.lines()) {
            return lines.map(String::strip).filter(line -> !line.isEmpty()).toList();
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "the names cannot be read: " + e, e);
        }
    }

    private Topic create(AdminClient admin, String name) {
        return admin.call(
                AdminMethods.CREATE_TOPIC,
                CreateTopicRequest.newBuilder()
                        .setName(name)
                        .setType(TopicType.valueOf(type.name()))
                        .setQueues(queues)
                        .setRetentionSeconds(retention.toSeconds())
                        .setDropDuplicates(dropDuplicates)
                        .build());
    }

    private static boolean existsAlready(Failure failure) {
        return failure.getCause() instanceof StatusRuntimeException answer
                && answer.getStatus().getCode() == Status.Code.ALREADY_EXISTS;
    }

    /** Topics being made by several threads, each of which takes the next name. */
    private final class Creation {
        private final AdminClient admin;
        private final List<String> wanted;
        private int next;
        private int created;
        private int present;
        private @Nullable Failure failure;

        Creation(AdminClient admin, List<String> wanted) {
            this.admin = admin;
            this.wanted = wanted;
        }

        void run() {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < Math.min(CALLS_AT_A_TIME, wanted.size()); i++) {
                Thread thread = new Thread(this::createSome, "create-" + i);
                thread.start();
                threads.add(thread);
            }
            try {
                for (Thread thread : threads) thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure(ExitCode.ERROR, "interrupted", e);
            }
        }

        private void createSome() {
            for (String name = take(); name != null; name = take()) {
                try {
                    create(admin, name);
                    ended(true, null);
                } catch (Failure refused) {
                    ended(false, refused);
                }
            }
        }

        private synchronized @Nullable String take() {
            return failure == null && next < wanted.size() ? wanted.get(next++) : null;
        }

        private synchronized void ended(boolean done, @Nullable Failure refused) {
            if (done) created++;
            else if (refused != null && ifAbsent && existsAlready(refused)) present++;
            else if (failure == null) failure = refused;
        }

        synchronized View view() {
            if (failure != null) {
                throw new Failure(
                        failure.exitCode(),
                        created + " of " + wanted.size() + " topics created, then: " + failure.text(),
                        failure);
            }
            String sentence = "created " + created + " topics (" + type.name().toLowerCase(Locale.ROOT) + ", "
                    + queues + " queues, retention " + DurationText.of(retention) + ")"
                    + (present == 0 ? "" : ", " + present + " existed already");
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("created", created);
            fields.put("existed", present);
            return new View.Done(sentence, fields);
        }
    }
}
