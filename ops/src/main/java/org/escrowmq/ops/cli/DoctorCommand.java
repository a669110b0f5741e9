package org.escrowmq.ops.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks at a running server from outside and says what is wrong and what to do about it. */
@Command(
        name = "doctor",
        description = "Checks a running server: reachable, ready, store sound, space left, what clients get back.",
        footer = {"", "Example:", "  escrow doctor --admin 127.0.0.1:8082 --endpoint 127.0.0.1:8081"})
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        List<Finding> findings = new Examination(common).findings();
        View view = new View.Rows(
                List.of("check", "verdict", "finding"),
                findings.stream()
                        .map(f -> List.<Object>of(f.check(), f.verdict().toString(), f.text()))
                        .collect(Collectors.toList()));
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(common.written(view));
        boolean problem = findings.stream().anyMatch(f -> f.verdict() == Finding.Verdict.PROBLEM);
        return (problem ? ExitCode.PROBLEMS_FOUND : ExitCode.OK).code();
    }
}
