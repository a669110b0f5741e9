package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.PrintThreadStackTraceCommand;
import apache.rocketmq.v2.RecoverOrphanedTransactionCommand;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.TelemetryCommand;
import apache.rocketmq.v2.VerifyMessageCommand;
import apache.rocketmq.v2.VerifyMessageResult;
import org.escrowmq.cluster.ClientRegistry.Verdict;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;

/** What operators ask of clients, as commands on the wire, and what the clients' answers say. */
final class ClientAnswers {
    private ClientAnswers() {}

    static TelemetryCommand printThreadStackTrace(String nonce) {
        return TelemetryCommand.newBuilder()
                .setStatus(Statuses.OK)
                .setPrintThreadStackTraceCommand(
                        PrintThreadStackTraceCommand.newBuilder().setNonce(nonce))
                .build();
    }

    static TelemetryCommand verifyMessage(String nonce, Message message) {
        return TelemetryCommand.newBuilder()
                .setStatus(Statuses.OK)
                .setVerifyMessageCommand(
                        VerifyMessageCommand.newBuilder().setNonce(nonce).setMessage(message))
                .build();
    }

    static TelemetryCommand recoverTransaction(String transactionId, Message message) {
        return TelemetryCommand.newBuilder()
                .setStatus(Statuses.OK)
                .setRecoverOrphanedTransactionCommand(RecoverOrphanedTransactionCommand.newBuilder()
                        .setTransactionId(transactionId)
                        .setMessage(message))
                .build();
    }

    /** The text of the stacks. C++ says there, without any status, that it has none. */
    static Outcome<String> stacks(TelemetryCommand answer) {
        Status status = answer.getStatus();
        boolean told = status.getCode() == Code.OK || status.getCode() == Code.CODE_UNSPECIFIED;
        if (told) return Outcome.done(answer.getThreadStackTrace().getThreadStackTrace());
        return Outcome.refused(
                RefusalCode.UNSUPPORTED, "the client answered " + code(status) + ": " + status.getMessage());
    }

    /** Node cannot try a message, and says so by sending the question back with a status: the result that it stands for. */
    static TelemetryCommand meant(TelemetryCommand answer) {
        if (!answer.hasVerifyMessageCommand()) return answer;
        return answer.toBuilder()
                .setVerifyMessageResult(VerifyMessageResult.newBuilder()
                        .setNonce(answer.getVerifyMessageCommand().getNonce()))
                .build();
    }

    static Verdict verdict(TelemetryCommand answer) {
        return new Verdict(code(answer.getStatus()), answer.getStatus().getMessage());
    }

    /** Its name; the number of a code that only a later protocol has. */
    private static String code(Status status) {
        return status.getCode() == Code.UNRECOGNIZED
                ? Integer.toString(status.getCodeValue())
                : status.getCode().name();
    }
}
