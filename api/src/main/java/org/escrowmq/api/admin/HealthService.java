package org.escrowmq.api.admin;

import io.grpc.health.v1.Health;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Source;
import org.escrowmq.model.RefusalCode;

/**
 * grpc.health.v1 of this node: the whole server (the empty name) and each service by name. They serve together, so one
 * {@link Readiness} answers for all of them.
 */
final class HealthService implements Health {
    /** A node's state changes at most twice after the first one handed over. */
    private static final int CHANGES_MAX = 4;

    private final Readiness readiness;
    private final Set<String> services;

    HealthService(Readiness readiness, Set<String> services) {
        this.readiness = readiness;
        this.services = Set.copyOf(services);
    }

    @Override
    public CompletionStage<HealthCheckResponse> check(HealthCheckRequest request) {
        if (!known(request)) {
            return CompletableFuture.failedFuture(new Rejection(
                    RefusalCode.NOT_FOUND, "no service " + Inputs.quoted(request.getService()) + " on this port"));
        }
        return CompletableFuture.completedFuture(answer(statusOf(readiness.state())));
    }

    @Override
    public Source<HealthCheckResponse, NotUsed> watch(HealthCheckRequest request) {
        if (!known(request)) {
            return Source.single(answer(ServingStatus.SERVICE_UNKNOWN))
                    .concat(Source.<HealthCheckResponse>maybe())
                    .mapMaterializedValue(never -> NotUsed.getInstance());
        }
        return Source.<Readiness.State>queue(CHANGES_MAX)
                .watchTermination((queue, ended) -> {
                    Consumer<Readiness.State> listener = handOver(queue);
                    readiness.listen(listener);
                    ended.whenComplete((done, fault) -> readiness.forget(listener));
                    return NotUsed.getInstance();
                })
                .map(state -> answer(statusOf(state)));
    }

    private static Consumer<Readiness.State> handOver(BoundedSourceQueue<Readiness.State> queue) {
        return state -> {
            if (!queue.offer(state).isEnqueued()) queue.complete();
        };
    }

    private boolean known(HealthCheckRequest request) {
        return request.getService().isEmpty() || services.contains(request.getService());
    }

    private static ServingStatus statusOf(Readiness.State state) {
        return state == Readiness.State.READY ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    private static HealthCheckResponse answer(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }
}
