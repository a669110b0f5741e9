package org.escrowmq.api.admin;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.escrowmq.admin.v1.OffsetMove;
import org.escrowmq.admin.v1.ResetOffsetRequest;
import org.escrowmq.admin.v1.ResetOffsetResponse;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.QueueStreams.Move;
import org.escrowmq.cluster.QueueStreams.Place;
import org.escrowmq.cluster.QueueStreams.Position;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** The call that moves a group on a topic. Every queue is looked at before the first one is moved. */
final class OffsetCalls {
    private record Planned(Place place, Move move) {}

    private final Broker broker;

    OffsetCalls(Broker broker) {
        this.broker = broker;
    }

    CompletionStage<ResetOffsetResponse> reset(ResetOffsetRequest request) {
        GroupName group = Inputs.group(request.getGroup());
        TopicDescription topic = existing(Inputs.topic(request.getTopic()));
        requireReader(group, topic.name());
        List<Place> places = places(request, topic);
        requireTarget(request, places);
        CompletionStage<List<Planned>> plan = all(places, place -> plan(place, group, request));
        if (request.getDryRun()) return plan.thenApply(OffsetCalls::response);
        return plan.thenCompose(planned -> all(planned, next -> carryOut(next, group)))
                .thenApply(OffsetCalls::response);
    }

    private TopicDescription existing(TopicName name) {
        return broker.catalogue()
                .topic(name)
                .orElseThrow(() -> new Rejection(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + name));
    }

    private void requireReader(GroupName group, TopicName topic) {
        if (broker.catalogue().group(group).isEmpty()) {
            throw new Rejection(RefusalCode.GROUP_NOT_FOUND, "there is no group " + group);
        }
        if (broker.catalogue().groupsOf(topic).contains(group)) return;
        throw new Rejection(
                RefusalCode.FORBIDDEN,
                "group " + group + " has never read topic " + topic
                        + ", so there is nothing to move; where it will begin" + " says: escrow group update " + group
                        + " --start first|latest");
    }

    private static List<Place> places(ResetOffsetRequest request, TopicDescription topic) {
        if (request.hasQueue()) {
            return List.of(new Place(topic.name(), Inputs.within("queue", request.getQueue(), 0, topic.queues() - 1)));
        }
        return IntStream.range(0, topic.queues())
                .mapToObj(queue -> new Place(topic.name(), queue))
                .toList();
    }

    private static void requireTarget(ResetOffsetRequest request, List<Place> places) {
        switch (request.getToCase()) {
            case TO_NOT_SET -> throw Rejection.invalid("to is required: a position, a time or an offset");
            case POSITION -> Wire.start(request.getPosition());
            case EPOCH_MILLIS -> Inputs.within("epoch_millis", request.getEpochMillis(), 0, Long.MAX_VALUE);
            case OFFSET -> {
                Inputs.within("offset", request.getOffset(), 0, Long.MAX_VALUE);
                if (places.size() == 1) return;
                throw Rejection.invalid("an offset is of one queue, and topic " + request.getTopic() + " has "
                        + places.size() + ": name the queue");
            }
        }
    }

    private CompletionStage<Planned> plan(Place place, GroupName group, ResetOffsetRequest request) {
        QueueStreams streams = broker.streams();
        CompletionStage<Optional<Offset>> from = streams.progress(place, group).thenApply(OffsetCalls::whereItHasRead);
        return target(place, request).thenCombine(from, (to, before) -> new Planned(place, new Move(before, to)));
    }

    private static Optional<Offset> whereItHasRead(Outcome<Offset> progress) {
        Optional<Refusal> refusal = progress.fold(offset -> Optional.empty(), Optional::of);
        if (refusal.isPresent() && refusal.get().code() == RefusalCode.OFFSET_NOT_FOUND) return Optional.empty();
        return Optional.of(Inputs.valueOf(progress));
    }

    private CompletionStage<Offset> target(Place place, ResetOffsetRequest request) {
        return switch (request.getToCase()) {
            case OFFSET -> within(place, new Offset(request.getOffset()));
            case EPOCH_MILLIS -> find(place, Position.at(request.getEpochMillis()));
            case POSITION, TO_NOT_SET ->
                find(
                        place,
                        switch (Wire.start(request.getPosition())) {
                            case FIRST -> Position.FIRST;
                            case LATEST -> Position.LATEST;
                        });
        };
    }

    private CompletionStage<Offset> within(Place place, Offset asked) {
        return find(place, Position.FIRST).thenCombine(find(place, Position.LATEST), (first, end) -> {
            if (asked.compareTo(end) <= 0) return asked.compareTo(first) < 0 ? first : asked;
            throw new Rejection(
                    RefusalCode.ILLEGAL_OFFSET,
                    "queue " + place.queue() + " of topic " + place.topic() + " has the offsets " + first.value()
                            + " to " + end.value() + ", got " + asked.value());
        });
    }

    private CompletionStage<Offset> find(Place place, Position position) {
        return broker.streams().find(place, position).thenApply(Inputs::valueOf);
    }

    private CompletionStage<Planned> carryOut(Planned planned, GroupName group) {
        return broker.streams()
                .moveTo(planned.place(), group, planned.move().to())
                .thenApply(moved -> new Planned(planned.place(), Inputs.valueOf(moved)));
    }

    private static <A, B> CompletionStage<List<B>> all(List<A> items, Function<A, CompletionStage<B>> work) {
        List<CompletableFuture<B>> parts = items.stream()
                .map(item -> work.apply(item).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(parts.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
    }

    private static ResetOffsetResponse response(List<Planned> moves) {
        ResetOffsetResponse.Builder response = ResetOffsetResponse.newBuilder();
        for (Planned planned : moves) {
            OffsetMove.Builder move = OffsetMove.newBuilder()
                    .setQueue(planned.place().queue())
                    .setTo(planned.move().to().value());
            planned.move().from().ifPresent(from -> move.setFrom(from.value()));
            response.addMoves(move);
        }
        return response.build();
    }
}
