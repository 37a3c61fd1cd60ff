import { describe, expect, it } from 'vitest';
import { sortByName, sortByUse } from '#shared/app-api/index.ts';
import { groupMachines, moveBy, moveGroup, moveTo, renameGroup } from '#renderer/features/machines/arrange/order.ts';
import { compareNames } from '#renderer/locale/index.ts';
import { searchMachines } from '#renderer/features/machines/list/search-machines.ts';
import { peerView } from '../peers/peer.ts';

const names = (peers: readonly Readonly<{ name: string }>[]): readonly string[] => peers.map(({ name }) => name);
const machine = (name: string, group?: string, position?: number) =>
  peerView({ peerId: name.padEnd(56, 'X'), name, group, position });
const order = (entries: ReturnType<typeof moveBy>): readonly string[] | undefined =>
  entries?.map(({ peer, group }) => `${group ?? '-'}/${peer.replace(/X+$/, '')}`);
const groups = groupMachines([
  machine('a', 'Home', 0),
  machine('b', 'Home', 1),
  machine('c', 'Work', 2),
  machine('d'),
  machine('e'),
]);

describe('the order of machines', () => {
  it('by name is as a person counts', () => {
    expect(
      names(
        sortByName(
          ['colo-10', 'Colo-2', 'älter', 'Zebra'].map((name) => peerView({ name })),
          compareNames,
        ),
      ),
    ).toEqual(['älter', 'Colo-2', 'colo-10', 'Zebra']);
  });

  it('has browsers after machines, unless the person has arranged them', () => {
    const browser = { life: 'hours' } as never;
    const [phone, office] = [peerView({ name: 'Chrome on Linux', browser }), peerView({ name: 'office' })];
    expect(names(sortByName([phone, office], compareNames))).toEqual(['office', 'Chrome on Linux']);
    expect(groupMachines([phone, office]).flatMap(({ machines }) => names(machines))).toEqual([
      'office',
      'Chrome on Linux',
    ]);
    const first = { ...phone, position: 0 };
    expect(groupMachines([first, office]).flatMap(({ machines }) => names(machines))).toEqual([
      'Chrome on Linux',
      'office',
    ]);
  });

  it('is the same whatever order machines of one name come in', () => {
    const one = peerView({ peerId: `1${'C'.repeat(55)}` });
    const two = peerView({ peerId: `2${'C'.repeat(55)}` });
    expect(sortByName([two, one], compareNames)).toEqual([one, two]);
    expect(sortByName([one, two], compareNames)).toEqual([one, two]);
  });

  it('by use begins with those used last, then goes by name', () => {
    const all = [machine('b'), machine('a'), { ...machine('c'), usedAt: 5 }, { ...machine('d'), usedAt: 9 }];
    expect(names(sortByUse(all, compareNames))).toEqual(['d', 'c', 'a', 'b']);
  });

  it('of the person has groups where their first machine is, and those without a group last', () => {
    const found = groupMachines([
      machine('late', 'Work', 9),
      machine('none', undefined, 0),
      machine('first', 'Work', 1),
      machine('home', 'Home', 2),
      machine('new'),
    ]);
    expect(found.map(({ name, machines }) => [name, names(machines)])).toEqual([
      ['Work', ['first', 'late']],
      ['Home', ['home']],
      [null, ['none', 'new']],
    ]);
  });
});

describe('a machine', () => {
  const id = (name: string): string => name.padEnd(56, 'X');

  it('moves within its group', () => {
    expect(order(moveBy(groups, id('a'), 1))).toEqual(['Home/b', 'Home/a', 'Work/c', '-/d', '-/e']);
    expect(order(moveBy(groups, id('e'), -1))).toEqual(['Home/a', 'Home/b', 'Work/c', '-/e', '-/d']);
  });

  it('moves into the next group at the edge of its own, and no further than the list', () => {
    expect(order(moveBy(groups, id('b'), 1))).toEqual(['Home/a', 'Work/b', 'Work/c', '-/d', '-/e']);
    expect(order(moveBy(groups, id('d'), -1))).toEqual(['Home/a', 'Home/b', 'Work/c', 'Work/d', '-/e']);
    expect(moveBy(groups, id('a'), -1)).toBeUndefined();
    expect(moveBy(groups, id('e'), 1)).toBeUndefined();
    expect(moveBy(groups, id('unknown'), 1)).toBeUndefined();
  });

  it('moves into a group that has no machine yet', () => {
    expect(order(moveTo(groups, id('a'), 'Guests'))).toEqual(['Home/b', 'Work/c', '-/d', '-/e', 'Guests/a']);
  });
});

describe('a group', () => {
  it('is renamed, joined with another, or removed with its machines kept', () => {
    expect(order(renameGroup(groups, 'Home', 'Work'))?.slice(0, 3)).toEqual(['Work/a', 'Work/b', 'Work/c']);
    expect(order(renameGroup(groups, 'Home', null))?.slice(0, 2)).toEqual(['-/a', '-/b']);
  });

  it('moves among the others, and not below the machines without one', () => {
    expect(order(moveGroup(groups, 'Home', 1))).toEqual(['Work/c', 'Home/a', 'Home/b', '-/d', '-/e']);
    expect(moveGroup(groups, 'Work', 1)).toBeUndefined();
    expect(moveGroup(groups, 'Home', -1)).toBeUndefined();
  });
});

describe('the filter', () => {
  const machines = [
    peerView({ name: 'Build Server', peerId: `7KZBQ3F${'C'.repeat(49)}`, group: 'Work' }),
    peerView({ name: 'office', peerId: `3B5K8ZT${'C'.repeat(49)}`, system: 'macos' }),
  ];

  it.each([
    ['', ['Build Server', 'office']],
    ['  ', ['Build Server', 'office']],
    ['SERV', ['Build Server']],
    ['server build', ['Build Server']],
    ['work', ['Build Server']],
    ['macos', ['office']],
    ['ｂｕｉｌｄ', ['Build Server']],
    ['7kzb-q3', ['Build Server']],
    ['3B5K8ZT CCC', ['office']],
    ['zt', []],
    ['.*', []],
  ] as const)('for %j finds %j', (query, expected) => {
    expect(names(searchMachines(machines, query))).toEqual(expected);
  });
});
