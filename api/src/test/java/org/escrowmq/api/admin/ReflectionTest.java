package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import grpc.reflection.v1alpha.reflection.ServerReflectionClient;
import grpc.reflection.v1alpha.reflection.ServerReflectionClient$;
import grpc.reflection.v1alpha.reflection.ServerReflectionRequest;
import grpc.reflection.v1alpha.reflection.ServerReflectionResponse;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.scaladsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class ReflectionTest {
    private final OpenAdminPort port = OpenAdminPort.serving();
    private final ServerReflectionClient reflection =
            ServerReflectionClient$.MODULE$.apply(port.clientSettings(), port.broker.system());

    @AfterEach
    void close() {
        reflection.close();
        port.close();
    }

    private ServerReflectionResponse ask(ServerReflectionRequest request) {
        return await(reflection
                .serverReflectionInfo(Source.single(request))
                .asJava()
                .runWith(
                        Sink.head(),
                        SystemMaterializer.get(port.broker.system()).materializer()));
    }

    @Test
    void theServicesAreListed() {
        ServerReflectionResponse response =
                ask(ServerReflectionRequest.defaultInstance().withListServices("*"));
        Set<String> names =
                CollectionConverters.asJava(response.messageResponse()
                                .listServicesResponse()
                                .get()
                                .service())
                        .stream()
                        .map(service -> service.name())
                        .collect(Collectors.toSet());
        assertTrue(
                names.containsAll(Set.of(
                        "escrow.admin.v1.AdminService",
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1alpha.ServerReflection")),
                names.toString());
    }

    @Test
    void aServicesFileIsFoundBySymbol() throws InvalidProtocolBufferException {
        ServerReflectionResponse response =
                ask(ServerReflectionRequest.defaultInstance().withFileContainingSymbol("escrow.admin.v1.AdminService"));
        com.google.protobuf.ByteString file = response.messageResponse()
                .fileDescriptorResponse()
                .get()
                .fileDescriptorProto()
                .apply(0);
        FileDescriptorProto descriptor = FileDescriptorProto.parseFrom(file);
        assertEquals("escrow.admin.v1", descriptor.getPackage());
        assertEquals(37, descriptor.getService(0).getMethodCount());
    }
}
