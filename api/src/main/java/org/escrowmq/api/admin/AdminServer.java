package org.escrowmq.api.admin;

import io.grpc.health.v1.Health;
import io.grpc.health.v1.HealthHandlerFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.grpc.Trailers;
import org.apache.pekko.grpc.javadsl.ServerReflection;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.escrowmq.admin.v1.AdminService;
import org.escrowmq.admin.v1.AdminServiceHandlerFactory;
import org.escrowmq.api.metrics.Metrics;
import org.escrowmq.cluster.Broker;

/**
 * The open admin port of a node: the admin service (gRPC, gRPC-web), its reflection, grpc.health.v1, /livez, /readyz and
 * /metrics, over HTTP/1.1 and h2c. It may be opened before the node is ready and says so until it is.
 */
public final class AdminServer {
    private static final String REFLECTION = "grpc.reflection.v1alpha.ServerReflection";

    private final ServerBinding binding;
    private final Readiness readiness;
    private final Metrics metrics;
    private final AdminSettings settings;

    private AdminServer(ServerBinding binding, Readiness readiness, Metrics metrics, AdminSettings settings) {
        this.binding = binding;
        this.readiness = readiness;
        this.metrics = metrics;
        this.settings = settings;
    }

    /** Opens the port. The stage fails when the address is taken or not of this machine. */
    public static CompletionStage<AdminServer> start(Broker broker, AdminSettings settings) {
        ActorSystem system = broker.system();
        Readiness readiness = Readiness.following(broker.ready());
        Metrics metrics = Metrics.of(broker, settings.metrics());
        AdminEndpoint endpoint =
                new AdminEndpoint(system, services(broker, readiness, settings), readiness, metrics, settings);
        return Http.get(system)
                .newServerAt(settings.host(), settings.port())
                .withSettings(settings.http(system.settings().config()))
                .bind(endpoint)
                .thenApply(binding -> new AdminServer(binding, readiness, metrics, settings))
                .whenComplete((server, fault) -> {
                    if (fault != null) metrics.close();
                });
    }

    /** The port that is open; the settings' port unless that was 0. */
    public int port() {
        return binding.localAddress().getPort();
    }

    /** From now on /readyz and health say that the node is stopping, and calls are refused. First step of a graceful stop. */
    public void announceStop() {
        readiness.stopping();
    }

    /** Announces the stop, lets open calls end for the stop time-out at most, and closes the port. */
    public CompletionStage<Void> stop() {
        announceStop();
        return binding.terminate(settings.stopTimeout()).thenAccept(terminated -> metrics.close());
    }

    private static Map<String, GrpcDoor.Service> services(Broker broker, Readiness readiness, AdminSettings settings) {
        ActorSystem system = broker.system();
        Materializer materializer = SystemMaterializer.get(system).materializer();
        Executor blocking = system.dispatchers().lookup("pekko.actor.default-blocking-io-dispatcher");
        org.apache.pekko.japi.Function<ActorSystem, org.apache.pekko.japi.Function<Throwable, Trailers>> faults =
                StatusTable.mapper();
        AdminRpc admin = new AdminRpc(broker, readiness, settings, InstantSource.system(), blocking);
        HealthService health = new HealthService(readiness, Set.of(AdminService.name, Health.name));
        return Map.of(
                AdminService.name,
                new GrpcDoor.Service(
                        AdminServiceHandlerFactory.partial(admin, AdminService.name, materializer, faults, system),
                        false),
                Health.name,
                new GrpcDoor.Service(
                        HealthHandlerFactory.partial(health, Health.name, materializer, faults, system), false),
                REFLECTION,
                new GrpcDoor.Service(
                        ServerReflection.create(List.of(AdminService.description, Health.description), system), true));
    }
}
