package org.escrowmq.ops.cli;

import java.util.concurrent.Callable;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks the admin service and shows the answer. */
abstract class AdminCommand implements Callable<Integer> {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    /** The calls that the command stands for. */
    abstract View ask(AdminClient admin);

    @Override
    public Integer call() {
        try (AdminClient admin = new AdminClient(common.admin, common.timeout)) {
            View view = ask(admin);
            java.util.Objects.requireNonNull(spec).commandLine().getOut().println(common.written(view));
            return ExitCode.OK.code();
        }
    }
}
