package org.escrowmq.api.admin;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.japi.function.Function;
import org.escrowmq.admin.v1.AdminService;
import org.escrowmq.api.metrics.Metrics;

/**
 * What the admin port answers: gRPC services by the name in the path, and the three plain pages. Refuses requests of foreign
 * web pages.
 */
final class AdminEndpoint implements Function<HttpRequest, CompletionStage<HttpResponse>> {
    private static final long serialVersionUID = 1L;

    private final transient ActorSystem system;
    private final transient GrpcDoor door;
    private final transient Map<String, GrpcDoor.Service> services;
    private final transient Readiness readiness;
    private final transient Metrics metrics;
    private final transient WebOrigins origins;

    AdminEndpoint(
            ActorSystem system,
            Map<String, GrpcDoor.Service> services,
            Readiness readiness,
            Metrics metrics,
            AdminSettings settings) {
        this.system = system;
        this.door = new GrpcDoor(system, settings);
        this.services = services;
        this.readiness = readiness;
        this.metrics = metrics;
        this.origins = new WebOrigins(settings.webOrigins());
    }

    @Override
    public CompletionStage<HttpResponse> apply(HttpRequest request) {
        Optional<HttpHeader> origin = request.getHeader("origin");
        if (origin.isPresent() && !origins.allows(origin.get().value(), hostOf(request))) {
            return refused(
                    request,
                    text(403, "web pages of this origin may not call the admin port (escrow.api.admin.web-origins)"));
        }
        Iterator<String> segments = request.getUri().pathSegments().iterator();
        String first = segments.hasNext() ? segments.next() : "";
        GrpcDoor.Service service = services.get(first);
        if (service != null) {
            if (!request.method().equals(HttpMethods.POST)) {
                return refused(request, text(405, "gRPC calls are POST"));
            }
            if (first.equals(AdminService.name) && segments.hasNext()) Audit.called(segments.next(), request);
            return door.enter(request, service);
        }
        if (segments.hasNext()) return refused(request, text(404, "nothing here"));
        return switch (first) {
            case "livez", "readyz", "metrics" -> page(request, first);
            default -> refused(request, text(404, "nothing here; there are /livez, /readyz and /metrics"));
        };
    }

    private CompletionStage<HttpResponse> page(HttpRequest request, String page) {
        if (!request.method().equals(HttpMethods.GET)) return refused(request, text(405, "only GET is served here"));
        request.discardEntityBytes(system);
        return switch (page) {
            case "livez" -> CompletableFuture.completedFuture(text(200, "live"));
            case "readyz" -> {
                String reason = readiness.reason();
                yield CompletableFuture.completedFuture(reason == null ? text(200, "ready") : text(503, reason));
            }
            default -> metrics.exposition().thenApply(AdminEndpoint::exposition);
        };
    }

    private CompletionStage<HttpResponse> refused(HttpRequest request, HttpResponse response) {
        request.discardEntityBytes(system);
        return CompletableFuture.completedFuture(response);
    }

    private static HttpResponse exposition(byte[] text) {
        ContentType type = ContentTypes.parse(Metrics.CONTENT_TYPE);
        return HttpResponse.create().withEntity(HttpEntities.create(type, text));
    }

    private static HttpResponse text(int status, String text) {
        return HttpResponse.create()
                .withStatus(StatusCodes.get(status))
                .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, text + "\n"));
    }

    private static String hostOf(HttpRequest request) {
        return request.getHeader("host").map(HttpHeader::value).orElseGet(() -> {
            String host = request.getUri().host().address();
            return request.getUri().port() > 0 ? host + ":" + request.getUri().port() : host;
        });
    }
}
