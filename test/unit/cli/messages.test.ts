import { describe, expect, it, vi } from 'vitest';
import { ClawReachError } from '#shared/errors.ts';
import { runCommandLine } from '#cli/program.ts';
import type { InboxEntry } from '#agent/messages/inbox/inbox.ts';
import { MessageList } from '#agent/messages/message-list.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { stateWords } from '#cli/commands/messages/message-format.ts';
import type { AgentView, AppHandlers, ApprovalView, MessageView } from '#shared/app-api/index.ts';
import { MESSAGE_STATES } from '#shared/messages/index.ts';
import { plainAgent, plainPeer } from '#test/support/app-views.ts';
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
  files: [],
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
const approval = (id: number, peerId: string = PEER_ID): ApprovalView => ({
  id,
  kind: 'right',
  peerId,
  peerName: 'office',
  right: 'message',
  detail: 'write to me: All of them.',
  facts: [],
  state: 'pending',
  requestedAt: NOW,
  expiresAt: NOW + 120_000,
  decidedAt: null,
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

describe('files of a message', () => {
  it('are sent by their whole paths, and shown with their state and place', async () => {
    const files: MessageView['files'] = [
      {
        transfer: 'e'.repeat(32),
        name: 'report\u202e.pdf',
        size: 2048,
        state: 'done',
        code: null,
        path: '/in/report.pdf',
      },
    ];
    const host = createFakeHost({
      'messages.sendFiles': async () => message({ direction: 'out', state: 'queued', files }),
    });
    const words = ['message', 'send', 'office/coder', 'See these', '--wait', 'queued'];
    expect(await runCommandLine([...words, '--file', 'a.txt', '--file', '/srv/b'], host)).toBe(0);
    expect(host.calls.find(({ call }) => call === 'messages.sendFiles')?.input).toMatchObject({
      body: 'See these',
      files: ['/work/a.txt', '/srv/b'],
    });
    expect(host.stdout.text).toMatch(/^File: {4}report.*\.pdf \(2\.0 KiB\): done$/m);
    expect(host.stdout.text).not.toContain('\u202e');
    const inbox = createFakeHost({ 'messages.list': async () => [message({ files })] });
    expect(await runCommandLine(['message', 'inbox'], inbox)).toBe(0);
    expect(inbox.stdout.text).toContain('[1 file]');
    const read = createFakeHost({
      'messages.get': async () => message({ files }),
      'messages.settle': async () => message({ files, state: 'read' }),
    });
    expect(await runCommandLine(['message', 'read', ANSWER], read)).toBe(0);
    expect(read.stdout.text).toContain('done in /in/report.pdf');
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

describe('a message whose agent ends while the command waits', () => {
  const ask = ['message', 'send', 'office/coder', 'Are the tests green?', '--wait', 'reply'];

  it('is named, so that it is not sent twice', async () => {
    const host = createFakeHost({ 'messages.send': async () => question, 'messages.get': async () => question });
    const exit = runCommandLine(ask, host);
    await vi.waitUntil(() => host.calls.some(({ call }) => call === 'messages.get'));
    host.server.close();
    expect(await exit).toBe(3);
    expect(host.stderr.text).toContain(`clawreach message status ${QUESTION}`);
    expect(host.stderr.text).toContain("Don't run the command again");
    expect(host.stderr.text).not.toContain('\n  Run the command again');
  });

  it('may be repeated with the key that it had', async () => {
    const host = createFakeHost({
      'messages.send': async () => question,
      'messages.list': async () => [],
      'messages.get': async () => question,
    });
    const exit = runCommandLine([...ask, '--key', 'one'], host);
    await vi.waitUntil(() => host.calls.some(({ call }) => call === 'messages.get'));
    host.server.close();
    expect(await exit).toBe(3);
    expect(host.stderr.text).toContain('with the same `--key`, the message is sent once');
  });
});

describe('`message send --wait reply`', () => {
  it('says that the answer may wait for an approval here, once', async () => {
    const requests = [approval(1), approval(2, '0'.repeat(56))];
    const host = createFakeHost({
      'messages.send': async () => question,
      'messages.get': async ({ id }) => (id === QUESTION ? question : message()),
      'messages.settle': async () => message({ state: 'read' }),
      'approvals.list': async () => [],
    });
    const exit = runCommandLine(['message', 'send', 'office/coder', 'Green?', '--wait', 'reply'], host);
    await vi.waitUntil(() => host.calls.some(({ call }) => call === 'messages.get'));
    host.server.broadcast('approvals.changed', requests.slice(1));
    host.server.broadcast('approvals.changed', requests);
    host.server.broadcast('approvals.changed', requests);
    await vi.waitUntil(() => host.stderr.text.includes('clawreach approvals'));
    host.server.broadcast('message.changed', message());
    expect(await exit).toBe(0);
    expect(host.stderr.text.split('clawreach approvals')).toHaveLength(2);
  });
});

describe('`message send` of a message that is not stored in time', () => {
  it('ends with 1 and says where to look', async () => {
    const host = createFakeHost({ 'messages.send': async () => question, 'messages.get': async () => question });
    const waiting = { ...question, state: 'queued' as const };
    const later = createFakeHost({ 'messages.send': async () => waiting, 'messages.get': async () => waiting });
    expect(await runCommandLine(['message', 'send', 'office/coder', 'Green?'], host)).toBe(0);
    const exit = runCommandLine(['message', 'send', 'office/coder', 'Green?'], later);
    await vi.waitUntil(() => later.calls.some(({ call }) => call === 'messages.get'));
    await later.clock.advance(10_000);
    expect(await exit).toBe(1);
    expect(later.stderr.text).toContain(`clawreach message status ${QUESTION}`);
  });

  it('has a next step that fits the reason for which it was refused', async () => {
    const refused = async (code: string): Promise<string> => {
      const one = { ...question, state: 'refused' as const, code };
      const host = createFakeHost({ 'messages.send': async () => one, 'messages.get': async () => one });
      expect(await runCommandLine(['message', 'send', 'office/coder', 'Green?'], host)).not.toBe(0);
      return host.stdout.text + host.stderr.text;
    };
    expect(await refused('rights.denied')).toContain('--allow message');
    expect(await refused('rights.unanswered')).toContain('no one there has answered');
    expect(await refused('rights.declined')).toContain('its user has declined it');
    expect(await refused('message.pairs')).toContain('Send it from an agent');
    expect(await refused('message.hops')).toContain('Let a person look');
    expect(await refused('message.unknown-agent')).toContain('`clawreach agent list office`');
  });

  it.each([
    ['expired', null, '`--expires` gives it more time'],
    ['cancelled', null, 'It was taken back'],
    ['lost', null, 'Ask there if it was handled'],
    ['lost', 'message.no-receipt', 'Ask there before you send it again'],
  ] as const)('that is %s (%s) does not end with 1, and has a next step', async (state, code, text) => {
    const one = { ...question, state, code };
    const host = createFakeHost({ 'messages.send': async () => one, 'messages.get': async () => one });
    expect(await runCommandLine(['message', 'send', 'office/coder', 'Green?', '--key', 'k'], host)).toBe(5);
    expect(host.stderr.text).toContain(text);
    expect(host.stderr.text).toContain('use another `--key`');
  });

  it('has left this machine once it is sent: a program has not confirmed it', async () => {
    const sent = { ...question, state: 'sent' as const, verified: 'relay' as const, peerName: 'program:office-bot' };
    const host = createFakeHost({ 'messages.send': async () => sent, 'messages.get': async () => sent });
    const exit = runCommandLine(['message', 'send', 'program:office-bot/planner', 'Hi'], host);
    await vi.waitUntil(() => host.calls.some(({ call }) => call === 'messages.get'));
    await host.clock.advance(10_000);
    expect(await exit).toBe(1);
    expect(host.stderr.text).toContain(
      "It has left this machine, and program:office-bot/coder hasn't confirmed it yet",
    );
    expect(host.stderr.text).not.toContain('waits on this machine');
  });

  it('is said to wait for someone there in a sentence', async () => {
    const asked = { ...question, state: 'sent' as const, waitsFor: 'approval' as const };
    const host = createFakeHost({ 'messages.send': async () => asked, 'messages.get': async () => asked });
    const exit = runCommandLine(['message', 'send', 'office/coder', 'Green?'], host);
    await vi.waitUntil(() => host.stderr.text.includes('Sent (someone there is asked if it may come in).'));
    await host.clock.advance(10_000);
    expect(await exit).toBe(1);
  });
});

describe('a repeated `message send --wait reply` with a key', () => {
  it('prints the answer that has come, also one that was read, and no held one', async () => {
    const asked = { ...question, state: 'read' as const };
    const known = message({ state: 'read' });
    const host = createFakeHost({
      'messages.send': async () => asked,
      'messages.list': async ({ replyTo }) =>
        replyTo === QUESTION ? [{ ...known, id: 'c'.repeat(32), waitsFor: 'loop' as const }, known] : [],
      'messages.get': async () => known,
      'messages.settle': async () => known,
    });
    const words = ['message', 'send', 'office/coder', 'Green?', '--wait', 'reply', '--key', 'build-7'];
    expect(await runCommandLine(words, host)).toBe(0);
    expect(host.stdout.text).toBe('All of them.\n');
  });
});

describe('`message send --reply-to`', () => {
  it("notes that the question was read, unless it is another agent's", async () => {
    const sent = { ...question, replyTo: ANSWER };
    const settled = async (agent: string): Promise<unknown> => {
      const host = createFakeHost({
        'messages.send': async () => sent,
        'messages.get': async ({ id }) => (id === ANSWER ? message({ agent }) : sent),
        'messages.settle': async () => message({ state: 'read' }),
      });
      const words = ['message', 'send', 'office/coder', 'Yes.', '--reply-to', ANSWER, '--wait', 'queued'];
      expect(await runCommandLine(words, host)).toBe(0);
      return host.calls.find(({ call }) => call === 'messages.settle')?.input;
    };
    expect(await settled('me')).toEqual({ id: ANSWER, state: 'read' });
    expect(await settled('coder')).toBeUndefined();
  });
});

describe('a long message', () => {
  const body = 'x'.repeat(100_000);

  it('is cut where it was not asked for, and whole in `message read`, with the state after it', async () => {
    const long = { ...question, body };
    const host = createFakeHost({ 'messages.send': async () => long, 'messages.get': async () => long });
    expect(await runCommandLine(['message', 'send', 'office/coder', body], host)).toBe(0);
    expect(host.stdout.text.length).toBeLessThan(5000);
    expect(host.stdout.text).toContain(`All of it: \`clawreach message read ${QUESTION}\``);
    const reader = createFakeHost({
      'messages.get': async () => message({ body }),
      'messages.settle': async () => message({ body, state: 'read' }),
    });
    expect(await runCommandLine(['message', 'read', ANSWER], reader)).toBe(0);
    expect(reader.stdout.text).toContain(body);
    expect(reader.stdout.text).toContain('State:   read\n');
  });
});

describe('`message release`', () => {
  const release = async (before: MessageView) => {
    const host = createFakeHost({ 'messages.get': async () => before, 'messages.release': async () => message() });
    const exit = await runCommandLine(['message', 'release', ANSWER], host);
    return { exit, text: host.stderr.text, isReleased: host.calls.some(({ call }) => call === 'messages.release') };
  };

  it('says whether the message was held', async () => {
    expect(await release(held)).toMatchObject({
      exit: 0,
      isReleased: true,
      text: expect.stringContaining('Released:'),
    });
    const declined = message({ isDeclined: true, code: 'rights.declined' });
    expect(await release(declined)).toMatchObject({ exit: 0, isReleased: true });
    expect(await release(message())).toMatchObject({
      exit: 0,
      isReleased: false,
      text: expect.stringContaining("It isn't held"),
    });
    const failed = message({ code: 'message.webhook-unreachable' });
    expect(await release(failed)).toMatchObject({ isReleased: true, text: expect.stringContaining('tried again') });
    const barred = message({ code: 'rights.denied' });
    expect(await release(barred)).toMatchObject({
      exit: 5,
      isReleased: false,
      text: expect.stringContaining('clawreach rights office --allow prompt'),
    });
  });

  it('is named by the state of a message that this person keeps from its program', () => {
    const words = (code: string): string => stateWords(message({ code, isDeclined: true }));
    expect(words('rights.declined')).toContain('you declined to give it to its program');
    expect(words('rights.unasked')).toContain("you weren't asked");
    expect(words('rights.unanswered')).toContain("you didn't answer");
    expect(stateWords(message({ code: 'rights.denied' }))).toContain('permission `prompt`');
    expect(words('rights.declined') + words('rights.unasked')).not.toContain('other machine');
  });
});

it('says until when others are refused after someone there has declined', async () => {
  const host = createFakeHost({
    'messages.send': async () => one,
    'messages.get': async () => one,
  });
  const retryAt = host.clock.now() + 60_000;
  const one = { ...question, state: 'refused' as const, code: 'rights.declined', retryAt };
  expect(await runCommandLine(['message', 'send', 'office/coder', 'Green?'], host)).toBe(5);
  expect(host.stderr.text).toMatch(/Until \d\d:\d\d:\d\d, others to the agent are refused there without a question/);
});

describe('a message to an agent of this machine', () => {
  it('is shown as its sender sees it', async () => {
    const own = { ...question, peerName: 'laptop', other: 'me', agent: 'me' };
    const host = createFakeHost({
      'messages.send': async () => own,
      'messages.get': async ({ direction }) =>
        direction === 'out' ? own : { ...own, direction: 'in' as const, other: 'sender', agent: 'me' },
    });
    const exit = runCommandLine(['message', 'send', './me', 'Hello'], host);
    expect(await exit).toBe(0);
    expect(host.stdout.text).toContain('To:      laptop/me');
  });
});

describe('`message cancel` of a refused message', () => {
  it('does not say that the other machine has it', async () => {
    const refused = { ...question, state: 'refused' as const, code: 'rights.denied' };
    const host = createFakeHost({
      'messages.cancel': async () => {
        throw new ClawReachError('message.delivered', 'delivered', { details: { state: 'refused' } });
      },
      'messages.get': async () => refused,
    });
    // The exit code is that of one which the other machine has.
    expect(await runCommandLine(['message', 'cancel', QUESTION], host)).toBe(5);
    expect(host.stderr.text).toContain("the other machine doesn't have it");
  });
});

describe('values that a message command does not take', () => {
  it.each([
    [['status', 'nonsense'], 'An ID has 32 digits'],
    [['cancel', 'zzz'], 'An ID has 32 digits'],
    [['send', 'office/coder', 'Hi', '--reply-to', '7'], 'An ID has 32 digits'],
    [['send', 'office/coder', 'Hi', '--expires', '60d'], 'from 1s to 30d'],
    [['send', 'office/coder', 'Hi', '--expires', 'soon'], 'from 1s to 30d'],
    [['send', 'office/Coder', 'Hi'], 'Did you mean coder?'],
    [['inbox', '--agent', 'Coder'], 'Did you mean coder?'],
  ])('%j is an error of the command line', async (words, text) => {
    const host = createFakeHost();
    expect(await runCommandLine(['message', ...words], host)).toBe(2);
    expect(host.stderr.text).toContain(text);
    expect(host.calls).toEqual([]);
  });

  it.each(['inbox', 'watch'])('`message %s` of an agent that is not there fails', async (command) => {
    const host = createFakeHost({ 'agents.list': async () => [], 'messages.list': async () => [] });
    expect(await runCommandLine(['message', command, '--agent', 'nobody'], host)).not.toBe(0);
    expect(host.stderr.text).toContain('There is no agent "nobody" on this machine.');
  });
});

const idOf = (index: number): string => index.toString(16).padStart(32, '0');
/** Handler of `messages.list` over an inbox, as the agent has it. @param entries the oldest first */
function inboxOf(entries: readonly Partial<InboxEntry>[]): Pick<AppHandlers, 'messages.list'> {
  const inbox = entries.map((entry, index) => {
    const from = { device: PEER_ID, agent: 'coder' };
    const whole = { from, agent: 'me', state: 'stored', arrivedAt: NOW + index, expires: NOW * 2, ...entry };
    return Object.assign(entry, whole, { id: idOf(index) });
  });
  const list = new MessageList({
    ownId: PEER_ID as never,
    clock: new FakeClock(),
    service: { inbox: { list: () => inbox }, outbox: { list: () => [] } } as never,
    views: {
      received: ({ id, agent, state }: InboxEntry) => message({ id, agent, state, body: `body ${id}` }),
    } as never,
  });
  return {
    'messages.list': async ({ first, before, limit, peer: _peer, ...filter }) =>
      list.page(filter, { first, before, limit }),
  };
}

describe('a new message below many others', () => {
  const READ = Array.from({ length: 450 }, (_, index) => ({
    agent: index % 2 === 0 ? 'me' : 'coder',
    state: 'read' as const,
  }));
  const TO_OTHERS = Array.from({ length: 450 }, () => ({ agent: 'coder' }));

  it.each([
    ['read', READ],
    ['to other agents', TO_OTHERS],
  ])('is found, with those above %s', async (_what, others) => {
    const handlers = inboxOf([{}, { agent: 'coder', state: 'taken' }, ...others]);
    const inbox = createFakeHost(handlers);
    expect(await runCommandLine(['message', 'inbox', '--limit', '1000', '--json'], inbox)).toBe(0);
    expect(inbox.stdout.text).toContain(idOf(0));
    expect(inbox.stdout.text).toContain(idOf(1));
    const settled: string[] = [];
    const read = createFakeHost({
      ...handlers,
      'messages.get': async ({ id }) => message({ id }),
      'messages.settle': async ({ id }) => {
        settled.push(id);
        return message({ id, state: 'read' });
      },
    });
    expect(await runCommandLine(['message', 'read'], read)).toBe(0);
    expect(settled).toEqual([idOf(0)]);
    const watch = createFakeHost(handlers);
    const exit = runCommandLine(['message', 'watch', '--json'], watch);
    await vi.waitUntil(() => watch.stdout.text.includes(idOf(0)));
    watch.interrupt();
    expect(await exit).toBe(0);
  });

  it('is found although the last one of a page was read in the meantime', async () => {
    const entries = Array.from({ length: 450 }, () => ({ state: 'stored' as InboxEntry['state'] }));
    const { 'messages.list': list } = inboxOf(entries);
    const host = createFakeHost({
      'messages.list': async (input, context) => {
        const page = await list(input, context);
        const last = entries[Number.parseInt(page.at(-1)?.id ?? '', 16)];
        if (last !== undefined) last.state = 'read';
        return page;
      },
    });
    expect(await runCommandLine(['message', 'inbox', '--limit', '1000', '--json'], host)).toBe(0);
    expect(JSON.parse(host.stdout.text)).toHaveLength(450);
  });
});

describe('`message inbox` with a limit', () => {
  it.each([
    [3, 2, true],
    [2, 2, false],
    [450, 200, true],
    [200, 200, false],
  ])('of %i new ones shows %i, and says if there are more', async (count, limit, hasMore) => {
    const host = createFakeHost(inboxOf(Array.from({ length: count }, () => ({}))));
    expect(await runCommandLine(['message', 'inbox', '--limit', String(limit)], host)).toBe(0);
    expect(host.stdout.text.trimEnd().split('\n')).toHaveLength(limit);
    expect(host.stderr.text.includes('There are more')).toBe(hasMore);
  });
});

describe('`message read` without messages to you', () => {
  it('says to which agents there are some', async () => {
    const host = createFakeHost(inboxOf([{ agent: 'coder' }, { agent: 'me', state: 'read' }]));
    expect(await runCommandLine(['message', 'read'], host)).toBe(0);
    expect(host.stdout.text).toContain('There are some to coder');
  });
});

describe('`agent list` of a machine that names no agents', () => {
  it.each([
    ['ask', 'They are asked about each message'],
    ['deny', 'Messages from here are denied there'],
  ] as const)('says so if messages are on %s there', async (decision, text) => {
    const host = createFakeHost({
      'agents.there': async () => {
        throw new ClawReachError('rights.denied', 'denied');
      },
      'peers.get': async () => plainPeer({ rightsThere: { at: NOW, rights: { message: decision } } }),
    });
    expect(await runCommandLine(['agent', 'list', 'office'], host)).toBe(5);
    expect(host.stderr.text).toContain(text);
    expect(host.stderr.text).toContain('--allow message');
    expect(host.stderr.text).not.toContain('terminal');
  });
});

describe('a word that is no command of `message`', () => {
  it('is called unknown, with the command that was meant', async () => {
    const host = createFakeHost();
    expect(await runCommandLine(['message', 'snd', 'office/coder', 'Hi'], host)).toBe(2);
    expect(host.stderr.text).toContain("Unknown command 'message snd' (Did you mean send?)");
  });
});

describe('`status` with messages that wait', () => {
  const agent = (name: string, waiting: number, held: number): AgentView => ({
    name,
    waiting,
    held,
    description: '',
    builtIn: name === 'me',
    http: false,
    tokenFile: null,
    files: null,
    intake: 'hold',
    openclaw: null,
    webhook: null,
    webhookSecret: null,
  });
  const run = async (agents: readonly AgentView[], ...words: readonly string[]): Promise<string> => {
    const host = createFakeHost({ 'agents.list': async () => [...agents] });
    expect(await runCommandLine(['status', ...words], host)).toBe(0);
    return host.stdout.text;
  };

  it('has one line about them, and none without any', async () => {
    const text = await run([agent('me', 2, 0), agent('coder', 0, 1), agent('idle', 0, 0)]);
    expect(text).toContain('Messages   2 not taken yet, 1 held until you release it (to me, coder): clawreach');
    expect(await run([agent('me', 0, 0)])).not.toContain('Messages ');
  });

  it('has the numbers in JSON', async () => {
    expect(JSON.parse(await run([agent('me', 2, 1)], '--json'))).toMatchObject({
      messages: { waiting: 2, held: 1, agents: [{ agent: 'me', waiting: 2, held: 1 }] },
    });
  });
});

describe('`confirm` where no one can be asked', () => {
  it('says how to type the words of the other screen', async () => {
    const peer = plainPeer({
      pairing: { words: ['crystal', 'orbit', 'mango', 'velvet'], compared: false, pending: {} },
    });
    const host = createFakeHost({ 'peers.get': async () => peer });
    expect(await runCommandLine(['confirm', 'office'], host)).toBe(8);
    expect(host.stdout.text).toContain('clawreach confirm office --words');
  });
});

describe('clawreach message discard', () => {
  const start = (count: number, ...words: readonly string[]) => {
    const host = createFakeHost({
      'messages.discard': async () => ({ count }),
      'agents.list': async () => [plainAgent('coder')],
    });
    return { host, exit: runCommandLine(['message', 'discard', ...words], host) };
  };
  const inputs = (host: ReturnType<typeof createFakeHost>) =>
    host.calls.filter(({ call }) => call === 'messages.discard').map(({ input }) => input);

  it.each([
    [[ANSWER], { id: ANSWER }],
    [['--from', 'office'], { peer: 'office' }],
    [['--from', 'program:office-bot/reader'], { peer: 'program:office-bot', other: 'reader' }],
    [['--from', './tester', '--agent', 'coder'], { peer: '.', other: 'tester', agent: 'coder' }],
    [['--all'], { all: true }],
  ])('counts what %j names, and discards that', async (words, input) => {
    const { host, exit } = start(2, ...words, '--yes');
    expect(await exit).toBe(0);
    expect(inputs(host)).toEqual([{ ...input, countOnly: true }, input]);
    expect(host.stdout.text).toContain('Discarded 2 messages.');
  });

  it('discards nothing without a yes, which a pipe can not give', async () => {
    const { host, exit } = start(2, '--from', 'office');
    expect(await exit).toBe(2);
    expect(host.stderr.text).toContain('[usage.confirm]');
    expect(inputs(host)).toHaveLength(1);
  });

  it.each([[[]], [[ANSWER, '--all']], [['--all', '--from', 'office']], [['--from', 'office/No Name']]])(
    'asks for one clear choice in place of %j',
    async (words) => {
      const { host, exit } = start(2, ...words, '--yes');
      expect(await exit).toBe(2);
      expect(inputs(host)).toEqual([]);
    },
  );

  it('says that there is nothing to discard', async () => {
    const { host, exit } = start(0, '--all');
    expect(await exit).toBe(0);
    expect(host.stdout.text).toContain('There is nothing to discard');
    expect(inputs(host)).toHaveLength(1);
  });
});
