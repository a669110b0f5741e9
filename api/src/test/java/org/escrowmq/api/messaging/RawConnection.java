package org.escrowmq.api.messaging;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A connection that speaks HTTP/2 frame by frame, or whatever bytes it is given. Reads time out after 10 s. */
final class RawConnection implements AutoCloseable {
    static final int PING = 6;
    static final int GOAWAY = 7;
    private static final int SETTINGS = 4;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    /** A frame's type and flags. */
    record Frame(int type, int flags) {}

    RawConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
    }

    RawConnection write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    RawConnection write(String text) throws IOException {
        return write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawConnection hello() throws IOException {
        write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        return frame(SETTINGS, 0, new byte[0]);
    }

    RawConnection ping() throws IOException {
        return frame(PING, 0, new byte[8]);
    }

    RawConnection frame(int type, int streamId, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) 0).putInt(streamId).put(payload);
        return write(frame.array());
    }

    /** The next frame of one of the types; null when the server closed the connection. */
    @Nullable
    Frame next(int typeA, int typeB) throws IOException {
        try {
            while (true) {
                int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
                Frame frame = new Frame(in.readUnsignedByte(), in.readUnsignedByte());
                in.skipNBytes(4L + length);
                if (frame.type() == typeA || frame.type() == typeB) return frame;
            }
        } catch (EOFException | SocketException e) {
            return null;
        }
    }

    boolean closedByServer() throws IOException {
        return next(-1, -1) == null;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
