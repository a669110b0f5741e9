package org.escrowmq.api.admin;

import org.escrowmq.admin.v1.TraceEvent;
import org.escrowmq.admin.v1.TraceEvent.Kind;
import org.escrowmq.admin.v1.TraceMessageResponse;
import org.escrowmq.admin.v1.TraceStanding;
import org.escrowmq.cluster.MessageEvent;
import org.escrowmq.cluster.MessageLife;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicName;

/** The life of a message as messages of admin.proto. */
final class TraceWire implements MessageEvent.Cases<TraceEvent.Builder> {
    private static final TraceWire EVENTS = new TraceWire();

    private TraceWire() {}

    static TraceMessageResponse.Builder life(TopicName topic, MessageLife life) {
        TraceMessageResponse.Builder told = TraceMessageResponse.newBuilder()
                .setTopic(topic.toString())
                .setQueue(life.queue())
                .setOffset(life.offset().value())
                .setEntriesRead(life.reading().entries())
                .setSinceEpochMillis(life.reading().sinceEpochMillis())
                .setUntilEpochMillis(life.reading().untilEpochMillis())
                .setFromTheStart(life.reading().fromTheStart())
                .setToTheEnd(life.reading().toTheEnd());
        for (MessageLife.Moment moment : life.events()) {
            told.addEvents(moment.event()
                    .fold(EVENTS)
                    .setEpochMillis(moment.epochMillis())
                    .setEntry(moment.entry()));
        }
        life.standings().forEach(standing -> told.addStandings(standing(standing)));
        return told;
    }

    private static TraceStanding standing(MessageLife.Standing standing) {
        return TraceStanding.newBuilder()
                .setGroup(standing.group().toString())
                .setState(
                        switch (standing.state()) {
                            case NOT_OFFERED -> TraceStanding.State.NOT_OFFERED;
                            case LEASED -> TraceStanding.State.LEASED;
                            case WAITING -> TraceStanding.State.WAITING;
                            case BLOCKED -> TraceStanding.State.BLOCKED;
                            case MOVING -> TraceStanding.State.MOVING;
                            case DONE -> TraceStanding.State.DONE;
                        })
                .setAttempt(standing.attempt())
                .setLastingMillis(standing.lasting().toMillis())
                .build();
    }

    private static TraceEvent.Builder of(Kind kind) {
        return TraceEvent.newBuilder().setKind(kind);
    }

    private static TraceEvent.Builder of(Kind kind, MessageEvent.Reader group) {
        return of(kind).setGroup(group.name().map(GroupName::toString).orElse(""))
                .setGroupNumber(group.number());
    }

    @Override
    public TraceEvent.Builder stored(MessageEvent.Stored event) {
        return of(Kind.STORED).setBytes(event.bytes());
    }

    @Override
    public TraceEvent.Builder delivered(MessageEvent.Delivered event) {
        return of(Kind.DELIVERED, event.group())
                .setAttempt(event.attempt())
                .setDeliveryNumber(event.deliveryNumber())
                .setClientId(event.clientId())
                .setDurationMillis(event.lease().toMillis())
                .setAutoRenew(event.autoRenew())
                .setSameReceive(event.repeated());
    }

    @Override
    public TraceEvent.Builder skipped(MessageEvent.Skipped event) {
        return of(Kind.SKIPPED, event.group());
    }

    @Override
    public TraceEvent.Builder blocked(MessageEvent.Blocked event) {
        return of(Kind.BLOCKED, event.group());
    }

    @Override
    public TraceEvent.Builder invisibleChanged(MessageEvent.InvisibleChanged event) {
        return of(Kind.INVISIBLE_CHANGED, event.group())
                .setDeliveryNumber(event.deliveryNumber())
                .setDurationMillis(event.invisible().toMillis())
                .setUncounted(!event.countsAsAttempt());
    }

    @Override
    public TraceEvent.Builder released(MessageEvent.Released event) {
        return of(Kind.RELEASED, event.group())
                .setClientId(event.clientId())
                .setDurationMillis(event.delay().toMillis());
    }

    @Override
    public TraceEvent.Builder acknowledged(MessageEvent.Acknowledged event) {
        return of(Kind.ACKNOWLEDGED, event.group());
    }

    @Override
    public TraceEvent.Builder groupOpened(MessageEvent.GroupOpened event) {
        return of(Kind.GROUP_OPENED, event.group()).setTo(event.at().value());
    }

    @Override
    public TraceEvent.Builder groupDeleted(MessageEvent.GroupDeleted event) {
        return of(Kind.GROUP_DELETED, event.group());
    }

    @Override
    public TraceEvent.Builder groupMoved(MessageEvent.GroupMoved event) {
        return of(Kind.GROUP_MOVED, event.group()).setTo(event.to().value());
    }

    @Override
    public TraceEvent.Builder givenUp(MessageEvent.GivenUp event) {
        return of(Kind.GIVEN_UP).setTo(event.first().value()).setOrBefore(!event.exact());
    }

    @Override
    public TraceEvent.Builder arrived(MessageEvent.Arrived event) {
        return of(Kind.ARRIVED)
                .setFromTopicId(event.from().topic().value())
                .setFromQueue(event.from().number());
    }

    @Override
    public TraceEvent.Builder moveIntended(MessageEvent.MoveIntended event) {
        return of(event.back() ? Kind.REDRIVE_DECIDED : Kind.DEAD_LETTER_DECIDED, event.group());
    }

    @Override
    public TraceEvent.Builder moved(MessageEvent.Moved event) {
        return of(Kind.MOVED, event.group());
    }

    @Override
    public TraceEvent.Builder moveGivenUp(MessageEvent.MoveGivenUp event) {
        return of(Kind.MOVE_GIVEN_UP, event.group());
    }
}
