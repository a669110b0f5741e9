package org.escrowmq.ops;

import java.util.ArrayList;
import java.util.List;

/**
 * How a process of ours ends, for scripts and supervisors. The numbers never change; docs/manual.md lists them.
 *
 * <p>A server that was asked to stop (SIGTERM) ends with 0 once everything is answered and closed. A JVM that runs out of heap ends
 * as if killed (137).
 */
public enum ExitCode {
    OK(0, "done; for a server: stopped because it was asked to"),
    ERROR(1, "an unexpected error"),
    USAGE(2, "the command line is wrong"),
    CONFIGURATION(3, "the configuration is refused (unknown key, wrong value, open bind)"),
    FOLDER_LOCKED(4, "another server runs on the data folder"),
    NEWER_FORMAT(5, "the data folder was written by a newer release"),
    STORAGE_FAULT(6, "the disk failed (write or fsync error); nothing acknowledged is lost"),
    DAMAGED_DATA(7, "stored data is damaged"),
    ADDRESS_IN_USE(8, "a port is taken"),
    UNREACHABLE(10, "no server answers at the address"),
    REFUSED(11, "the server refused the request"),
    NOT_FOUND(12, "there is no such topic, group, client or message"),
    UNKNOWN_OUTCOME(13, "no answer in time: it may or may not have happened"),
    PROBLEMS_FOUND(14, "doctor or journal check found problems");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** What the process ends with. */
    public int code() {
        return code;
    }

    /** One line for a person. */
    public String meaning() {
        return meaning;
    }

    /** {@code code:meaning} of each, as the help of a command lists them. */
    public static String[] helpLines() {
        List<String> lines = new ArrayList<>();
        for (ExitCode each : values()) lines.add(each.code + ":" + each.meaning);
        return lines.toArray(new String[0]);
    }
}
