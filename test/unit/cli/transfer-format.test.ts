import { expect, it } from 'vitest';
import { endNotes, stateWords } from '#cli/commands/files/transfer-format.ts';
import type { TransferView } from '#shared/app-api/index.ts';

const view = (given: Partial<TransferView>): TransferView => ({
  id: 'ab'.repeat(16),
  direction: 'out',
  peerId: 'P',
  peerName: 'office',
  names: ['a'],
  top: 1,
  state: 'done',
  code: null,
  waitsFor: null,
  entries: 1,
  files: { done: 1, of: 1 },
  bytes: { done: 1, of: 1 },
  rate: null,
  left: null,
  startedAt: 0,
  since: 0,
  changed: 0,
  renamed: 0,
  failed: 0,
  leftOut: 0,
  folder: null,
  there: null,
  agent: null,
  ...given,
});

it('says on which machine a transfer is held', () => {
  expect(stateWords(view({ state: 'waiting', waitsFor: 'peer' }))).toBe('waits (for the other machine)');
  expect(stateWords(view({ state: 'paused', waitsFor: 'peer' }))).toBe('paused (by the other machine)');
  expect(stateWords(view({ state: 'paused', waitsFor: 'here' }))).toBe('paused (here)');
  expect(stateWords(view({ state: 'paused', waitsFor: 'space' }))).toBe('paused (the disk there is full)');
  expect(stateWords(view({ state: 'paused', waitsFor: 'space', direction: 'in' }))).toBe(
    'paused (the disk here is full)',
  );
  expect(stateWords(view({ state: 'cancelled', code: 'file.cancelled' }))).toBe('cancelled');
});

it('notes what is otherwise than it was sent, one or several, where it is', () => {
  expect(endNotes(view({ changed: 1, renamed: 1, leftOut: 1, failed: 1 }))).toEqual([
    '1 file changed meanwhile; the newest contents were sent.',
    "1 has another name there, since its own can't be used.",
    "1 wasn't sent: links, devices, or names that can't be sent.",
    '1 is missing there.',
  ]);
  expect(endNotes(view({ changed: 2, renamed: 2, leftOut: 2, failed: 2, direction: 'in', agent: 'helper' }))).toEqual([
    '2 files changed meanwhile; the newest contents were sent.',
    "2 have other names here, since theirs can't be used.",
    "2 weren't sent: hidden files, links, devices, profiles of ClawReach, or names that can't be sent.",
    '2 are missing here.',
  ]);
  expect(endNotes(view({}))).toEqual([]);
});
