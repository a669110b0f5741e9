package org.escrowmq.ops.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.config.ConfigKeys;
import org.escrowmq.ops.config.ServerConfig;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.journal.JournalEnvironment;
import org.escrowmq.persistence.journal.JournalSalvage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The way out of damage that nothing repairs: what is lost is listed and given up, the rest serves again. */
@Command(
        name = "salvage",
        description = {
            "Opens a damaged store again: keeps what can be read, lists what is lost, and remembers that the loss was accepted.",
            "Take a copy of the folder first. Run escrow journal check to see what is concerned."
        },
        footer = {"", "Example:", "  escrow journal salvage --accept-loss --data /var/lib/escrow"})
final class JournalSalvageCommand extends StoreCommand {
    @Option(names = "--accept-loss", required = true, description = "Says that what cannot be read may be given up.")
    boolean acceptLoss;

    @Override
    Result work() throws IOException {
        PersistenceSettings settings =
                PersistenceSettings.of(ServerConfig.load(null, Map.of(ConfigKeys.DATA_FOLDER, data.toString()), false)
                        .all());
        JournalSalvage.Report report =
                JournalSalvage.run(settings, JournalEnvironment.system(settings, (what, cause) -> {
                    throw new Failure(ExitCode.STORAGE_FAULT, what + ": " + cause, cause);
                }));
        List<List<Object>> losses = new ArrayList<>();
        for (JournalSalvage.Loss loss : report.losses()) {
            losses.add(Arrays.asList(loss.id().value(), loss.why(), loss.numbers()));
        }
        Map<String, View.Rows> sections = new LinkedHashMap<>();
        sections.put("losses", new View.Rows(List.of("id", "why", "numbers"), losses));
        View view = new View.Details(
                new Fields()
                        .with("actions", report.actions())
                        .with("atLarge", report.atLarge())
                        .asMap(),
                sections);
        return new Result(view, ExitCode.OK);
    }
}
