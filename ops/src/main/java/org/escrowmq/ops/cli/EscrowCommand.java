package org.escrowmq.ops.cli;

import java.io.PrintWriter;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code escrow}: the root of all commands, and how each of them ends. */
@Command(
        name = "escrow",
        description = "Escrow: messages that must not be lost, doubled, early or stuck.",
        versionProvider = EscrowCommand.VersionText.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Example:",
            "  escrow dev",
            "",
            "Each command explains itself with --help. ESCROW_DEBUG=1 shows the stack trace of an unexpected error."
        },
        subcommands = {
            DevCommand.class,
            ServerCommand.class,
            TopicCommand.class,
            GroupCommand.class,
            ClientCommand.class,
            QuotaCommand.class,
            SendCommand.class,
            ReceiveCommand.class,
            MessageCommand.class,
            DlqCommand.class,
            TxnCommand.class,
            DelayCommand.class,
            DoctorCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            JournalCommand.class,
            CompletionCommand.class,
            TrainCommand.class
        })
public final class EscrowCommand extends CommandGroup {
    private static final int HELP_COLUMNS = 110;

    /** A command line that writes to {@code out} and {@code err} and ends with a code of {@link ExitCode}. */
    public static CommandLine line(PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new EscrowCommand())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setUsageHelpWidth(HELP_COLUMNS)
                .setExecutionExceptionHandler((e, command, parsed) -> ended(e, command));
        withHelp(line);
        line.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
        line.getCommandSpec()
                .usageMessage()
                .exitCodeList(picocli.CommandLine.Model.UsageMessageSpec.keyValuesMap(ExitCode.helpLines()));
        return line;
    }

    private static void withHelp(CommandLine line) {
        line.getCommandSpec().mixinStandardHelpOptions(true);
        line.getSubcommands().values().forEach(EscrowCommand::withHelp);
    }

    private static int ended(Exception e, CommandLine command) {
        PrintWriter err = command.getErr();
        if (e instanceof Failure failure) {
            err.println("escrow: " + failure.text());
            err.flush();
            return failure.exitCode().code();
        }
        err.println("escrow: unexpected error: " + e);
        if (System.getenv("ESCROW_DEBUG") != null) e.printStackTrace(err);
        err.flush();
        return ExitCode.ERROR.code();
    }

    /** What --version prints. */
    static final class VersionText implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"escrow " + Version.current()};
        }
    }
}
