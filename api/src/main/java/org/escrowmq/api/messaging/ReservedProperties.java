package org.escrowmq.api.messaging;

import java.util.Set;

/** Property keys that belong to the system: a producer may not set them. */
final class ReservedProperties {
    private static final Set<String> KEYS = Set.of(
            ("KEYS TAGS WAIT DELAY RETRY_TOPIC REAL_TOPIC REAL_QID TRAN_MSG PGROUP MIN_OFFSET MAX_OFFSET BUYER_ID"
                            + " ORIGIN_MESSAGE_ID TRANSFER_FLAG CORRECTION_FLAG MQ2_FLAG RECONSUME_TIME MSG_REGION TRACE_ON"
                            + " UNIQ_KEY EXTEND_UNIQ_INFO MAX_RECONSUME_TIMES CONSUME_START_TIME"
                            + " TRAN_PREPARED_QUEUE_OFFSET DUP_INFO INSTANCE_ID CORRELATION_ID REPLY_TO_CLIENT TTL"
                            + " ARRIVE_TIME PUSH_REPLY_TIME CLUSTER MSG_TYPE POP_CK POP_CK_OFFSET 1ST_POP_TIME __BORNHOST"
                            + " BORN_TIMESTAMP TIMER_DELAY_MS TIMER_DELAY_SEC TIMER_DELIVER_MS TIMER_ENQUEUE_MS"
                            + " TIMER_DEQUEUE_MS TIMER_ROLL_TIMES TIMER_OUT_MS TIMER_DEL_UNIQKEY TIMER_DELAY_LEVEL"
                            + " DLQ_ORIGIN_TOPIC DLQ_ORIGIN_MESSAGE_ID INNER_MULTI_QUEUE_OFFSET __CRC32#"
                            + " _SYS_MSG_PRIORITY_ __LITE_TOPIC")
                    .split(" "));

    private ReservedProperties() {}

    static boolean contains(String key) {
        return KEYS.contains(key);
    }
}
