package org.escrowmq.model;

import java.util.Set;

/** What a message may look like, as the protocol has it; the same for every way in. */
public final class MessageLimits {
    /** The largest body, in bytes as transmitted. */
    public static final int BODY_BYTES_MAX = 4 << 20;

    /** The most user properties. */
    public static final int PROPERTIES_MAX = 128;

    /** The most UTF-8 bytes of all property keys and values, the tag and the keys together. */
    public static final int PROPERTY_BYTES_MAX = 16 << 10;

    /** The longest message group, in UTF-8 bytes. */
    public static final int GROUP_BYTES_MAX = 63;

    private static final Set<String> RESERVED_PROPERTIES = Set.of(
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

    private MessageLimits() {}

    /** Whether a property key belongs to the system, so that a producer may not set it. */
    public static boolean isReservedProperty(String key) {
        return RESERVED_PROPERTIES.contains(key);
    }
}
