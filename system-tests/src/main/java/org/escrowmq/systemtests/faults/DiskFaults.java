package org.escrowmq.systemtests.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code disk-faults}: a disk that gets full and is freed, and disks whose writes or flushes fail. Exit code 1 on a violation. */
@Command(
        name = "disk-faults",
        mixinStandardHelpOptions = true,
        description = {
            "Escrow on a disk that gets full (F10) and on disks that fail (F11), and what its clients saw checked.",
            "full: below escrow.persistence.min-free-bytes sends are refused with the free bytes and the key, acks go on, and freed"
                    + " space brings sends back without a restart.",
            "flush-error, write-error: the disk answers EIO under load; the server ends with exit code 6, and on the healed disk,"
                    + " without what it never flushed, nothing acknowledged is missing.",
            "The disk is nbdkit, nbdfuse, a loop device and ext4. Needs root. About two minutes.",
            "Prints a report as JSON; exit code 0 when everything held, 1 when not, 2 for wrong arguments."
        })
public final class DiskFaults implements Callable<Integer> {
    @Option(
            names = "--only",
            description = "of full, flush-error, write-error; more with commas (default: all)",
            split = ",")
    private Set<String> only = Set.of("full", "flush-error", "write-error");

    private DiskFaults() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new DiskFaults()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path home = EscrowServer.homeOfThisTree();
        Path folder = Files.createTempDirectory("escrow-disk-faults");
        List<Object> steps = new ArrayList<>();
        List<String> findings = new ArrayList<>();
        if (only.contains("full")) {
            try (FullDisk run = new FullDisk(home, folder.resolve("full"))) {
                cleanUpAtExit(run);
                steps.add(run.run(findings));
            }
        }
        for (VolatileDisk.Fault fault : List.of(VolatileDisk.Fault.FLUSH_ERROR, VolatileDisk.Fault.WRITE_ERROR)) {
            if (only.contains(fault.word())) {
                try (FailingDisk run = new FailingDisk(home, folder.resolve(fault.word()), fault)) {
                    cleanUpAtExit(run);
                    steps.add(run.run(findings));
                }
            }
        }
        int exitCode = FaultReport.of("disk-faults", home, 0, steps, findings).print();
        if (exitCode == 0) {
            Folders.remove(folder);
        } else {
            System.err.println("disks and logs stay in " + folder);
        }
        return exitCode;
    }

    /** Also when it is interrupted; closing twice does nothing. */
    private static void cleanUpAtExit(DiskRun run) {
        Runtime.getRuntime().addShutdownHook(new Thread(run::close, "disk-faults-clean-up"));
    }
}
