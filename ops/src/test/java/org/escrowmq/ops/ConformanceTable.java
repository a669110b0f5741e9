package org.escrowmq.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of docs/conformance.md, held against the sources of the tests that it names. */
final class ConformanceTable {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|(.*)\\|$");
    private static final Pattern TEST = Pattern.compile("`([\\w.]+)#(\\w+)`");
    private static final Pattern REASON = Pattern.compile("later: \\S.*");
    /** The numbers that a test carries: those its display name, or that of its parameterised runs, begins with. */
    private static final Pattern NUMBERS =
            Pattern.compile("(?:@DisplayName\\(|@ParameterizedTest\\(\\s*name =)\\s*\"((?:\\d+, )*\\d+): ");

    private final String text;
    private final List<Path> sources;

    /** {@code sources}: the folders that the packages of tests are in. */
    ConformanceTable(String text, List<Path> sources) {
        this.text = text;
        this.sources = sources;
    }

    /** What is wrong with it, given that it should have the statements 1 to {@code count}; empty when nothing is. */
    List<String> problems(int count) throws IOException {
        List<String> problems = new ArrayList<>();
        Map<Integer, Integer> seen = new TreeMap<>();
        for (MatchResult row : ROW.matcher(text).results().toList()) {
            int number = Integer.parseInt(row.group(1));
            seen.merge(number, 1, Integer::sum);
            if (number < 1 || number > count) problems.add(number + " is no statement");
            check(number, row.group(2).strip(), problems);
        }
        for (int number = 1; number <= count; number++) {
            int times = seen.getOrDefault(number, 0);
            if (times == 0) problems.add(number + " is missing");
            if (times > 1) problems.add(number + " stands " + times + " times");
        }
        return problems;
    }

    private void check(int number, String carried, List<String> problems) throws IOException {
        List<MatchResult> tests = TEST.matcher(carried).results().toList();
        if (tests.isEmpty() && !REASON.matcher(carried).matches()) {
            problems.add(number + " names neither a test nor, after \"later:\", a reason");
        }
        for (MatchResult test : tests) {
            String source = source(test.group(1));
            if (source.isEmpty()) problems.add(number + " names " + test.group(1) + ", and there is no such class");
            else if (!carries(source, test.group(2), number)) {
                problems.add(number + " names " + test.group(1) + "#" + test.group(2)
                        + ", and there is no such test that carries the number");
            }
        }
    }

    private String source(String name) throws IOException {
        String file = "org/escrowmq/" + name.replace('.', '/') + ".java";
        for (Path folder : sources) {
            if (Files.exists(folder.resolve(file))) return Files.readString(folder.resolve(file));
        }
        return "";
    }

    /** The annotations of a method are what stands between it and the end of the member before it. */
    private static boolean carries(String source, String method, int number) {
        Matcher declared =
                Pattern.compile("\\bvoid " + Pattern.quote(method) + "\\(").matcher(source);
        if (!declared.find()) return false;
        String before = source.substring(0, declared.start());
        String annotations = before.substring(before.lastIndexOf("\n    }\n") + 1);
        return NUMBERS.matcher(annotations)
                .results()
                .flatMap(found -> Pattern.compile(", ").splitAsStream(found.group(1)))
                .anyMatch(found -> Integer.parseInt(found) == number);
    }
}
