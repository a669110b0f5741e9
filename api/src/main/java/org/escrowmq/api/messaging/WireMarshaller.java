package org.escrowmq.api.messaging;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests with one copy: the bytes are taken off the network once, and byte fields (bodies) are views of that copy.
 * Bytes that are no request give {@link #isMalformed a marked instance}, so that the client gets an answer in the protocol, and so
 * does a request that {@link #isUnread is not read} since the gate is closed.
 */
final class WireMarshaller<T extends Message> implements MethodDescriptor.Marshaller<T> {
    private final MethodDescriptor.Marshaller<T> plain;
    private final Parser<T> parser;
    private final T malformed;
    private final T unread;
    private final Gate gate;

    WireMarshaller(MethodDescriptor.Marshaller<T> plain) {
        this(plain, Gate.OPEN);
    }

    @SuppressWarnings("unchecked") // a message's parser and builder make messages of its type
    WireMarshaller(MethodDescriptor.Marshaller<T> plain, Gate gate) {
        this.plain = plain;
        this.gate = gate;
        Message prototype = (Message) ((MethodDescriptor.PrototypeMarshaller<T>) plain).getMessagePrototype();
        this.parser = (Parser<T>) prototype.getParserForType();
        this.malformed = (T) prototype.newBuilderForType().build();
        this.unread = (T) prototype.newBuilderForType().build();
    }

    /** Whether this is the instance that stands for bytes that could not be read. */
    boolean isMalformed(@Nullable Object request) {
        return request == malformed;
    }

    /** Whether this is the instance that stands for bytes that were not looked at. */
    boolean isUnread(@Nullable Object request) {
        return request == unread;
    }

    @Override
    public InputStream stream(T value) {
        return plain.stream(value);
    }

    @Override
    public T parse(InputStream stream) {
        if (gate.isClosed()) return unread;
        try {
            CodedInputStream in =
                    UnsafeByteOperations.unsafeWrap(allBytes(stream)).newCodedInput();
            in.enableAliasing(true);
            T request = parser.parseFrom(in);
            in.checkLastTagWas(0);
            return request;
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            return malformed;
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("the request could not be read")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** An uncompressed request knows its length, so that this is one array of the right size. */
    private static byte[] allBytes(InputStream stream) throws IOException {
        if (!(stream instanceof KnownLength)) return stream.readAllBytes();
        byte[] bytes = new byte[stream.available()];
        if (stream.readNBytes(bytes, 0, bytes.length) != bytes.length) throw new IOException("the stream ended early");
        return bytes;
    }
}
