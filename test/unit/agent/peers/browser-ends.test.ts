import { expect, test, vi } from 'vitest';
import { serveLeaving } from '../../../../src-main/agent/leave/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { auditCells } from '../../../../src-main/cli/commands/agent/audit-words.ts';

const peer = 'A'.repeat(56) as PeerId;

test('a browser that signs out is removed for that, and not because its time was over', () => {
  const endBrowser = vi.fn();
  const accepted = { end: async () => undefined, read: async () => null, write: async () => undefined };
  serveLeaving({ accept: () => accepted } as unknown as IncomingStream, peer, { isBrowser: () => true, endBrowser });
  expect(endBrowser).toHaveBeenCalledExactlyOnceWith(peer, 'sign-out');
});

test.each([
  ['sign-out', 'was removed, because it signed out or its session ended'],
  ['tab', 'was removed, because its tab was closed'],
  ['time', 'was removed, because its time was over'],
])('the audit log says of a browser that ended by %s that it %s', (cause, words) => {
  const entry = { at: 0, event: 'peer.ended', fields: { peer, name: 'phone', cause } };
  expect(auditCells(entry, { withFacts: false })[1]).toBe(words);
});
