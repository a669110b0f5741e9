package org.escrowmq.systemtests.faults;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** One TCP connection on which anything may be said. Not thread-safe. */
final class HostileConnection implements Closeable {
    private static final int CONNECT_MILLIS = 5_000;

    private final Socket socket = new Socket();

    /** Of this machine's loopback interface, and of no other. */
    HostileConnection(int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
    }

    /** False when the server has closed it. */
    boolean say(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the server closes it within the limit; what it says until then is dropped. */
    boolean closedWithin(Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        byte[] dropped = new byte[8192];
        try {
            InputStream in = socket.getInputStream();
            for (long left = limit.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                socket.setSoTimeout((int) left);
                if (in.read(dropped) < 0) {
                    return true;
                }
            }
            return false;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            // Reset: closed as well.
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
