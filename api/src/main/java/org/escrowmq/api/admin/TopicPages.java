package org.escrowmq.api.admin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.escrowmq.cluster.Broker;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Lists of one topic, or topic by topic of all that take some types of message, as pages. A token says where the next page begins, so
 * no server keeps anything for it: a topic, and a place of its list as numbers, the queue first, none below 0.
 */
final class TopicPages {
    private static final int SIZE_DEFAULT = 100;
    private static final int SIZE_MAX = 1_000;

    private final Broker broker;
    private final Set<MessageType> types;
    private final List<Long> first;

    /** {@code first}: the place where the list of a topic begins. */
    TopicPages(Broker broker, Set<MessageType> types, List<Long> first) {
        this.broker = broker;
        this.types = types;
        this.first = first;
    }

    /** The list of one topic, from a place on; a refusal is thrown. */
    interface Desk<E> {
        CompletionStage<Part<E>> list(TopicName topic, List<Long> from, int max);
    }

    /** Some of one topic's list; {@code next} is null at its end. */
    record Part<E>(List<E> entries, @Nullable List<Long> next) {}

    /** A page; {@code nextToken} is empty on the last one. */
    record Found<E>(List<E> entries, String nextToken) {}

    /**
     * A page.
     *
     * @param topic its name; empty for all topics
     * @param size of the page; 0 for the default
     * @param token of the page; empty for the first one
     */
    <E> CompletionStage<Found<E>> page(String topic, int size, String token, Desk<E> desk) {
        int limit = Inputs.orDefault(Inputs.within("page_size", size, 0, SIZE_MAX), SIZE_DEFAULT);
        Token from = token.isEmpty() ? new Token("", first) : read(token);
        List<TopicName> topics = topic.isEmpty() ? topicsFrom(from.topic()) : List.of(named(topic, from));
        if (topics.isEmpty()) return CompletableFuture.completedFuture(new Found<>(List.of(), ""));
        boolean goesOn = topics.get(0).toString().equals(from.topic());
        return new Walk<>(topics, limit, desk).from(0, goesOn ? from.place() : first);
    }

    private static TopicName named(String topic, Token from) {
        TopicName name = Inputs.topic(topic);
        if (!from.topic().isEmpty() && !from.topic().equals(name.toString())) {
            throw Rejection.invalid("page_token is one of topic " + Inputs.quoted(from.topic()) + ", got it for topic "
                    + Inputs.quoted(topic));
        }
        return name;
    }

    private List<TopicName> topicsFrom(String name) {
        return broker.catalogue().topics().stream()
                .filter(topic -> topic.type().accepted().stream().anyMatch(types::contains))
                .map(topic -> topic.name())
                .filter(topic -> topic.toString().compareTo(name) >= 0)
                .sorted(Comparator.comparing(TopicName::toString))
                .toList();
    }

    /** One page while it is put together. */
    private final class Walk<E> {
        private final List<TopicName> topics;
        private final int size;
        private final Desk<E> desk;
        private final List<E> found = new ArrayList<>();

        Walk(List<TopicName> topics, int size, Desk<E> desk) {
            this.topics = topics;
            this.size = size;
            this.desk = desk;
        }

        /** Goes on with the topic at {@code index} until the page is full. */
        CompletionStage<Found<E>> from(int index, List<Long> place) {
            TopicName topic = topics.get(index);
            return desk.list(topic, place, size - found.size()).thenCompose(part -> {
                found.addAll(part.entries());
                List<Long> next = part.next();
                if (next != null) return ended(new Token(topic.toString(), next).text());
                if (index + 1 == topics.size()) return ended("");
                if (found.size() < size) return from(index + 1, first);
                return ended(new Token(topics.get(index + 1).toString(), first).text());
            });
        }

        private CompletionStage<Found<E>> ended(String nextToken) {
            return CompletableFuture.completedFuture(new Found<>(found, nextToken));
        }
    }

    private record Token(String topic, List<Long> place) {
        String text() {
            String parts = topic + "\n" + place.stream().map(String::valueOf).collect(Collectors.joining("\n"));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(parts.getBytes(StandardCharsets.UTF_8));
        }
    }

    private Token read(String text) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n");
            List<Long> place = Arrays.stream(parts).skip(1).map(Long::parseLong).toList();
            boolean isPlace = place.size() == first.size()
                    && place.stream().allMatch(number -> number >= 0)
                    && place.get(0) <= Integer.MAX_VALUE;
            if (isPlace) return new Token(parts[0], place);
            throw new IllegalArgumentException("no place of this list");
        } catch (IllegalArgumentException foreign) {
            throw Rejection.invalid("page_token " + Inputs.quoted(text) + " was not given out by this server");
        }
    }
}
