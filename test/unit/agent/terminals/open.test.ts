import { expect, test } from 'vitest';
import { createClientHandlers } from '#agent/terminals/client/index.ts';
import type { TerminalConnection } from '#agent/terminals/index.ts';
import type { AppConnection, CallInput } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { ViewerMessageParser, type ViewerMessage } from '#shared/terminal/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { codeOf } from '#test/support/rejections.ts';

const TERMINAL = '0'.repeat(32);

/** Opens through the handler while the path cannot be measured; what the target hears on the stream it has accepted. */
async function heardWithoutPath(more: Partial<CallInput<'terminal.open'>>): Promise<readonly ViewerMessage['type'][]> {
  let accepted: LinkStream | undefined;
  const link = new FakeLink((stream) => {
    accepted = stream.accept({ terminal: TERMINAL });
  });
  const parts = {
    peers: { find: () => ({ peerId: 'A', name: 'office' }), markUsed: () => undefined },
    network: {
      session: () => Promise.resolve(link.session),
      path: () => Promise.reject(new ClawReachError('link.timeout', 'no answer')),
    },
    audit: { record: () => undefined },
    channels: { join: () => 1 },
  } as unknown as Parameters<typeof createClientHandlers>[0];
  const { signal } = new AbortController();
  const open = createClientHandlers(parts)['terminal.open'](
    { peer: 'office', cols: 80, rows: 24, term: 'xterm', ...more },
    { signal, progress: () => undefined, connection: { closed: signal } as unknown as AppConnection },
  );
  expect(await codeOf(() => open)).toBe('link.timeout');
  await settle();
  const parser = new ViewerMessageParser();
  const heard: ViewerMessage['type'][] = [];
  for (let bytes = await accepted?.read(); bytes instanceof Uint8Array; bytes = await accepted?.read())
    heard.push(...parser.push(bytes).map(({ type }) => type));
  return heard;
}

test('a terminal that nobody will watch is hung up at the peer', async () => {
  expect(await heardWithoutPath({})).toEqual(['close']);
});

test('one that ran before is left running', async () => {
  expect(await heardWithoutPath({ terminal: TERMINAL })).toEqual(['detach']);
});

test.for(['close', 'detach'] as const)(
  'the history tells a terminal that was left from one that was ended: %s',
  async (how) => {
    const link = new FakeLink((stream) => void stream.accept({ terminal: TERMINAL }));
    let joined: TerminalConnection | undefined;
    const outcomes: unknown[] = [];
    const parts = {
      peers: { find: () => ({ peerId: 'A', name: 'office' }), markUsed: () => undefined },
      network: { session: () => Promise.resolve(link.session), path: () => Promise.resolve({}) },
      audit: { record: () => undefined },
      settings: { value: { recordings: { peers: [] } } },
      history: { begin: () => 'entry', end: (_entry: string, outcome: unknown) => outcomes.push(outcome) },
      channels: {
        join: (_connection: unknown, terminal: TerminalConnection) => {
          joined = terminal;
          return 1;
        },
      },
    } as unknown as Parameters<typeof createClientHandlers>[0];
    const { signal } = new AbortController();
    await createClientHandlers(parts)['terminal.open'](
      { peer: 'office', cols: 80, rows: 24, term: 'xterm' },
      { signal, progress: () => undefined, connection: { closed: signal } as unknown as AppConnection },
    );
    joined?.[how]();
    await settle();
    expect(outcomes).toEqual([how === 'close' ? 'closed' : 'left']);
  },
);
