package org.escrowmq.ops.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import org.escrowmq.persistence.journal.JournalCheck;
import picocli.CommandLine.Command;

/** Reads every byte of a store and changes nothing. */
@Command(
        name = "check",
        description =
                "Reads every byte of a stopped server's store, changes nothing, and names each damage with file, offset and queues.",
        footer = {"", "Example:", "  escrow journal check --data /var/lib/escrow"})
final class JournalCheckCommand extends StoreCommand {
    @Override
    Result work() throws IOException {
        JournalCheck.Report report = JournalCheck.run(data);
        Map<String, View.Rows> sections = new LinkedHashMap<>();
        sections.put("damages", rows(report.damages()));
        sections.put("acceptedLosses", rows(report.accepted()));
        View view = new View.Details(
                new Fields()
                        .with("sound", report.sound())
                        .with("records", report.records())
                        .with("entries", report.entries())
                        .with("notes", report.notes())
                        .asMap(),
                sections);
        return new Result(view, report.damages().isEmpty() ? ExitCode.OK : ExitCode.PROBLEMS_FOUND);
    }

    private static View.Rows rows(List<JournalCheck.Damage> damages) {
        List<List<Object>> rows = new ArrayList<>();
        for (JournalCheck.Damage damage : damages) {
            rows.add(Arrays.asList(
                    damage.file(),
                    damage.from(),
                    damage.to(),
                    damage.loss(),
                    names(damage.suspects()),
                    damage.detail()));
        }
        return new View.Rows(List.of("file", "from", "to", "loss", "suspects", "detail"), rows);
    }
}
