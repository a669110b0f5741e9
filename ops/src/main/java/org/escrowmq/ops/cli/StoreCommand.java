package org.escrowmq.ops.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.server.StartFailures;
import org.escrowmq.ops.view.View;
import org.escrowmq.persistence.PersistenceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command on the store of a stopped server. A folder that cannot be opened ends it as it would end a server's start. */
abstract class StoreCommand implements Callable<Integer> {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "The data folder (escrow.persistence.directory).")
    Path data = Path.of("");

    /** What is shown, and how the command ends. */
    record Result(View view, ExitCode code) {}

    abstract Result work() throws IOException;

    @Override
    public Integer call() {
        try {
            Result result = work();
            Objects.requireNonNull(spec).commandLine().getOut().println(common.written(result.view()));
            return result.code().code();
        } catch (IOException | UncheckedIOException e) {
            throw StartFailures.of(e);
        }
    }

    static List<String> names(List<PersistenceId> ids) {
        return ids.stream().map(PersistenceId::value).collect(Collectors.toList());
    }
}
