'use strict';

// One client of the official Node package. What it is stands in the first argument, as JSON; what it shall do comes line by line, as
// JSON, on standard input; what it did and got goes to standard output, one JSON object a line. Bodies are base64. It shuts down
// when its input ends, and then ends with 0.
//
//   {kind: "producer", endpoints, topics}              {topic, body, tag?, keys?, properties?, messageGroup?} -> {sent} or {refused}
//   {kind: "push", endpoints, group, topic, sql?, failOnce?}                                                 -> {received}, again and again
//   {kind: "simple", endpoints, group, topic, sql?}    {receive, invisible} -> {messages}
//                                                      {ack: id} -> {acked}      {change: id, invisible} -> {changed}
//
// A push consumer fails the first delivery of each message whose tag is failOnce.

const readline = require('node:readline');
const {
  Producer, PushConsumer, SimpleConsumer, ConsumeResult, FilterExpression,
} = require('rocketmq-client-nodejs');
const { FilterType } = require('rocketmq-client-nodejs/proto/apache/rocketmq/v2/definition_pb');

const config = JSON.parse(process.argv[2]);

// Standard output is ours.
const logger = { debug() {}, info() {}, warn: console.error, error: console.error };

const write = object => process.stdout.write(JSON.stringify(object) + '\n');

const shown = view => ({
  id: view.messageId,
  topic: view.topic,
  body: view.body.toString('base64'),
  corrupted: view.corrupted === true,
  tag: view.tag,
  keys: view.keys,
  properties: Object.fromEntries(view.properties),
  messageGroup: view.messageGroup,
  attempt: view.deliveryAttempt,
  bornMillis: view.bornTimestamp.getTime(),
});

const filter = () => new FilterExpression(config.sql ?? '*', config.sql ? FilterType.SQL : FilterType.TAG);

const subscriber = () => ({
  endpoints: config.endpoints,
  consumerGroup: config.group,
  subscriptions: new Map([[config.topic, filter()]]),
  logger,
});

function producer() {
  const client = new Producer({ endpoints: config.endpoints, topics: config.topics, logger });
  const command = async message => {
    try {
      const receipt = await client.send({
        ...message,
        body: Buffer.from(message.body, 'base64'),
        properties: new Map(Object.entries(message.properties ?? {})),
      });
      return { sent: receipt.messageId, offset: receipt.offset };
    } catch (failure) {
      return { refused: failure.name, text: failure.message };
    }
  };
  return { client, command };
}

function push() {
  const consume = async view => {
    write({ received: shown(view) });
    const fails = config.failOnce !== undefined && view.tag === config.failOnce && view.deliveryAttempt === 1;
    return fails ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS;
  };
  return { client: new PushConsumer({ ...subscriber(), messageListener: { consume } }) };
}

function simple() {
  const client = new SimpleConsumer({ ...subscriber(), awaitDuration: 5000 });
  const views = new Map();
  const command = async what => {
    if (what.receive !== undefined) {
      const messages = await client.receive(what.receive, what.invisible);
      for (const view of messages) views.set(view.messageId, view);
      return { messages: messages.map(shown) };
    }
    if (what.ack !== undefined) {
      await client.ack(views.get(what.ack));
      return { acked: what.ack };
    }
    await client.changeInvisibleDuration(views.get(what.change), what.invisible);
    return { changed: what.change };
  };
  return { client, command };
}

async function main() {
  const { client, command } = { producer, push, simple }[config.kind]();
  await client.startup();
  write({ ready: client.clientId });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    write(await command(JSON.parse(line)));
  }
  await client.shutdown();
}

main().then(
  () => process.exit(0),
  failure => {
    console.error(failure);
    process.exit(1);
  });
