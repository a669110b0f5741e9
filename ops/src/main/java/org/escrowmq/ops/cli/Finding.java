package org.escrowmq.ops.cli;

import java.util.Locale;

/** What one check of the doctor found. */
record Finding(String check, Verdict verdict, String text) {
    /** How bad it is. */
    enum Verdict {
        OK,
        /** Works, but somebody should look. */
        NOTICE,
        PROBLEM;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String check, String text) {
        return new Finding(check, Verdict.OK, text);
    }

    static Finding notice(String check, String text) {
        return new Finding(check, Verdict.NOTICE, text);
    }

    static Finding problem(String check, String text) {
        return new Finding(check, Verdict.PROBLEM, text);
    }
}
