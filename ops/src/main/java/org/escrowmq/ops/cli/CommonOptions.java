package org.escrowmq.ops.cli;

import java.time.Duration;
import org.escrowmq.ops.view.Json;
import org.escrowmq.ops.view.Table;
import org.escrowmq.ops.view.View;
import picocli.CommandLine.Option;

/** The options that every command of a client has. Filled by picocli before the command runs. */
public final class CommonOptions {
    /** How a view is written. */
    public enum Format {
        TABLE,
        JSON
    }

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:ESCROW_ADMIN:-127.0.0.1:8082}",
            converter = HostPort.Converter.class,
            description = "The admin service (also by ESCROW_ADMIN). Default: ${DEFAULT-VALUE}.")
    HostPort admin = new HostPort("127.0.0.1", 8082);

    @Option(
            names = "--endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:ESCROW_ENDPOINT:-127.0.0.1:8081}",
            converter = HostPort.Converter.class,
            description = "The messaging service (also by ESCROW_ENDPOINT). Default: ${DEFAULT-VALUE}.")
    HostPort endpoint = new HostPort("127.0.0.1", 8081);

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How the answer is written: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    Format format = Format.TABLE;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "How long to wait for an answer. Default: ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofSeconds(10);

    /** The view in the format that was asked for. */
    String written(View view) {
        return format == Format.JSON ? Json.of(view) : Table.of(view);
    }
}
