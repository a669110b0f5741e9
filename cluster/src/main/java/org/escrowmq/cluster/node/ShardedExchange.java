package org.escrowmq.cluster.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.catalogue.CatalogueState;
import org.escrowmq.cluster.catalogue.DurableCatalogue;
import org.escrowmq.cluster.clients.Producers;
import org.escrowmq.cluster.entity.AwakeQueues;
import org.escrowmq.cluster.entity.DelayedId;
import org.escrowmq.cluster.entity.QueueOperation;
import org.escrowmq.cluster.entity.ReceiptHandle;
import org.escrowmq.cluster.entity.TransactionId;
import org.escrowmq.cluster.hub.GroupHub;
import org.escrowmq.cluster.hub.Hubs;
import org.escrowmq.cluster.partition.Half;
import org.escrowmq.cluster.partition.OutgoingBlob;
import org.escrowmq.delay.DelayCommand;
import org.escrowmq.delay.DueTime;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.transaction.Source;
import org.escrowmq.transaction.TransactionCommand;
import org.jspecify.annotations.Nullable;

/** Takes requests to the queues that own them, and their answers back. Thread-safe; nothing blocks. */
final class ShardedExchange implements MessageExchange {
    private static final Duration GIVEN_BACK_AFTER = Duration.ofSeconds(1);
    private static final int GIVE_BACK_ATTEMPTS = 100;
    private static final Executor GIVE_BACK_LATER = CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS);

    private final DurableCatalogue catalogue;
    private final ActorRef queues;
    private final AwakeQueues awake;
    private final ActorRef hubs;
    private final Hubs.Directory directory;
    private final ReceiptHandle.Codec handles;
    private final Producers producers;
    private final AtomicLong pollIds = new AtomicLong();

    ShardedExchange(
            DurableCatalogue catalogue,
            ActorRef queues,
            AwakeQueues awake,
            ActorRef hubs,
            Hubs.Directory directory,
            ReceiptHandle.Codec handles,
            Producers producers) {
        this.catalogue = catalogue;
        this.queues = queues;
        this.awake = awake;
        this.hubs = hubs;
        this.directory = directory;
        this.handles = handles;
        this.producers = producers;
    }

    private void tell(QueueId queue, QueueOperation operation) {
        awake.tell(queue, operation, queues);
    }

    @Override
    public CompletionStage<List<Outcome<SendReceipt>>> send(TopicName name, List<Message> messages) {
        Optional<TopicDescription> topic = catalogue.topic(name);
        Optional<Refusal> problem = problemOfSend(name, topic, messages);
        if (problem.isPresent()) return refusedAll(messages.size(), problem.get());
        if (anyLater(messages)) return sendEach(messages, message -> sendLater(topic.orElseThrow(), message));
        if (messages.size() == 1) return sendOne(topic.orElseThrow(), messages.get(0));
        return sendSeveral(topic.orElseThrow(), messages);
    }

    private static Optional<Refusal> problemOfSend(
            TopicName name, Optional<TopicDescription> found, List<Message> messages) {
        if (found.isEmpty()) {
            return Optional.of(new Refusal(RefusalCode.TOPIC_NOT_FOUND, "topic " + name + " does not exist"));
        }
        TopicDescription topic = found.get();
        if (!topic.permission().writable()) {
            return Optional.of(new Refusal(RefusalCode.FORBIDDEN, "topic " + topic.name() + " is not writable"));
        }
        for (Message message : messages) {
            if (!topic.type().accepted().contains(message.type())) {
                return Optional.of(new Refusal(
                        RefusalCode.MESSAGE_TYPE_CONFLICT,
                        "topic " + topic.name() + " takes " + topic.type().accepted() + ", not " + message.type()));
            }
        }
        return Optional.empty();
    }

    @Override
    public CompletionStage<List<Outcome<SendReceipt>>> sendTransactional(
            TopicName name, String clientId, List<Message> messages) {
        Optional<TopicDescription> topic = catalogue.topic(name);
        Optional<Refusal> problem = problemOfSend(name, topic, messages);
        if (problem.isPresent()) return refusedAll(messages.size(), problem.get());
        producers.sent(clientId, name);
        return sendEach(messages, message -> sendHalf(topic.orElseThrow(), clientId, message));
    }

    private static CompletionStage<List<Outcome<SendReceipt>>> sendEach(
            List<Message> messages, Function<Message, CompletableFuture<Outcome<SendReceipt>>> send) {
        List<CompletableFuture<Outcome<SendReceipt>>> parts =
                messages.stream().map(send).toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
    }

    private static boolean anyLater(List<Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).deliverAtEpochMillis() != null) return true;
        }
        return false;
    }

    private CompletableFuture<Outcome<SendReceipt>> sendLater(TopicDescription topic, Message message) {
        QueueId queue = new QueueId(topic.id(), Placement.queueOf(topic, message));
        OutgoingBlob blob = OutgoingBlob.of(message);
        CompletableFuture<Outcome<QueueOperation.SendLater.Placed>> stored = new CompletableFuture<>();
        tell(queue, new QueueOperation.SendLater(blob, stored));
        return stored.thenApply(outcome -> outcome.fold(
                placed -> Outcome.done(new SendReceipt(
                        blob.id(), queue.number(), placed.offset(), recallHandle(queue, blob, placed), null)),
                Outcome.Refused::new));
    }

    private static @Nullable String recallHandle(
            QueueId queue, OutgoingBlob blob, QueueOperation.SendLater.Placed placed) {
        if (blob.dueEpochMillis() == 0) return null;
        DueTime waiting = placed.waiting();
        DueTime place = waiting == null ? new DueTime(blob.dueEpochMillis(), DelayedId.NOT_WAITING) : waiting;
        return new DelayedId(queue, place).text();
    }

    @Override
    public CompletionStage<Outcome<String>> recall(TopicName topic, String clientId, String recallHandle) {
        Optional<DelayedId> id = DelayedId.read(recallHandle).filter(read -> isOf(topic, read.queue()));
        if (id.isEmpty()) {
            return CompletableFuture.completedFuture(Outcome.refused(
                    RefusalCode.INVALID_ARGUMENT, "\"" + recallHandle + "\" is no recall handle of topic " + topic));
        }
        CompletableFuture<Outcome<String>> answer = new CompletableFuture<>();
        DelayCommand recall = new DelayCommand.Recall(org.escrowmq.delay.Source.CLIENT, clientId);
        tell(id.get().queue(), new QueueOperation.OnDelayed(id.get(), recall, answer));
        return answer;
    }

    private boolean isOf(TopicName name, QueueId queue) {
        return catalogue
                .state()
                .topic(queue.topic())
                .filter(topic -> topic.name().equals(name))
                .filter(topic -> queue.number() < topic.queues())
                .isPresent();
    }

    private CompletableFuture<Outcome<SendReceipt>> sendHalf(TopicDescription topic, String clientId, Message message) {
        QueueId queue = new QueueId(topic.id(), Placement.queueOf(topic, message));
        OutgoingBlob blob = OutgoingBlob.of(message);
        CompletableFuture<Outcome<List<Long>>> stored = new CompletableFuture<>();
        tell(
                queue,
                new QueueOperation.SendHalves(
                        List.of(new Half(blob, message.recoverAfterMillis())), clientId, blob.bytes(), stored));
        return stored.thenApply(outcome -> outcome.fold(
                numbers -> Outcome.done(new SendReceipt(
                        blob.id(), queue.number(), null, null, new TransactionId(queue, numbers.get(0)).text())),
                Outcome.Refused::new));
    }

    @Override
    public CompletionStage<Outcome<Boolean>> end(TransactionEnd end) {
        Optional<TransactionId> id =
                TransactionId.read(end.transactionId()).filter(read -> isOf(end.topic(), read.queue()));
        if (id.isEmpty()) {
            return CompletableFuture.completedFuture(Outcome.refused(
                    RefusalCode.INVALID_TRANSACTION_ID,
                    "\"" + end.transactionId() + "\" is no transaction id of topic " + end.topic()));
        }
        producers.answered(end.clientId(), end.transactionId(), end.asked());
        CompletableFuture<Outcome<Boolean>> answer = new CompletableFuture<>();
        Source source = end.asked() ? Source.CHECK : Source.CLIENT;
        tell(
                id.get().queue(),
                new QueueOperation.OnTransaction(
                        id.get().number(),
                        end.messageId(),
                        new TransactionCommand.Resolve(end.resolution(), source, end.clientId()),
                        answer));
        return answer;
    }

    private static CompletionStage<List<Outcome<SendReceipt>>> refusedAll(int count, Refusal refusal) {
        List<Outcome<SendReceipt>> answers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) answers.add(new Outcome.Refused<>(refusal));
        return CompletableFuture.completedFuture(answers);
    }

    private CompletionStage<List<Outcome<SendReceipt>>> sendOne(TopicDescription topic, Message message) {
        int queue = Placement.queueOf(topic, message);
        OutgoingBlob blob = OutgoingBlob.of(message);
        CompletableFuture<Outcome<List<Offset>>> stored = new CompletableFuture<>();
        tell(new QueueId(topic.id(), queue), new QueueOperation.Send(List.of(blob), blob.bytes(), stored));
        return stored.thenApply(outcome -> List.of(receipt(outcome, blob.id(), queue, 0)));
    }

    private CompletionStage<List<Outcome<SendReceipt>>> sendSeveral(TopicDescription topic, List<Message> messages) {
        Map<Integer, List<Integer>> byQueue = new TreeMap<>();
        for (int i = 0; i < messages.size(); i++) {
            byQueue.computeIfAbsent(Placement.queueOf(topic, messages.get(i)), queue -> new ArrayList<>())
                    .add(i);
        }
        IntFunction<Outcome<SendReceipt>[]> array = Outcome[]::new;
        Outcome<SendReceipt>[] answers = array.apply(messages.size());
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        byQueue.forEach((queue, indexes) -> parts.add(sendPart(topic, queue, indexes, messages, answers)));
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> Arrays.asList(answers));
    }

    private CompletableFuture<Void> sendPart(
            TopicDescription topic,
            int queue,
            List<Integer> indexes,
            List<Message> messages,
            Outcome<SendReceipt>[] answers) {
        List<OutgoingBlob> blobs = new ArrayList<>(indexes.size());
        int bytes = 0;
        for (int index : indexes) {
            OutgoingBlob blob = OutgoingBlob.of(messages.get(index));
            blobs.add(blob);
            bytes += blob.bytes();
        }
        CompletableFuture<Outcome<List<Offset>>> stored = new CompletableFuture<>();
        tell(new QueueId(topic.id(), queue), new QueueOperation.Send(blobs, bytes, stored));
        return stored.thenAccept(outcome -> {
            for (int i = 0; i < indexes.size(); i++) {
                answers[indexes.get(i)] = receipt(outcome, blobs.get(i).id(), queue, i);
            }
        });
    }

    private static Outcome<SendReceipt> receipt(Outcome<List<Offset>> stored, String messageId, int queue, int index) {
        return stored.fold(
                offsets -> Outcome.done(new SendReceipt(messageId, queue, offsets.get(index), null, null)),
                Outcome.Refused::new);
    }

    @Override
    public Poll receive(ReceiveQuery query) {
        CompletableFuture<Outcome<List<Delivery>>> answer = new CompletableFuture<>();
        long pollId = pollIds.incrementAndGet();
        long deadline = System.nanoTime() / 1_000_000 + query.poll().toMillis();
        GroupHub.ReceiveRequest request = new GroupHub.ReceiveRequest(pollId, query, deadline, answer);
        CompletableFuture<Outcome<GroupDescription>> group =
                catalogue.groupForUse(query.group(), query.topic()).toCompletableFuture();
        group.whenComplete((outcome, failure) -> {
            if (failure != null) answer.completeExceptionally(failure);
            else begin(request, outcome);
        });
        return new HubPoll(query, pollId, answer);
    }

    private void begin(GroupHub.ReceiveRequest request, Outcome<GroupDescription> group) {
        TopicName name = request.query().topic();
        Optional<TopicDescription> topic = catalogue.topic(name);
        if (group instanceof Outcome.Refused<GroupDescription> refused) {
            request.answer().complete(new Outcome.Refused<>(refused.refusal()));
        } else if (topic.isEmpty()) {
            request.answer()
                    .complete(Outcome.refused(RefusalCode.TOPIC_NOT_FOUND, "topic " + name + " does not exist"));
        } else if (!topic.get().permission().readable()) {
            request.answer().complete(Outcome.refused(RefusalCode.FORBIDDEN, "topic " + name + " is not readable"));
        } else if (((Outcome.Done<GroupDescription>) group).value().paused()) {
            request.answer()
                    .complete(Outcome.refused(
                            RefusalCode.FORBIDDEN,
                            "group " + request.query().group() + " is paused; resume it with: escrow group resume "
                                    + request.query().group()));
        } else {
            directory.tell(hubs, topic.get(), request.query().group(), request);
        }
    }

    /** Opens the hub of a group, so that the group's start is fixed on every queue of the topic. */
    void open(GroupName group, TopicDescription topic) {
        directory.tell(hubs, topic, group, Hubs.Open.INSTANCE);
    }

    private final class HubPoll implements Poll {
        private final ReceiveQuery query;
        private final long id;
        private final CompletableFuture<Outcome<List<Delivery>>> answer;

        HubPoll(ReceiveQuery query, long id, CompletableFuture<Outcome<List<Delivery>>> answer) {
            this.query = query;
            this.id = id;
            this.answer = answer;
        }

        @Override
        public CompletionStage<Outcome<List<Delivery>>> deliveries() {
            return answer;
        }

        @Override
        public void cancel() {
            // Answered here and now: whatever reaches the hub later, grants for this poll find it answered and go back.
            if (!answer.complete(Outcome.done(List.of()))) return;
            catalogue
                    .topic(query.topic())
                    .ifPresent(topic -> directory.tell(hubs, topic, query.group(), new GroupHub.Cancel(id)));
        }

        @Override
        public void giveBack(List<Delivery> undelivered) {
            ShardedExchange.this.giveBack(query.group(), undelivered, GIVEN_BACK_AFTER, true);
        }
    }

    /** Returns deliveries that reached nobody. */
    void giveBack(GroupName group, List<Delivery> deliveries, Duration after, boolean countsAsAttempt) {
        for (Delivery delivery : deliveries) {
            handles.read(delivery.receiptHandle())
                    .ifPresent(handle -> giveBack(group, handle, after, countsAsAttempt, GIVE_BACK_ATTEMPTS));
        }
    }

    /** Tried again while the queue cannot take it: under a lease that is renewed the message would be held for hours. */
    private void giveBack(
            GroupName group, ReceiptHandle handle, Duration after, boolean countsAsAttempt, int attempts) {
        CompletableFuture<Outcome<Long>> answer = new CompletableFuture<>();
        answer.thenAccept(outcome -> {
            boolean settled = outcome.fold(number -> true, refusal -> !passing(refusal.code()));
            if (settled || attempts == 1) return;
            GIVE_BACK_LATER.execute(() -> giveBack(group, handle, after, countsAsAttempt, attempts - 1));
        });
        tell(
                handle.queue(),
                new QueueOperation.ChangeInvisible(
                        group, handle.offset(), handle.deliveryNumber(), after.toMillis(), countsAsAttempt, answer));
    }

    private static boolean passing(RefusalCode code) {
        return code == RefusalCode.TOO_MANY_REQUESTS || code == RefusalCode.UNAVAILABLE || code == RefusalCode.TIMEOUT;
    }

    @Override
    public CompletionStage<List<Outcome<Boolean>>> acknowledge(
            TopicName topic, GroupName group, List<String> receiptHandles) {
        if (receiptHandles.size() == 1)
            return acknowledgeOne(topic, group, receiptHandles.get(0)).thenApply(List::of);
        List<CompletableFuture<Outcome<Boolean>>> parts = new ArrayList<>(receiptHandles.size());
        for (String text : receiptHandles) parts.add(acknowledgeOne(topic, group, text));
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<Outcome<Boolean>> acknowledgeOne(TopicName topic, GroupName group, String text) {
        Optional<ReceiptHandle> handle = handleOf(topic, group, text);
        if (handle.isEmpty()) return CompletableFuture.completedFuture(invalid());
        CompletableFuture<Outcome<Boolean>> answer = new CompletableFuture<>();
        tell(
                handle.get().queue(),
                new QueueOperation.Acknowledge(
                        group, handle.get().offset(), handle.get().deliveryNumber(), answer));
        return answer;
    }

    @Override
    public CompletionStage<Outcome<Boolean>> deadLetter(TopicName topic, GroupName group, String receiptHandle) {
        Optional<ReceiptHandle> handle = handles.read(receiptHandle).filter(read -> read.isFor(group));
        if (handle.isEmpty()) return CompletableFuture.completedFuture(invalid());
        Optional<TopicDescription> at =
                catalogue.state().topic(handle.get().queue().topic());
        if (at.isEmpty()) return CompletableFuture.completedFuture(Outcome.done(true));
        if (!at.get().name().equals(topic)) return CompletableFuture.completedFuture(invalid());
        CompletableFuture<Outcome<Boolean>> answer = new CompletableFuture<>();
        tell(
                handle.get().queue(),
                new QueueOperation.DeadLetter(
                        group, handle.get().offset(), handle.get().deliveryNumber(), answer));
        return answer;
    }

    private Optional<ReceiptHandle> handleOf(TopicName topic, GroupName group, String text) {
        CatalogueState state = catalogue.state();
        return handles.read(text)
                .filter(handle -> handle.isFor(group)
                        && state.topic(handle.queue().topic())
                                .filter(found -> found.name().equals(topic))
                                .isPresent());
    }

    private static <T> Outcome<T> invalid() {
        return Outcome.refused(
                RefusalCode.INVALID_RECEIPT_HANDLE,
                "INVALID_RECEIPT_HANDLE: the handle was not given out for this topic and group");
    }

    @Override
    public CompletionStage<Outcome<String>> changeInvisibleDuration(
            TopicName topic, GroupName group, String receiptHandle, Duration invisible, boolean countsAsAttempt) {
        Optional<ReceiptHandle> found = handleOf(topic, group, receiptHandle);
        if (found.isEmpty()) return CompletableFuture.completedFuture(invalid());
        ReceiptHandle handle = found.get();
        CompletableFuture<Outcome<Long>> answer = new CompletableFuture<>();
        tell(
                handle.queue(),
                new QueueOperation.ChangeInvisible(
                        group,
                        handle.offset(),
                        handle.deliveryNumber(),
                        invisible.toMillis(),
                        countsAsAttempt,
                        answer));
        return answer.thenApply(outcome -> outcome.fold(
                number -> Outcome.done(handles.write(ReceiptHandle.of(handle.queue(), handle.offset(), number, group))),
                Outcome.Refused::new));
    }
}
