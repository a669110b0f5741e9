package org.escrowmq.ops.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** Runs commands in this process and keeps what they wrote. */
final class Shell {
    private Shell() {}

    /** How a command ended. */
    record Ended(int code, String out, String err) {}

    static Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = EscrowCommand.line(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
        return new Ended(code, out.toString().stripTrailing(), err.toString().stripTrailing());
    }

    /** With {@code --admin} pointing at {@code server}. */
    static Ended at(FakeAdminServer server, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--admin");
        all.add("127.0.0.1:" + server.port());
        return run(all.toArray(new String[0]));
    }
}
