package org.escrowmq.ops.cli;

import java.nio.file.Path;
import java.time.Duration;
import org.escrowmq.admin.v1.BackupRequest;
import org.escrowmq.admin.v1.BackupResponse;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A consistent copy of a running node, made by the node. */
@Command(
        name = "backup",
        description = "Copies the store of a running node, consistently, into an empty folder of the node's machine.",
        footer = {"", "Example:", "  escrow backup /backups/escrow-monday"})
final class BackupCommand extends AdminCommand {
    private static final Duration LIMIT = Duration.ofHours(12);

    @Parameters(paramLabel = "DIR", description = "The folder, on the node's machine; empty or absent.")
    Path directory = Path.of("");

    @Override
    View ask(AdminClient admin) {
        String target = directory.toAbsolutePath().normalize().toString();
        BackupResponse answer = admin.call(
                AdminMethods.BACKUP,
                BackupRequest.newBuilder().setDirectory(target).build(),
                LIMIT);
        return new View.Done(
                "backed up " + answer.getBytes() + " bytes into " + answer.getDirectory()
                        + "\nrestore with: escrow restore " + answer.getDirectory() + " --data DIR",
                new Fields()
                        .with("directory", answer.getDirectory())
                        .with("bytes", answer.getBytes())
                        .asMap());
    }
}
