package org.escrowmq.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.cli.Shell.Ended;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {
    private static CommandLine root() {
        return EscrowCommand.line(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()));
    }

    static Stream<String> commands() {
        List<String> names = new ArrayList<>();
        collect(root(), "", names);
        return names.stream();
    }

    private static void collect(CommandLine line, String path, List<String> names) {
        names.add(path);
        line.getSubcommands().forEach((name, below) -> collect(below, (path + " " + name).strip(), names));
    }

    private static CommandLine command(String path) {
        CommandLine line = root();
        for (String name : path.isEmpty() ? new String[0] : path.split(" "))
            line = line.getSubcommands().get(name);
        return line;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_explains_and_ends_with_an_example_that_parses(String path) {
        List<String> arguments = new ArrayList<>(List.of(path.isEmpty() ? new String[0] : path.split(" ")));
        arguments.add("--help");
        Ended ended = Shell.run(arguments.toArray(new String[0]));
        assertEquals(0, ended.code());
        assertFalse(command(path).getCommandSpec().usageMessage().description().length == 0, "no description");
        String example = ended.out()
                .substring(ended.out().indexOf("Example:"))
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();
        String text = example.replace("source <(", "").replace(")", "").strip();
        assertTrue(text.startsWith(("escrow " + path).strip()), text);
        root().parseArgs(words(text.substring("escrow ".length())));
    }

    /** As a shell splits them. */
    private static String[] words(String text) {
        List<String> words = new ArrayList<>();
        java.util.regex.Matcher matcher =
                java.util.regex.Pattern.compile("'([^']*)'|(\\S+)").matcher(text);
        while (matcher.find()) words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
        return words.toArray(new String[0]);
    }

    @Test
    void the_root_lists_the_exit_codes() {
        String help = Shell.run("--help").out();
        for (ExitCode code : ExitCode.values()) {
            String start = code.meaning().substring(0, 10);
            assertTrue(
                    help.lines().anyMatch(line -> line.matches(" +" + code.code() + " +" + start + ".*")),
                    code + "\n" + help);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', one of these is missing",
        "topic, one of these is missing",
        "topic crate x, Unmatched",
        "topic create, Missing required parameter",
        "topic create x --queues many, Invalid value",
        "topic create x --retention 3, is not a duration",
        "topic create x --type odd, Invalid value",
        "topic ls --admin nowhere, is not an address",
        "message query --topic t, Missing required",
        "message query --topic t --key k --id i, mutually exclusive",
        "server, --config",
        "completion fish, Invalid value",
    })
    void a_wrong_command_line_ends_with_2_and_says_what_is_expected(String line, String expected) {
        Ended ended = Shell.run(line.isEmpty() ? new String[0] : line.split(" "));
        assertEquals(ExitCode.USAGE.code(), ended.code());
        assertTrue(ended.err().contains(expected), ended.err());
        assertFalse(ended.err().contains("\tat "), ended.err());
    }

    @Test
    void the_completion_script_is_good_bash(@TempDir Path folder) throws Exception {
        for (String shell : List.of("bash", "zsh")) {
            Ended ended = Shell.run("completion", shell);
            assertEquals(0, ended.code());
            assertTrue(ended.out().contains("topic"), "no command in it");
            Path script = Files.writeString(folder.resolve(shell), ended.out());
            Process bash = new ProcessBuilder("bash", "-n", script.toString())
                    .redirectErrorStream(true)
                    .start();
            assertEquals("", new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            assertEquals(0, bash.waitFor());
        }
    }

    @Test
    void the_codes_are_all_different() {
        assertEquals(
                ExitCode.values().length,
                Stream.of(ExitCode.values()).mapToInt(ExitCode::code).distinct().count());
    }
}
