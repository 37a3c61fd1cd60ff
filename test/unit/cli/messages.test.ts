import { describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { stateWords } from '#cli/commands/messages/message-format.ts';
import type { AppHandlers, MessageView } from '#shared/app-api/index.ts';
import { MESSAGE_STATES } from '#shared/messages/index.ts';
import { createFakeHost, PEER_ID } from '#test/support/cli-host.ts';

const NOW = 1_800_000_000_000;
const QUESTION = 'a'.repeat(32);
const ANSWER = 'b'.repeat(32);

const message = (change: Partial<MessageView> = {}): MessageView => ({
  id: ANSWER,
  direction: 'in',
  peerId: PEER_ID,
  peerName: 'office',
  agent: 'me',
  other: 'coder',
  thread: QUESTION,
  replyTo: QUESTION,
  media: 'text/plain',
  body: 'All of them.',
  isCut: false,
  time: NOW,
  expires: NOW + 60_000,
  auto: true,
  verified: 'device',
  state: 'stored',
  since: NOW,
  code: null,
  waitsFor: null,
  ...change,
});
const held = message({ waitsFor: 'loop' });
const question = message({ id: QUESTION, direction: 'out', replyTo: null, body: 'Are the tests green?', auto: false });

describe('a message that is held until a person releases it', () => {
  it('is shown by `message watch` once it is released', async () => {
    const host = createFakeHost({ 'messages.list': async () => [held] });
    const exit = runCommandLine(['message', 'watch', '--json'], host);
    await vi.waitUntil(() => host.calls.some(({ call }) => call === 'messages.list'));
    host.server.broadcast('message.changed', { ...held, id: 'c'.repeat(32), body: 'another one that is held' });
    host.server.broadcast('message.changed', message({ id: 'd'.repeat(32), body: 'one that comes in' }));
    await vi.waitUntil(() => host.stdout.text.includes('one that comes in'));
    expect(host.stdout.text).not.toContain('held');
    expect(host.stdout.text).not.toContain('All of them.');
    host.server.broadcast('message.changed', message());
    await vi.waitUntil(() => host.stdout.text.includes('All of them.'));
    host.interrupt();
    expect(await exit).toBe(0);
  });

  it('is no answer for `message send --wait reply` before, which says how to release it', async () => {
    const handlers: Partial<AppHandlers> = {
      'messages.send': async () => question,
      'messages.get': async ({ id }) => (id === QUESTION ? question : message()),
      'messages.settle': async () => message({ state: 'read' }),
    };
    const host = createFakeHost(handlers);
    const exit = runCommandLine(['message', 'send', 'office/coder', 'Are the tests green?', '--wait', 'reply'], host);
    await vi.waitUntil(() => host.calls.some(({ call }) => call === 'messages.get'));
    host.server.broadcast('message.changed', held);
    await vi.waitUntil(() => host.stderr.text.includes(`clawreach message release ${ANSWER}`));
    expect(host.stdout.text).toBe('');
    host.server.broadcast('message.changed', message());
    expect(await exit).toBe(0);
    expect(host.stdout.text).toBe('All of them.\n');
  });
});

describe('the state of a message', () => {
  it('has one word in the commands and in the protocol', () => {
    for (const state of MESSAGE_STATES)
      expect(stateWords(message({ direction: 'out', state })).split(/[,:]/)[0]).toBe(state);
    expect(stateWords(message({ state: 'stored' }))).toBe('not taken yet');
  });
});

describe('the numbers of messages after which agents are held', () => {
  const limits = { inARow: 50, inTenMinutes: 200 };
  const run = async (...words: readonly string[]) => {
    const host = createFakeHost({
      'messages.loops': async () => limits,
      'messages.setLoops': async (change) => ({ ...limits, ...change }) as typeof limits,
    });
    const exit = await runCommandLine(['message', 'loops', ...words], host);
    return { exit, out: host.stdout.text, set: host.calls.find(({ call }) => call === 'messages.setLoops')?.input };
  };

  it('are shown, and set one by one', async () => {
    expect(await run()).toMatchObject({ exit: 0, set: undefined });
    expect((await run()).out).toContain('after 50 messages in a row in a thread, or 200 in ten minutes');
    const changed = await run('--in-ten-minutes', '400');
    expect(changed).toMatchObject({ exit: 0, set: { inTenMinutes: 400 } });
    expect(changed.out).toContain('after 50 messages in a row in a thread, or 400 in ten minutes');
  });

  it('are never none, nor without end', async () => {
    for (const wrong of ['0', '10001', 'never'])
      expect(await run('--in-ten-minutes', wrong)).toMatchObject({ exit: 2, set: undefined });
  });
});
