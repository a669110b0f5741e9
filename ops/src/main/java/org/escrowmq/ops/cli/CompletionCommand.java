package org.escrowmq.ops.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The completion script of a shell. */
@Command(
        name = "completion",
        description = "Prints the completion script of a shell.",
        footer = {"", "Example:", "  source <(escrow completion bash)"})
final class CompletionCommand implements Runnable {
    /** The shells; zsh reads bash's script. */
    enum Shell {
        BASH,
        ZSH
    }

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(paramLabel = "bash|zsh", description = "The shell.")
    Shell shell = Shell.BASH;

    @Override
    public void run() {
        CommandSpec here = Objects.requireNonNull(spec);
        String script = AutoComplete.bash(
                "escrow", Objects.requireNonNull(here.parent()).commandLine());
        if (shell == Shell.ZSH) script = "autoload -U +X compinit bashcompinit && compinit && bashcompinit\n" + script;
        here.commandLine().getOut().print(script);
        here.commandLine().getOut().flush();
    }
}
