package org.escrowmq.systemtests.faults;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.nio.file.Path;
import java.util.List;

/**
 * What one tool found, as JSON on standard output.
 *
 * @param commit of the tree that ran, with "+changes" when files differ from it
 * @param steps one for each cut, fault or attack, in order; records of the tool
 * @param findings empty when everything held
 */
record FaultReport(String tool, String commit, long seed, List<?> steps, List<String> findings) {
    private static final Gson JSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeSpecialFloatingPointValues()
            .create();

    static FaultReport of(String tool, Path home, long seed, List<?> steps, List<String> findings) {
        Commands.Outcome head = Commands.outcome("git", "-C", home.toString(), "rev-parse", "HEAD");
        Commands.Outcome changes =
                Commands.outcome("git", "-C", home.toString(), "status", "--porcelain", "--untracked-files=no");
        String commit = head.exitCode() == 0
                ? head.output() + (changes.output().isEmpty() ? "" : "+changes")
                : "unknown (no git here)";
        return new FaultReport(tool, commit, seed, List.copyOf(steps), List.copyOf(findings));
    }

    String json() {
        return JSON.toJson(this);
    }

    /** Prints it; the exit code of the tool. */
    int print() {
        System.out.println(json());
        return findings.isEmpty() ? 0 : 1;
    }
}
