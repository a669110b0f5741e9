package org.escrowmq.systemtests.faults;

import java.nio.file.Path;
import java.util.Map;
import org.escrowmq.systemtests.process.EscrowServer;
import org.jspecify.annotations.Nullable;

/** A server whose data folder is the mount of a {@link VolatileDisk}. {@link #close()} may be called by a shutdown hook, and twice. */
abstract class DiskRun implements AutoCloseable {
    private final Path home;
    private final Path folder;
    private @Nullable VolatileDisk disk;
    private @Nullable EscrowServer server;

    DiskRun(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
    }

    final VolatileDisk attachedDisk(long bytes, int keepPercent, long seed) {
        VolatileDisk made = new VolatileDisk(home, folder.resolve("disk"), folder.resolve("data"), bytes);
        synchronized (this) {
            disk = made;
        }
        made.attach(keepPercent, seed);
        return made;
    }

    final EscrowServer startedServer(Map<String, String> keys) {
        EscrowServer launched = EscrowServer.launch(home, folder, keys);
        synchronized (this) {
            server = launched;
        }
        launched.awaitReady();
        return launched;
    }

    @Override
    public final synchronized void close() {
        if (server != null) {
            server.close();
            server = null;
        }
        if (disk != null) {
            disk.close();
            disk = null;
        }
    }
}
