package org.escrowmq.systemtests.delay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.escrowmq.systemtests.report.Measured;
import org.escrowmq.systemtests.report.ToolReport;

/**
 * What a run measured and found.
 *
 * @param findings what may never be, however slow the machine is; figures that miss a limit are not among them
 */
public record Outcome(List<Measured> figures, List<String> findings) {
    /** With the missed limits among the findings. */
    ToolReport report(String tool, Map<String, Object> settings) {
        Stream<String> missed =
                figures.stream().filter(figure -> !figure.holds()).map(Measured::line);
        return new ToolReport(
                tool,
                settings,
                figures,
                Stream.concat(findings.stream(), missed).toList());
    }

    /** Collects figures and findings and says each figure as it comes. Used by one thread. */
    static final class Notes {
        private final Consumer<String> progress;
        private final List<Measured> figures = new ArrayList<>();
        private final List<String> findings = new ArrayList<>();

        Notes(Consumer<String> progress) {
            this.progress = progress;
        }

        void figure(Measured figure) {
            figures.add(figure);
            progress.accept(figure.line());
        }

        void finding(String text) {
            findings.add(text);
            progress.accept("FINDING: " + text);
        }

        void findings(List<String> texts) {
            texts.forEach(this::finding);
        }

        Outcome outcome() {
            return new Outcome(List.copyOf(figures), List.copyOf(findings));
        }
    }
}
