package org.escrowmq.api.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.JournalStatus;

/**
 * The operators' side of a journal: fixed figures, and a backup of two files of known size. It has no writers' side, whatever that
 * side is made of: each of its methods throws.
 */
final class FiledJournal {
    static final int BACKUP_BYTES = 1_000 + 234;
    static final JournalStatus STATUS =
            new JournalStatus(11, 2_222, 3, 44_444, 2, 5_555_555, 1_000_000, true, List.of());

    /** Completes when a backup is asked for. */
    final CompletableFuture<Void> backupAsked = new CompletableFuture<>();

    /** When set, a backup waits for it before it writes. */
    volatile CompletableFuture<Void> backupGate = CompletableFuture.completedFuture(null);

    private final Journal journal = (Journal) Proxy.newProxyInstance(
            Journal.class.getClassLoader(),
            new Class<?>[] {Journal.class},
            (proxy, method, arguments) -> answer(method, arguments));

    Journal journal() {
        return journal;
    }

    private Object answer(Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "status" -> STATUS;
            case "backup" -> backup((Path) arguments[0]);
            default -> throw new UnsupportedOperationException(method.getName() + ": this journal has no writers");
        };
    }

    private CompletionStage<Void> backup(Path directory) {
        backupAsked.complete(null);
        return backupGate.thenAccept(open -> {
            try {
                Files.createDirectories(directory.resolve("tables"));
                Files.write(directory.resolve("segment-1"), new byte[1_000]);
                Files.write(directory.resolve("tables/1.ldb"), new byte[234]);
            } catch (IOException refused) {
                throw new UncheckedIOException(refused);
            }
        });
    }
}
