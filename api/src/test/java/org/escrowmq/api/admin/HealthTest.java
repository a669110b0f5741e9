package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthClient;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.stream.SystemMaterializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final OpenAdminPort port = OpenAdminPort.over(MemoryBroker.starting());
    private final HealthClient health = HealthClient.create(port.clientSettings(), port.broker.system());

    @AfterEach
    void close() {
        await(health.close());
        port.close();
    }

    private ServingStatus check(String service) {
        return await(health.check(
                        HealthCheckRequest.newBuilder().setService(service).build()))
                .getStatus();
    }

    private BlockingQueue<ServingStatus> watch(String service) {
        BlockingQueue<ServingStatus> seen = new LinkedBlockingQueue<>();
        health.watch(HealthCheckRequest.newBuilder().setService(service).build())
                .map(HealthCheckResponse::getStatus)
                .runForeach(
                        seen::add, SystemMaterializer.get(port.broker.system()).materializer());
        return seen;
    }

    private static ServingStatus next(BlockingQueue<ServingStatus> seen) throws InterruptedException {
        return seen.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void theCheckFollowsTheNode() {
        assertEquals(ServingStatus.NOT_SERVING, check(""));
        port.broker.ready.complete(null);
        assertEquals(ServingStatus.SERVING, check(""));
        assertEquals(ServingStatus.SERVING, check("escrow.admin.v1.AdminService"));
        assertEquals(ServingStatus.SERVING, check("grpc.health.v1.Health"));
        port.server.announceStop();
        assertEquals(ServingStatus.NOT_SERVING, check(""));
    }

    @Test
    void anUnknownServiceIsNotFound() {
        assertRefused(
                Status.Code.NOT_FOUND,
                "no service \"other\"",
                health.check(HealthCheckRequest.newBuilder().setService("other").build()));
    }

    @Test
    void aWatchTellsTheStateAndEachChange() throws InterruptedException {
        BlockingQueue<ServingStatus> seen = watch("escrow.admin.v1.AdminService");
        assertEquals(ServingStatus.NOT_SERVING, next(seen));
        port.broker.ready.complete(null);
        assertEquals(ServingStatus.SERVING, next(seen));
        port.server.announceStop();
        assertEquals(ServingStatus.NOT_SERVING, next(seen));
        assertNull(seen.poll());
    }

    @Test
    void aWatchOfAnUnknownServiceStaysOpen() throws InterruptedException {
        BlockingQueue<ServingStatus> seen = watch("other");
        assertEquals(ServingStatus.SERVICE_UNKNOWN, next(seen));
        assertEquals(ServingStatus.NOT_SERVING, check(""));
        assertNull(seen.poll());
    }

    @Test
    void aFailedStartIsNotServing() {
        port.broker.ready.completeExceptionally(new IllegalStateException("no disk"));
        assertEquals(ServingStatus.NOT_SERVING, check(""));
        assertEquals(
                "the node could not start: its log says why\n",
                port.get("/readyz").body());
    }
}
