package org.escrowmq.ops.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Does one thing to the entries of a list that are named, or to all that fit a filter. */
abstract class ActOnMany<T> extends AdminCommand {
    private static final int AT_ONCE = 1_000;

    /** One of the two where a filter says which ones, so that nobody decides on many by leaving out a word. */
    static final class Intent {
        @Option(names = "--dry-run", required = true, description = "Only lists those that fit.")
        boolean dryRun;

        @Option(names = "--yes", required = true, description = "Says that all that fit are meant.")
        boolean yes;
    }

    @Parameters(
            paramLabel = "ID",
            arity = "0..*",
            description = "Their ids, as ls lists them. Without any: all that fit the options.")
    List<String> ids = List.of();

    @ArgGroup(multiplicity = "0..1")
    Intent intent = new Intent();

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many that fit at most. Default: ${DEFAULT-VALUE}.")
    int max;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Why; recorded with who and when.")
    String reason = "";

    /** Which ones, where none is named. */
    abstract ListFilter<T> filter();

    abstract String idOf(T entry);

    abstract View listed(List<T> entries);

    /** What they are, in the plural. */
    abstract String things();

    /** What is done, in lower case. */
    abstract String action();

    /** Does it to at most 1,000, for {@code operator}; answers what stood in the way of each, empty where nothing did. */
    abstract List<String> act(AdminClient admin, List<String> some, String operator);

    @Override
    View ask(AdminClient admin) {
        if (max < 1) throw wrong("--max must be 1 or more, got " + max);
        if (!ids.isEmpty()) {
            if (intent.dryRun || intent.yes || filter().isUsed()) {
                throw wrong("either name the " + things() + ", or say by options which ones; what one is shows: "
                        + group() + " show ID");
            }
            return done(admin, ids);
        }
        if (!intent.dryRun && !intent.yes) {
            throw wrong(
                    "name the " + things() + ", or say --dry-run to see which ones fit, or --yes to mean all of them");
        }
        List<T> found = new ArrayList<>();
        boolean more = filter().forEach(admin, max, found::add);
        if (intent.dryRun) return listed(found);
        View view = done(admin, found.stream().map(this::idOf).toList());
        if (more) {
            spec().commandLine()
                    .getErr()
                    .println("there are more that fit than " + max + " (--max); repeat the command for the others");
        }
        return view;
    }

    /** A command line that cannot be meant. */
    final ParameterException wrong(String why) {
        return new ParameterException(spec().commandLine(), why);
    }

    private String group() {
        return spec().parent().qualifiedName();
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec);
    }

    private View done(AdminClient admin, List<String> all) {
        List<String> problems = new ArrayList<>();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<String> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            for (String problem : act(admin, some, operator())) {
                if (!problem.isEmpty()) problems.add(problem);
            }
        }
        int done = all.size() - problems.size();
        if (done == 0 && !problems.isEmpty()) throw new Failure(ExitCode.REFUSED, problems.get(0));
        return new View.Done(
                action() + ": " + done + " of " + all.size() + " " + things() + refused(problems),
                new Fields()
                        .with("action", action())
                        .with("done", done)
                        .with("refused", problems.size())
                        .with("problems", problems)
                        .asMap());
    }

    private static String refused(List<String> problems) {
        return problems.isEmpty() ? "" : "; " + problems.size() + " refused, the first: " + problems.get(0);
    }

    private static String operator() {
        return System.getProperty("user.name") + "@" + host();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
