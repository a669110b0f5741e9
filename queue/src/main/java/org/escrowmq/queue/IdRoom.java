package org.escrowmq.queue;

/** Room for remembered ids beyond those that each queue has anyway. Queues may share it; then it is thread-safe. */
public interface IdRoom {
    /** Ids of a queue that need no room. */
    int FREE = 64;

    /** Room without end. */
    IdRoom ENDLESS = new IdRoom() {
        @Override
        public boolean take(int ids) {
            return true;
        }

        @Override
        public void giveBack(int ids) {}
    };

    /** Takes room for so many; false, and nothing is taken, where there is not so much. */
    boolean take(int ids);

    /** Gives back what was taken. */
    void giveBack(int ids);
}
