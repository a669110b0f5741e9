package org.escrowmq.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bin/escrow, copied into an unpacked distribution whose java prints its arguments. */
class StartScriptTest {
    @TempDir
    Path folder;

    private Path home;
    private final Map<String, String> environment = new TreeMap<>();

    private record Ended(int code, String text) {}

    @BeforeEach
    void unpack() throws IOException {
        home = folder.resolve("a dist");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("..", "bin", "escrow"), home.resolve("bin/escrow"));
        home.resolve("bin/escrow").toFile().setExecutable(true);
        Files.writeString(home.resolve("lib/escrow-ops.jar"), "");
        environment.put("JAVA_HOME", java("17.0.9").toString());
    }

    /** A Java that prints its arguments, one a line; where it is to make a class archive, it makes one. */
    private Path java(String version) throws IOException {
        Path java = folder.resolve("jdk " + version);
        Files.createDirectories(java.resolve("bin"));
        Files.writeString(java.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(java.resolve("bin/java"), """
                for argument in "$@"; do
                  case $argument in -XX:ArchiveClassesAtExit=*) : >"${argument#*=}" ;; esac
                  printf '%s\\n' "$argument"
                done
                """);
        return java;
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text);
        file.toFile().setExecutable(true);
    }

    private Ended run(Path program, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add(program.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().remove("ESCROW_JAVA_OPTS");
        builder.environment().putAll(environment);
        builder.directory(folder.toFile()).redirectErrorStream(true);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), text);
    }

    private Ended escrow(String... arguments) throws IOException, InterruptedException {
        return run(home.resolve("bin/escrow"), arguments);
    }

    @Test
    void a_command_starts_with_the_flags_of_a_client_and_its_arguments_as_they_are() throws Exception {
        Ended ended = escrow("send", "orders", "two words", "--key", "*");
        assertEquals(0, ended.code(), ended.text());
        List<String> lines = ended.text().lines().toList();
        assertTrue(lines.contains("-XX:TieredStopAtLevel=1"), ended.text());
        assertTrue(lines.contains("-Djava.util.concurrent.ForkJoinPool.common.parallelism=2"), ended.text());
        int main = lines.indexOf("org.escrowmq.ops.Main");
        assertEquals(List.of("-cp", home.toRealPath() + "/lib/escrow-ops.jar"), lines.subList(main - 2, main));
        assertEquals(List.of("send", "orders", "two words", "--key", "*"), lines.subList(main + 1, lines.size()));
    }

    @Test
    void a_server_starts_small_and_makes_its_class_archive_once() throws Exception {
        Ended first = escrow("server", "--config", "x.conf");
        assertTrue(first.text().contains("preparing fast starts"), first.text());
        assertTrue(first.text().lines().toList().contains("-Xmx256m"), first.text());
        Path archive = home.toRealPath().resolve("lib/escrow-17.0.9.jsa");
        assertTrue(first.text().contains("-XX:SharedArchiveFile=" + archive), first.text());
        Ended second = escrow("server", "--config", "x.conf");
        assertFalse(second.text().contains("preparing"), second.text());
        assertTrue(second.text().contains("-XX:SharedArchiveFile=" + archive), second.text());
    }

    @Test
    void without_a_class_archive_it_starts_all_the_same_and_says_so() throws Exception {
        script(
                Path.of(environment.get("JAVA_HOME"), "bin/java"),
                "case \"$*\" in *train) exit 1 ;; esac; printf '%s\\n' \"$@\"\n");
        Ended first = escrow("dev");
        assertEquals(0, first.code());
        assertTrue(first.text().contains("starting without a class archive"), first.text());
        assertTrue(first.text().contains("-Dorg.escrowmq.class-archive=none"), first.text());
        assertFalse(escrow("dev").text().contains("preparing"), "tried again");
        environment.put("ESCROW_CLASS_ARCHIVE", "off");
        assertFalse(escrow("dev").text().contains("without a class archive"), "it was asked for");
    }

    @Test
    void options_of_the_user_come_last_and_another_collector_replaces_ours() throws Exception {
        environment.put("ESCROW_JAVA_OPTS", "-Xmx1g -XX:+UseG1GC");
        List<String> lines = escrow("dev").text().lines().toList();
        assertTrue(lines.lastIndexOf("-Xmx1g") > lines.lastIndexOf("-Xmx256m"), lines.toString());
        assertFalse(
                lines.subList(lines.lastIndexOf("-Xms256m"), lines.size()).contains("-XX:+UseSerialGC"),
                lines.toString());
    }

    @Test
    void it_finds_its_home_through_links() throws Exception {
        Path link = folder.resolve("usr/bin/escrow");
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(folder.resolve("escrow-link"), home.resolve("bin/escrow"));
        Files.createSymbolicLink(link, Path.of("../../escrow-link"));
        Ended ended = run(link, "topic", "ls");
        assertTrue(ended.text().contains(home.toRealPath() + "/lib/escrow-ops.jar"), ended.text());
    }

    @Test
    void an_old_java_is_refused() throws Exception {
        environment.put("JAVA_HOME", java("11.0.2").toString());
        Ended ended = escrow("topic", "ls");
        assertEquals(1, ended.code());
        assertTrue(ended.text().contains("is Java 11.0.2; Escrow needs Java 17 or newer"), ended.text());
    }

    @Test
    void a_wrong_java_home_is_refused() throws Exception {
        environment.put("JAVA_HOME", folder.resolve("nothing").toString());
        assertTrue(escrow("topic", "ls").text().contains("there is no bin/java in it"));
    }

    @Test
    void arm_is_refused_with_the_reason() throws Exception {
        script(folder.resolve("arm/uname"), "echo aarch64\n");
        environment.put("PATH", folder.resolve("arm") + ":" + System.getenv("PATH"));
        Ended ended = escrow("dev");
        assertEquals(1, ended.code());
        assertTrue(ended.text().contains("this machine is aarch64"), ended.text());
        assertTrue(ended.text().contains("x86-64"), ended.text());
    }

    @Test
    void a_source_tree_is_built_once_through_the_wrapper() throws Exception {
        Files.delete(home.resolve("lib/escrow-ops.jar"));
        script(
                home.resolve("mvnw"),
                "echo \"$@\" >>maven-runs; mkdir -p ops/target/lib; : >ops/target/lib/escrow-ops.jar; echo noise\n");
        Ended first = escrow("topic", "ls");
        assertTrue(first.text().contains("escrow: building (first use"), first.text());
        assertFalse(first.text().contains("noise"), first.text());
        assertTrue(first.text().contains("/ops/target/lib/escrow-ops.jar"), first.text());
        assertFalse(escrow("topic", "ls").text().contains("building"));
        List<String> runs = Files.readAllLines(home.resolve("maven-runs"));
        assertEquals(List.of("-q -B -Dquick -Dmaven.test.skip=true -pl ops -am package"), runs);
    }

    @Test
    void a_failed_build_shows_its_output() throws Exception {
        Files.delete(home.resolve("lib/escrow-ops.jar"));
        script(home.resolve("mvnw"), "echo 'no network'; exit 1\n");
        Ended ended = escrow("topic", "ls");
        assertEquals(1, ended.code());
        assertTrue(ended.text().contains("no network"), ended.text());
        assertTrue(ended.text().contains("the build failed"), ended.text());
    }

    @Test
    void an_incomplete_distribution_is_told() throws Exception {
        Files.delete(home.resolve("lib/escrow-ops.jar"));
        assertTrue(escrow("topic", "ls").text().contains("the distribution is incomplete"));
    }
}
