package org.escrowmq.ops.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only holds others: called alone, it is a usage error that shows them. */
abstract class CommandGroup implements Runnable {
    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        CommandSpec here = java.util.Objects.requireNonNull(spec);
        throw new ParameterException(
                here.commandLine(),
                "one of these is missing: "
                        + String.join(", ", here.subcommands().keySet()));
    }
}
