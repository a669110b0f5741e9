package org.escrowmq.ops.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.escrowmq.admin.v1.ActOnTransactionsRequest;
import org.escrowmq.admin.v1.ActOnTransactionsRequest.Action;
import org.escrowmq.admin.v1.ActOnTransactionsResponse;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Does one thing to the transactions that are named, or to all that fit a filter. */
abstract class ActOnTransactions extends AdminCommand {
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
            description = "Transaction ids. Without any: all that fit the options.")
    List<String> ids = List.of();

    @Mixin
    TransactionFilter filter = new TransactionFilter();

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

    abstract Action action();

    @Override
    View ask(AdminClient admin) {
        if (max < 1) throw wrong("--max must be 1 or more, got " + max);
        if (!ids.isEmpty()) {
            if (intent.dryRun || intent.yes || filter.isUsed()) {
                throw wrong(
                        "either name the transactions, or say by options which ones; what one is shows: escrow txn show ID");
            }
            return act(admin, ids);
        }
        if (!intent.dryRun && !intent.yes) {
            throw wrong("name the transactions, or say --dry-run to see which ones fit, or --yes to mean all of them");
        }
        List<org.escrowmq.admin.v1.Transaction> found = new ArrayList<>();
        boolean more = filter.forEach(admin, max, found::add);
        if (intent.dryRun) return TransactionViews.list(found);
        View view = act(
                admin,
                found.stream()
                        .map(org.escrowmq.admin.v1.Transaction::getTransactionId)
                        .toList());
        if (more) {
            Objects.requireNonNull(spec)
                    .commandLine()
                    .getErr()
                    .println("there are more that fit than " + max + " (--max); repeat the command for the others");
        }
        return view;
    }

    private ParameterException wrong(String why) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
    }

    private View act(AdminClient admin, List<String> all) {
        int done = 0;
        List<String> problems = new ArrayList<>();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            ActOnTransactionsResponse answer = admin.call(
                    AdminMethods.ACT_ON_TRANSACTIONS,
                    ActOnTransactionsRequest.newBuilder()
                            .addAllTransactionIds(all.subList(from, Math.min(all.size(), from + AT_ONCE)))
                            .setAction(action())
                            .setOperator(operator())
                            .setReason(reason)
                            .build());
            for (ActOnTransactionsResponse.Result result : answer.getResultsList()) {
                if (result.getProblem().isEmpty()) done++;
                else problems.add(result.getProblem());
            }
        }
        if (done == 0 && !problems.isEmpty()) throw new Failure(ExitCode.REFUSED, problems.get(0));
        String word = action().name().toLowerCase(java.util.Locale.ROOT);
        return new View.Done(
                word + ": " + done + " of " + all.size() + " transactions" + refused(problems),
                new Fields()
                        .with("action", word)
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
