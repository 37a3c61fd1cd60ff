import { randomUUID } from 'node:crypto';
import { textOf, type Json, type RawClient } from '#test/support/gateway/index.ts';
import { owner, type Conversation } from './place.ts';

/** A model may need long for its first word on a slow machine, ms. */
const PATIENCE = 180_000;

/** A prompt that is answered word by word, and one that is called off. */
export const prompt: Conversation = async (place, note) => {
  const by = await owner(place);
  place.say(() => ['Nine ', 'lives, ', 'one ', 'link.']);
  const first = randomUUID();
  note('sent', await by.request('chat.send', { sessionKey: 'main', message: 'Say it', idempotencyKey: first }));
  const final = await ended(by, first);
  note('the end', { ...final, seq: typeof final['seq'] });
  const events = of(by, first);
  note(
    'phases',
    events.filter((one) => one['state'] === 'status').map((one) => one['phase']),
  );
  note('in pieces', events.filter((one) => one['state'] === 'delta').length > 1);
  note('words', events.map((one) => textOf(one, 'deltaText') ?? '').join(''));
  const delta = events.find((one) => one['state'] === 'delta') ?? {};
  note('a piece', Object.keys(delta).toSorted());

  place.say(async function* endless() {
    yield 'On ';
    yield 'and ';
    await new Promise(() => undefined);
  });
  const second = randomUUID();
  await by.request('chat.send', { sessionKey: 'main', message: 'Go on', idempotencyKey: second });
  await by.event('chat', (one) => one['runId'] === second && one['state'] === 'delta', PATIENCE);
  note('sent twice', await by.request('chat.send', { sessionKey: 'main', message: 'Go on', idempotencyKey: second }));
  const busy = await by.request('gateway.restart.preflight', {});
  const found: Json = busy.ok ? busy.payload : {};
  note('what a restart would break off', {
    safe: found['safe'],
    counts: Object.keys(found['counts'] ?? {}).toSorted(),
  });
  note('called off', await by.request('chat.abort', { sessionKey: 'main', runId: second }));
  const aborted = await ended(by, second);
  note('aborted', { ...aborted, seq: typeof aborted['seq'], message: typeof aborted['message'] });
  note('called off again', await by.request('chat.abort', { sessionKey: 'main', runId: second }));
  note('without a key', await by.request('chat.send', { sessionKey: 'main', message: 'x' }));
  await by.close();
};

function of(client: RawClient, runId: string): readonly Json[] {
  return client.events
    .filter((one) => one.event === 'chat' && one.payload['runId'] === runId)
    .map((one) => one.payload);
}

function ended(client: RawClient, runId: string): Promise<Json> {
  const ends = new Set(['final', 'aborted', 'error']);
  return client.event('chat', (one) => one['runId'] === runId && ends.has(String(one['state'])), PATIENCE);
}
