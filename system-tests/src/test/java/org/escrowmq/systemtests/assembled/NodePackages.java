package org.escrowmq.systemtests.assembled;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The official Node client, installed once for all tests by system-tests/bin/node-client. A test fails where that cannot be. */
record NodePackages(Path nodeModules, Path script) {
    private static final long LIMIT_MINUTES = 5;

    /** Installed by the first who asks in this run. */
    static NodePackages installed(ExtensionContext.Store store) {
        return store.getOrComputeIfAbsent(NodePackages.class, key -> install(), NodePackages.class);
    }

    private static NodePackages install() {
        Path tests = EscrowServer.homeOfThisTree().resolve("system-tests");
        try {
            Path folder = ServerFolders.create("node-install");
            Path log = folder.resolve("install.log");
            Process process = new ProcessBuilder(
                            tests.resolve("bin/node-client").toString())
                    .redirectError(log.toFile())
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "the Node client is not installed within " + LIMIT_MINUTES + " minutes");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException("the Node client cannot be installed:\n" + Files.readString(log));
            }
            Path modules = Path.of(output.lines().reduce((first, last) -> last).orElseThrow());
            Folders.remove(folder);
            return new NodePackages(modules, tests.resolve("src/test/node/client.js"));
        } catch (IOException e) {
            throw new IllegalStateException("the Node client cannot be installed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the Node client was installed", e);
        }
    }
}
