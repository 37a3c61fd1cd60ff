import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NewMessage } from '#agent/messages/outbox/outbox.ts';
import { FormatError } from '#shared/errors.ts';
import { BODY_BYTES } from '#shared/messages/index.ts';
import { MessageWorld } from '#test/support/messages/message-world.ts';

let world: MessageWorld;
beforeEach(async () => {
  world = new MessageWorld();
  await world.start();
});
afterEach(async () => {
  await world.left.service?.close();
  await world.right.service?.close();
});

const send = async (change: Partial<NewMessage> = {}): Promise<string | undefined> => {
  const to = { device: world.right.peerId, agent: 'coder' };
  const hello = {
    from: 'tester',
    to,
    body: 'hello',
    media: 'text/plain',
    life: 3_600_000,
    auto: false,
    hops: 0,
  } as const;
  return (await world.left.service?.send({ ...hello, ...change }))?.id;
};
const states = (): readonly (readonly [string, string | undefined])[] =>
  world.left.sent().map(({ state, code }) => [state, code]);

it('does not store a message that no recipient takes: of too many bytes in UTF-8, or of text that is none', async () => {
  await expect(send({ body: 'é'.repeat(BODY_BYTES / 2 + 1) })).rejects.toMatchObject({ code: 'message.too-large' });
  await expect(send({ body: 'half \uD83D' })).rejects.toMatchObject({ code: 'format.message' });
  await send({ body: 'é'.repeat(BODY_BYTES / 2) });
  world.connect();
  await world.finish();
  expect(states()).toEqual([['stored', undefined]]);
});

it('refuses a message for which its recipient ends the stream each time, and sends the others', async () => {
  world.right.authorize = async (_agent, describe) => {
    if (describe().detail.includes('bad')) throw new FormatError('format.message', 'a line is malformed');
    return undefined;
  };
  for (const body of ['first', 'bad', 'last']) await send({ body });
  await send({ body: 'of another pair', from: 'coder' });
  world.connect();
  await world.finish();
  expect(states()).toEqual([
    ['stored', undefined],
    ['refused', 'format.message'],
    ['stored', undefined],
    ['stored', undefined],
  ]);
});

it('sends a message again for which a recipient has ended the stream once', async () => {
  let failures = 1;
  world.right.authorize = async () => {
    failures -= 1;
    if (failures === 0) throw new FormatError('format.message', 'a line is malformed');
    return undefined;
  };
  for (const body of ['first', 'second']) await send({ body });
  world.connect();
  await world.finish();
  expect(states()).toEqual([
    ['stored', undefined],
    ['stored', undefined],
  ]);
});

it('tells the sender that the recipient is older if it can not take a message for its files', async () => {
  const files = [{ transfer: 'a'.repeat(32), name: 'report.pdf', size: 1 }];
  world.right.authorize = async (_agent, describe) => {
    if (describe().detail.includes('report')) throw new FormatError('format.message', 'a line is malformed');
    return undefined;
  };
  await send({ body: 'See the report', files });
  await send({ body: 'and on' });
  world.connect();
  await world.finish();
  expect(states()).toEqual([
    ['refused', 'message.files-older'],
    ['stored', undefined],
  ]);
});
