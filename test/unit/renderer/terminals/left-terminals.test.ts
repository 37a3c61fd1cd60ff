import { describe, expect, test } from 'vitest';
import { LeftTerminals } from '../../../../src-renderer/features/terminals/tabs/left-terminals.ts';

const OFFICE = { kind: 'peer', peerId: 'A' } as const;
const LAB = { kind: 'peer', peerId: 'B' } as const;
const HOME = { kind: 'gateway', gatewayId: 'A' } as const;

/** Storage in memory, or one that is full. */
function createStorage(stored?: string, isFull = false) {
  const values = new Map(stored === undefined ? [] : [['clawreach.terminals.left', stored]]);
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (isFull) throw new DOMException('full', 'QuotaExceededError');
      values.set(key, value);
    },
  };
}

const noneOpen = (): boolean => false;
const namesOf = (left: LeftTerminals): readonly string[] => left.all.map(({ terminal }) => terminal);
const listed = (terminal: string, rest: object = {}) => ({
  terminal,
  title: terminal,
  attached: false,
  openedBy: null,
  heldBy: null,
  ...rest,
});

describe('terminals that were left running', () => {
  test('are there after a restart, latest last, and gone once they are open again', () => {
    const storage = createStorage();
    const before = new LeftTerminals(storage);
    for (const terminal of ['a', 'b', 'a']) before.add({ host: OFFICE, terminal, title: 'vim' });
    before.add({ host: HOME, terminal: 'a', title: '', name: 'build' });
    const after = new LeftTerminals(storage);
    expect(after.all).toEqual(before.all);
    expect(namesOf(after)).toEqual(['b', 'a', 'a']);
    after.remove(OFFICE, 'a');
    expect(new LeftTerminals(storage).all).toEqual([
      { host: OFFICE, terminal: 'b', title: 'vim' },
      { host: HOME, terminal: 'a', title: '', name: 'build' },
    ]);
    expect(after.find(HOME, 'a')?.name).toBe('build');
    expect(after.find(OFFICE, 'a')).toBeUndefined();
  });

  test('have ended once their machine no longer lists them, unlike those of other machines or held elsewhere', () => {
    const left = new LeftTerminals(createStorage());
    for (const terminal of ['a', 'b', 'c']) left.add({ host: OFFICE, terminal, title: 'vim' });
    left.add({ host: LAB, terminal: 'a', title: 'vim' });
    const now = [listed('a'), listed('b', { heldBy: 'tablet' })];
    expect(left.endedBy(OFFICE, now)).toEqual([{ host: OFFICE, terminal: 'c', title: 'vim' }]);
    left.apply(OFFICE, now, noneOpen);
    expect(left.endedBy(OFFICE, now)).toEqual([]);
  });

  test('are no more than fifty, and none of garbage', () => {
    const left = new LeftTerminals(createStorage('[]', true));
    for (let number = 0; number < 60; number += 1) left.add({ host: OFFICE, terminal: `t${number}`, title: '' });
    expect([left.all.length, left.all[0]?.terminal]).toEqual([50, 't10']);
    for (const stored of ['{', '{}', 'null', '[1, null, {"host": {"kind": "peer"}}]'])
      expect(new LeftTerminals(createStorage(stored)).all).toEqual([]);
    const hostile = [
      { host: OFFICE, terminal: 'a', title: 'a\u202eb\u0007' },
      { host: OFFICE, terminal: '', title: '' },
    ];
    expect(new LeftTerminals(createStorage(JSON.stringify(hostile))).all).toEqual([
      { host: OFFICE, terminal: 'a', title: 'ab' },
    ]);
  });

  test('follow what their machine lists', () => {
    const left = new LeftTerminals(createStorage());
    for (const terminal of ['ended', 'runs', 'taken']) left.add({ host: OFFICE, terminal, title: '' });
    left.add({ host: LAB, terminal: 'other', title: '' });
    left.apply(
      OFFICE,
      [
        listed('runs', { attached: true }),
        listed('taken', { attached: true, heldBy: 'tablet' }),
        listed('left by a command', { program: 'make' }),
        listed('of another device', { openedBy: 'tablet' }),
        listed('open in a command', { attached: true }),
        listed('open here'),
        listed('without a terminal', { noTerminal: true }),
      ],
      (terminal) => terminal === 'open here',
    );
    expect(left.all).toEqual([
      { host: OFFICE, terminal: 'runs', title: '' },
      { host: LAB, terminal: 'other', title: '' },
      { host: OFFICE, terminal: 'left by a command', title: 'make' },
    ]);
    const { all } = left;
    left.apply(LAB, [listed('other')], noneOpen);
    expect(left.all).toBe(all);
  });
});
