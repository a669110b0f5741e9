package org.escrowmq.ops.cli;

import picocli.CommandLine.Command;

/** The store of a stopped server: check it, salvage what is left of a damaged one. */
@Command(
        name = "journal",
        description = "Checks and salvages the store of a stopped server.",
        footer = {"", "Example:", "  escrow journal check --data /var/lib/escrow"},
        subcommands = {JournalCheckCommand.class, JournalSalvageCommand.class})
final class JournalCommand extends CommandGroup {}
