import { describe, expect, test } from 'vitest';
import { groupEntries, withPresentName } from '#renderer/features/history/entry-groups.ts';
import { entryTitle, factsText } from '#renderer/features/history/entry-text.ts';
import type { HistoryEntry } from '#shared/app-api/index.ts';
import { NO_TERMINAL } from '#shared/terminal/index.ts';

const OFFICE = 'A'.repeat(56);
const NAS = 'B'.repeat(56);

const permission = (id: string, startedAt: number, peerId = OFFICE): HistoryEntry => ({
  id,
  kind: 'permission',
  direction: 'in',
  peerId,
  peerName: 'laptop',
  detail: 'terminal allow',
  startedAt,
  endedAt: startedAt,
  open: false,
  outcome: null,
  count: 1,
});
const idsOf = (entries: readonly HistoryEntry[]): readonly (readonly string[])[] =>
  groupEntries(entries).map((group) => group.map(({ id }) => id));

describe('rows of the history', () => {
  test('combine the permissions that one press has changed, and no others', () => {
    expect(
      idsOf([
        permission('f', 90_000),
        permission('e', 50_010, NAS),
        permission('d', 50_000),
        permission('c', 49_990),
        { ...permission('b', 49_980), kind: 'pairing' },
        permission('a', 49_970),
      ]),
    ).toEqual([['f'], ['e'], ['d', 'c'], ['b'], ['a']]);
  });

  test('have the present name of a machine, and that of the time if the machine is known no more', () => {
    const entry = permission('a', 1);
    const now = withPresentName(entry, [{ peerId: OFFICE, name: 'Anna’s laptop' }]);
    expect(entryTitle(now)).toContain('Anna’s laptop');
    expect(entryTitle(withPresentName(entry, [{ peerId: NAS, name: 'nas' }]))).toContain('laptop');
    expect(withPresentName({ ...entry, peerId: null }, [{ peerId: OFFICE, name: 'x' }]).peerName).toBe('laptop');
  });

  test('leave the usual type of a terminal to the log', () => {
    const facts = [
      { fact: 'folder', value: '/srv' },
      { fact: 'term', value: 'xterm-256color' },
    ] as const;
    expect(factsText({ ...permission('a', 1), facts: [...facts] })).toBe('Folder: /srv');
    const factsOf = (value: string) => factsText({ ...permission('a', 1), facts: [{ fact: 'term', value }] });
    expect(factsOf(NO_TERMINAL)).toBe('');
    expect(factsOf('vt52')).toContain('vt52');
  });
});
