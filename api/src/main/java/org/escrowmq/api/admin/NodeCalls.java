package org.escrowmq.api.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.escrowmq.admin.v1.BackupRequest;
import org.escrowmq.admin.v1.BackupResponse;
import org.escrowmq.admin.v1.NodeDetail;
import org.escrowmq.cluster.Broker;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.persistence.JournalStatus;
import org.escrowmq.persistence.PersistenceId;

/** The calls about the node itself. One backup runs at a time; its file work runs on {@code blocking}. */
final class NodeCalls {
    private final Broker broker;
    private final Readiness readiness;
    private final AdminSettings settings;
    private final Executor blocking;
    private final AtomicBoolean backupRuns = new AtomicBoolean();

    NodeCalls(Broker broker, Readiness readiness, AdminSettings settings, Executor blocking) {
        this.broker = broker;
        this.readiness = readiness;
        this.settings = settings;
        this.blocking = blocking;
    }

    /** Answered at any time, also while the node starts or stops. */
    NodeDetail describe() {
        NodeDetail.Builder node = NodeDetail.newBuilder()
                .setVersion(settings.version())
                .setStartedEpochMillis(ManagementFactory.getRuntimeMXBean().getStartTime())
                .setDataDirectory(settings.dataDirectory())
                .setReady(readiness.reason() == null);
        JournalStatus status = broker.journal().status();
        node.setEntriesWritten(status.entriesWritten())
                .setBytesWritten(status.bytesWritten())
                .setFsyncs(status.fsyncs())
                .setLogBytes(status.logBytes())
                .setSegments(status.segments())
                .setFreeBytes(status.freeBytes())
                .setAcceptsBodies(status.acceptsBodies())
                .addAllFenced(
                        status.fenced().stream().map(PersistenceId::toString).toList());
        if (readiness.reason() == null) {
            node.setClients(broker.clients().clients().size())
                    .setTopics(broker.catalogue().topicCount())
                    .setGroups(broker.catalogue().groupCount());
        }
        return node.build();
    }

    CompletionStage<BackupResponse> backup(BackupRequest request) {
        Path directory = absolute(request.getDirectory());
        if (!backupRuns.compareAndSet(false, true)) {
            throw new Rejection(RefusalCode.FORBIDDEN, "a backup is running already; wait for its end");
        }
        return CompletableFuture.runAsync(() -> requireEmpty(directory), blocking)
                .thenCompose(empty -> broker.journal().backup(directory))
                .thenApplyAsync(done -> sizeOf(directory), blocking)
                .thenApply(bytes -> BackupResponse.newBuilder()
                        .setDirectory(directory.toString())
                        .setBytes(bytes)
                        .build())
                .exceptionally(fault -> {
                    throw failed(directory, fault);
                })
                .whenComplete((response, fault) -> backupRuns.set(false));
    }

    private static Path absolute(String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) return path.normalize();
        } catch (InvalidPathException notAPath) {
            throw Rejection.invalid("directory " + Inputs.quoted(text) + " is not a path");
        }
        throw Rejection.invalid("directory must be an absolute path on the node's machine, got " + Inputs.quoted(text));
    }

    private static void requireEmpty(Path directory) {
        if (!Files.exists(directory)) return;
        if (!Files.isDirectory(directory))
            throw new Rejection(RefusalCode.FORBIDDEN, directory + " is not a directory");
        try (Stream<Path> entries = Files.list(directory)) {
            if (entries.findAny().isPresent()) {
                throw new Rejection(
                        RefusalCode.FORBIDDEN, directory + " is not empty; a backup needs an empty or absent one");
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static long sizeOf(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            long bytes = 0;
            for (Path file : (Iterable<Path>) files::iterator) {
                if (Files.isRegularFile(file)) bytes += Files.size(file);
            }
            return bytes;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** An operator can mend what the file system says (no space, no right); everything else is a fault of ours. */
    private static RuntimeException failed(Path directory, Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null && !(cause instanceof IOException)) cause = cause.getCause();
        if (cause instanceof IOException io) {
            return new Rejection(RefusalCode.FORBIDDEN, "backup into " + directory + " failed: " + reasonOf(io));
        }
        return fault instanceof RuntimeException unchecked ? unchecked : new CompletionException(fault);
    }

    private static String reasonOf(IOException failure) {
        if (failure instanceof AccessDeniedException denied) return "access denied to " + denied.getFile();
        if (failure instanceof NoSuchFileException missing) return missing.getFile() + " does not exist";
        return Inputs.quoted(String.valueOf(failure.getMessage()));
    }
}
