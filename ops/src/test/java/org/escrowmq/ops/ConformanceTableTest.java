package org.escrowmq.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that maps the protocol guide's checklist to tests says what is so, and the check notices where it does not. */
class ConformanceTableTest {
    private static final int STATEMENTS = 158;

    @TempDir
    Path folder;

    @BeforeEach
    void aClassWithTests() throws IOException {
        Files.createDirectories(folder.resolve("org/escrowmq/some"));
        Files.writeString(folder.resolve("org/escrowmq/some/SendTest.java"), """
                class SendTest {
                    @Test
                    @DisplayName("1, 2: something")
                    void both() {
                    }

                    @ParameterizedTest(
                            name = "3: {0}")
                    @ValueSource(strings = {"a", "b"})
                    void each(String text) {
                    }

                    @Test
                    void unnumbered() {
                    }
                }
                """);
    }

    private List<String> problems(int count, String... rows) throws IOException {
        return new ConformanceTable(String.join("\n", rows), List.of(folder)).problems(count);
    }

    @Test
    void thePageHasEveryStatementOnceAndNamesTestsThatExist() throws IOException {
        ConformanceTable table = new ConformanceTable(
                Files.readString(Path.of("..", "docs", "conformance.md")),
                List.of(
                        Path.of("..", "api", "src", "test", "java"),
                        Path.of("..", "cluster", "src", "test", "java"),
                        Path.of("..", "system-tests", "src", "test", "java")));
        assertEquals(List.of(), table.problems(STATEMENTS));
    }

    @Test
    void aGoodTableHasNoProblem() throws IOException {
        assertEquals(
                List.of(),
                problems(
                        4,
                        "| Number | Carried by |",
                        "|---|---|",
                        "| 1 | `some.SendTest#both` |",
                        "| 2 | `some.SendTest#both` (one node) |",
                        "| 3 | `some.SendTest#each` |",
                        "| 4 | later: several nodes |"));
    }

    @Test
    void numbersThatAreMissingDoubleOrUnknownAreFound() throws IOException {
        assertEquals(
                List.of("9 is no statement", "1 stands 2 times", "2 is missing"),
                problems(2, "| 1 | later: x |", "| 1 | later: x |", "| 9 | later: x |"));
    }

    @Test
    void rowsThatSayNothingAreFound() throws IOException {
        String nothing = " names neither a test nor, after \"later:\", a reason";
        assertEquals(
                List.of("1" + nothing, "2" + nothing, "3" + nothing),
                problems(3, "| 1 |  |", "| 2 | later: |", "| 3 | SendTest#both |"));
    }

    @Test
    void testsThatDoNotExistOrCarryAnotherNumberAreFound() throws IOException {
        String wrong = ", and there is no such test that carries the number";
        assertEquals(
                List.of(
                        "1 names some.GoneTest, and there is no such class",
                        "2 names some.SendTest#gone" + wrong,
                        "3 names some.SendTest#both" + wrong,
                        "4 names some.SendTest#unnumbered" + wrong),
                problems(
                        4,
                        "| 1 | `some.GoneTest#both` |",
                        "| 2 | `some.SendTest#gone` |",
                        "| 3 | `some.SendTest#each`, `some.SendTest#both` |",
                        "| 4 | `some.SendTest#unnumbered` |"));
    }
}
