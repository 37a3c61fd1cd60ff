import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { ShareLinkView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createFakeHost, createPeer } from '#test/support/cli-host.ts';

const LINK: ShareLinkView = {
  id: '0badcafe',
  number: 1,
  peerId: createPeer().peerId,
  terminal: 'ab'.repeat(16),
  title: 'deploy\u001b[2J',
  role: 'type',
  url: 'https://relay.example/j#AAAAAAAAAAAAAAAAAAAAAA',
  createdAt: 0,
  expiresAt: 4_000_000_000_000,
  once: false,
  letIn: false,
  guests: [
    {
      id: '51c0ffee',
      name: 'Ada',
      words: ['amber', 'violin', 'harbor', 'summit'],
      state: 'waiting',
      since: 0,
      typedAt: null,
    },
  ],
};

async function run(line: string, asked: unknown[] = [], link = LINK) {
  const note =
    <Output>(call: string, output: Output) =>
    async (input: unknown): Promise<Output> => {
      asked.push([call, input]);
      return output;
    };
  const handlers = {
    'peers.get': async () => createPeer(),
    'shareLink.create': note('create', LINK),
    'shareLink.list': async () => [link],
    'shareLink.answer': note('answer', {}),
    'shareLink.end': note('end', {}),
    'shareLink.remove': note('remove', {}),
  };
  const host = createFakeHost(handlers);
  const code = await runCommandLine(['share', ...line.split(' ')], host);
  return { code, stdout: host.stdout.text, stderr: host.stderr.text };
}

describe('clawreach share, with links', () => {
  it('prints the link first, what guests can do, how it ends, and what the server could do', async () => {
    const asked: unknown[] = [];
    const { code, stdout } = await run(`office ${LINK.terminal} --link --type --for 15m --once`, asked);
    expect(code).toBe(0);
    expect(asked).toEqual([
      ['create', { peer: LINK.peerId, terminal: LINK.terminal, role: 'type', seconds: 900, once: true, letIn: false }],
    ]);
    expect(stdout.split('\n')[0]).toBe(LINK.url);
    expect(stdout).toContain('--admit');
    expect(stdout).toContain('could read this session if it changed the page');
  });

  it('lists links and guests with their words, without control characters', async () => {
    const { stdout } = await run('--list');
    expect(stdout).toContain('amber violin harbor summit');
    expect(stdout).not.toContain('\u001b[2J');
  });

  it('lets a guest in by name, unless two have it', async () => {
    const asked: unknown[] = [];
    expect((await run('--admit ada', asked)).stdout).toBe('Let in: Ada.\n');
    expect(asked).toEqual([['answer', { guest: '51c0ffee', letIn: true }]]);
    const twin = { ...LINK, guests: [...LINK.guests, ...LINK.guests.map((guest) => ({ ...guest, id: '77777777' }))] };
    expect((await run('--admit ada', asked, twin)).code).not.toBe(0);
    expect(asked).toHaveLength(1);
  });

  it('sends a guest away by name, unless two have it', async () => {
    const asked: unknown[] = [];
    const inside = { ...LINK, guests: LINK.guests.map((guest) => ({ ...guest, state: 'in' as const })) };
    expect((await run('--end ada', asked, inside)).stdout).toBe('Sent away: Ada.\n');
    expect(asked).toEqual([['remove', { guest: '51c0ffee' }]]);
    const twin = {
      ...inside,
      guests: [...inside.guests, ...inside.guests.map((guest) => ({ ...guest, id: '77777777' }))],
    };
    expect((await run('--end ada', asked, twin)).code).not.toBe(0);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['y', true, 'Let in: Ada.'],
    ['', false, 'Declined: Ada.'],
  ])('asks at a terminal about each guest while it waits: %j', async (typed, letIn, said) => {
    const answers: unknown[] = [];
    const host = createFakeHost(
      {
        'peers.get': async () => createPeer(),
        'shareLink.create': async () => ({ ...LINK, guests: [] }),
        'shareLink.list': async () => [{ ...LINK, guests: [] }],
        'shareLink.answer': async (input) => {
          answers.push(input);
          return {};
        },
      },
      { terminal: true },
    );
    const exit = runCommandLine(['share', 'office', LINK.terminal, '--link'], host);
    await expect.poll(() => host.stderr.text).toContain('Ctrl-C ends the waiting, not the link.');
    host.server.broadcast('shareLink.changed', [LINK]);
    await expect.poll(() => host.stderr.text).toContain('\u0007');
    await host.clock.advance(100);
    await expect.poll(() => host.stderr.text).toMatch(/Ada waits: amber violin harbor summit[^]*\[y\/N\]/);
    host.stdin.write(`${typed}\n`);
    await expect.poll(() => host.stdout.text).toContain(said);
    expect(answers).toEqual([{ guest: '51c0ffee', letIn }]);
    // It is asked about once, and the link's end ends the command.
    host.server.broadcast('shareLink.changed', [LINK]);
    host.server.broadcast('shareLink.changed', []);
    expect(await exit).toBe(0);
    expect(host.stdout.text).toContain('The link has ended.');
    expect(answers).toHaveLength(1);
  });

  it('ends the waiting with Ctrl-C, and leaves the link', async () => {
    const host = createFakeHost(
      {
        'peers.get': async () => createPeer(),
        'shareLink.create': async () => LINK,
        'shareLink.list': async () => [{ ...LINK, guests: [] }],
      },
      { terminal: true },
    );
    const exit = runCommandLine(['share', 'office', LINK.terminal, '--link'], host);
    await expect.poll(() => host.stderr.text).toContain('Waiting for guests.');
    host.interrupt();
    expect(await exit).toBe(0);
    expect(host.calls.map(({ call }) => call)).not.toContain('shareLink.end');
  });

  it('answers guests, ends links and sends guests away by the beginning of their IDs', async () => {
    const asked: unknown[] = [];
    for (const line of ['--admit 51c0', '--decline 51c0', '--end 0bad', '--end 51c0']) await run(line, asked);
    expect(asked).toEqual([
      ['answer', { guest: '51c0ffee', letIn: true }],
      ['answer', { guest: '51c0ffee', letIn: false }],
      ['end', { id: '0badcafe' }],
      ['remove', { guest: '51c0ffee' }],
    ]);
    const { code, stderr } = await run('--admit ffff', asked);
    expect(code).not.toBe(0);
    expect(stderr).toContain('clawreach share --list');
    expect(asked).toHaveLength(4);
  });
});

it('a terminal that is not open here is said to be opened by the whole command', async () => {
  const host = createFakeHost({
    'peers.get': async () => createPeer(),
    'terminal.list': async () => [],
    'shareLink.create': () => Promise.reject(new ClawReachError('share.not-open', 'not open')),
  });
  const line = ['share', 'office', 'ab'.repeat(16), '--link'];
  expect(await runCommandLine(line, host)).not.toBe(0);
  expect(host.stderr.text).toContain('`clawreach connect office --terminal abababab`');
});
