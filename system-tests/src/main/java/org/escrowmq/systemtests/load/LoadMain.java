package org.escrowmq.systemtests.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionStrategy;

/**
 * {@code load}: measures a server with the official client and prints one line of JSON for each load. {@code load serve} reads one
 * load a line from standard input, so that one warm client measures several; it answers {@code error: text} for one that failed.
 */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Measures a RocketMQ 5 endpoint with the official Java client; prints JSON.",
        subcommands = {
            SendCommand.class,
            PrimeCommand.class,
            StoreCommand.class,
            DrainCommand.class,
            PushCommand.class,
            SimpleCommand.class,
            EndToEndCommand.class,
            TransactionCommand.class,
            CommitToDeliveryCommand.class,
            DelayCommand.class
        })
public final class LoadMain {
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private LoadMain() {}

    public static void main(String[] args) throws IOException {
        if (args.length == 1 && args[0].equals("serve")) {
            serve();
            System.exit(0);
        }
        // The client leaves threads that are not daemons.
        System.exit(commandLine().execute(args));
    }

    private static void serve() throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            CommandLine commandLine = commandLine();
            commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
                failure.printStackTrace();
                System.out.println("error: " + String.valueOf(failure).replace('\n', ' '));
                return 1;
            });
            commandLine.setParameterExceptionHandler((failure, arguments) -> {
                System.out.println("error: " + failure.getMessage());
                return 2;
            });
            commandLine.execute(SPACE.split(line.strip()));
        }
    }

    private static CommandLine commandLine() {
        IExecutionStrategy measure = parsed -> {
            if (CommandLine.printHelpIfRequested(parsed)) {
                return 0;
            }
            CommandLine command =
                    parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
            if (!(command.getCommand() instanceof LoadCommand)) {
                command.usage(System.out);
                return 2;
            }
            try {
                LoadReport report = ((LoadCommand) command.getCommand()).run();
                System.out.println(report.toJson());
                return report.failures() == 0 && report.violations().isEmpty() ? 0 : 3;
            } catch (Exception e) { // the edge of a command: whatever ended the measurement is its report
                throw new CommandLine.ExecutionException(command, "load failed: " + e, e);
            }
        };
        return new CommandLine(new LoadMain()).setExecutionStrategy(measure);
    }
}
