package org.escrowmq.persistence.log;

/** Learns where the loss could be marked as accepted: what salvage needs. */
interface LossListener {
    LossListener NONE = new LossListener() {};

    /** Something is missing between this group and the one before it. */
    default void before(GroupHeader next) {}

    /** Records of this group are unreadable. */
    default void inside(GroupHeader group) {}

    /** Something is missing at the end of the stream. */
    default void atEnd() {}
}
