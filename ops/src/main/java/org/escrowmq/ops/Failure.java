package org.escrowmq.ops;

/**
 * Why a command or a start ends early: a text for a person and the code that the process ends with. Never shown with a stack trace.
 */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    /** A failure with nothing behind it that a person would want to see. */
    public Failure(ExitCode exitCode, String text) {
        super(text);
        this.exitCode = exitCode;
    }

    /** A failure with its cause, for the log of a server. */
    public Failure(ExitCode exitCode, String text, Throwable cause) {
        super(text, cause);
        this.exitCode = exitCode;
    }

    /** What the process ends with. */
    public ExitCode exitCode() {
        return exitCode;
    }

    /** The text; never null. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
