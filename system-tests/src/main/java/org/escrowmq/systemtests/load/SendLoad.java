package org.escrowmq.systemtests.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import org.escrowmq.systemtests.client.OfficialClients;

/** Sends through one producer, either from threads that wait for each answer or with a number of sends in flight. */
final class SendLoad {
    private final Producer producer;
    private final String topic;
    private final byte[] body;

    SendLoad(Producer producer, String topic, int bodyBytes) {
        this.producer = producer;
        this.topic = topic;
        this.body = new byte[bodyBytes];
        ThreadLocalRandom.current().nextBytes(body);
    }

    Stopwatch sync(int threads, Extent extent) throws InterruptedException {
        Stopwatch watch = new Stopwatch();
        inThreads(threads, () -> sendOneByOne(extent, watch));
        return watch;
    }

    /** Runs {@code work} in each of so many threads, and waits until all are done. */
    static void inThreads(int threads, Runnable work) throws InterruptedException {
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < threads; i++) senders.add(new Thread(work, "sender-" + i));
        senders.forEach(Thread::start);
        for (Thread sender : senders) sender.join();
    }

    private void sendOneByOne(Extent extent, Stopwatch watch) {
        while (extent.next()) {
            long begin = System.nanoTime();
            try {
                producer.send(message());
                watch.succeeded(System.nanoTime() - begin);
            } catch (ClientException | StatusRuntimeException e) {
                watch.failed(e);
            }
        }
    }

    Stopwatch async(int inFlight, Extent extent) throws InterruptedException {
        Stopwatch watch = new Stopwatch();
        Semaphore window = new Semaphore(inFlight);
        window.acquire();
        while (extent.next()) {
            long begin = System.nanoTime();
            producer.sendAsync(message()).whenComplete((receipt, failure) -> {
                if (failure == null) {
                    watch.succeeded(System.nanoTime() - begin);
                } else {
                    watch.failed(failure);
                }
                window.release();
            });
            window.acquire();
        }
        window.acquire(inFlight - 1);
        return watch;
    }

    private Message message() {
        return OfficialClients.message(topic, body);
    }
}
