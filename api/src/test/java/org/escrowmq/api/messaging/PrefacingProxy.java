package org.escrowmq.api.messaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A load balancer in small: writes a preface to the server before it passes a connection's bytes on. */
final class PrefacingProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final byte[] preface;
    private final int serverPort;

    PrefacingProxy(int serverPort, byte[] preface) throws IOException {
        this.serverPort = serverPort;
        this.preface = preface;
        run(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() throws IOException {
        while (!listener.isClosed()) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            sockets.add(client);
            sockets.add(server);
            // In two parts, so that the server sees an incomplete preface first.
            OutputStream out = server.getOutputStream();
            server.setTcpNoDelay(true);
            out.write(preface, 0, 9);
            out.flush();
            out.write(preface, 9, preface.length - 9);
            run(() -> pass(client.getInputStream(), out));
            run(() -> pass(server.getInputStream(), client.getOutputStream()));
        }
    }

    private static void pass(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
            out.flush();
        }
        out.close();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The connection or the proxy was closed: the end of this thread's work.
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) socket.close();
    }
}
