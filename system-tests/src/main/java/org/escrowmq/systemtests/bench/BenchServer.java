package org.escrowmq.systemtests.bench;

import java.nio.file.Path;
import org.escrowmq.systemtests.load.LoadReport;

/** A kind of server that the bench measures. */
interface BenchServer {
    String name();

    /** Makes a folder from which each run starts: topics and groups exist, no messages. */
    void prepare(Path template, BenchTopics topics, boolean tls);

    /** Starts it on a copy of that folder and returns when it says that it is ready. */
    RunningServer start(Path template, Path folder);

    /** Runs one load in the load generator's process. */
    interface Loads {
        LoadReport run(String arguments);
    }
}
