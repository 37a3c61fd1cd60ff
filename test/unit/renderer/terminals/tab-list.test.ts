import { expect, test } from 'vitest';
import { onePane, splitPane } from '../../../../src-renderer/features/terminals/panes/layout.ts';
import { distinctFolder } from '../../../../src-renderer/features/terminals/tabs/pane-text.ts';
import { readTabs, savedTabOf, writeTabs } from '../../../../src-renderer/features/terminals/tabs/saved-tabs.ts';
import { TabList } from '../../../../src-renderer/features/terminals/tabs/tab-list.ts';
import { givenNames } from '../../../../src-renderer/features/terminals/tabs/use-given-names.ts';

/** Returns a list with a tab that has the name "build" since pane 1 was alone in it, and now has pane 2 beside it. */
function namedThenSplit() {
  let latest = 10;
  const list = new TabList(
    () => (latest += 1),
    () => undefined,
  );
  const id = list.add(onePane(1), 1);
  list.rename(id, 'build');
  list.change(id, { layout: splitPane(onePane(1), 1, 'row', 2), focused: 2 });
  const tab = () => {
    const found = list.get(id);
    if (found === undefined) throw new Error('the tab has gone');
    return found;
  };
  return { list, id, tab };
}

test('a name that a terminal got alone in its tab goes with it when it is left running, and stays with the tab when it is closed', () => {
  const left = namedThenSplit();
  expect([...givenNames([left.tab()])]).toEqual([[1, 'build']]);
  left.list.remove(left.tab(), 1, true);
  expect(left.tab()).toMatchObject({ name: '', namedPane: undefined });

  const closed = namedThenSplit();
  closed.list.remove(closed.tab(), 1, false);
  expect(closed.tab()).toMatchObject({ name: 'build', namedPane: undefined });
  expect([...givenNames([closed.tab()])]).toEqual([[2, 'build']]);

  const other = namedThenSplit();
  other.list.remove(other.tab(), 2, true);
  expect(other.tab()).toMatchObject({ name: 'build', namedPane: 1 });
});

test('a name given to a split tab belongs to the tab, whichever terminal leaves it', () => {
  const { list, id, tab } = namedThenSplit();
  list.rename(id, 'work');
  expect([...givenNames([tab()])]).toEqual([]);
  list.remove(tab(), 1, true);
  expect(tab().name).toBe('work');
});

test('a pane that fills its split tab fills it again', () => {
  const { list, id, tab } = namedThenSplit();
  const saved = () => savedTabOf(tab(), true, (pane) => ({ peerId: 'P', terminal: `t${pane}`, title: '' }));
  expect(saved()?.zoomed).toBeUndefined();
  list.toggleZoom(id);
  let kept = '';
  const storage = { getItem: () => kept, setItem: (_key: string, value: string) => void (kept = value) };
  writeTabs(
    storage,
    [saved()].filter((each) => each !== undefined),
  );
  expect(readTabs(storage)[0]).toMatchObject({ zoomed: true, focused: 1 });
});

test('a split tab is stored with the pane that its name belongs to, and each terminal with its program', () => {
  const { tab } = namedThenSplit();
  const foreground = { program: 'bash', folder: '/srv', home: '/root' };
  const saved = savedTabOf(tab(), true, (pane) => ({ peerId: 'P', terminal: `t${pane}`, title: '', foreground }));
  let kept = '';
  const storage = { getItem: () => kept, setItem: (_key: string, value: string) => void (kept = value) };
  writeTabs(storage, saved === undefined ? [] : [saved]);
  const [restored] = readTabs(storage);
  expect(restored).toMatchObject({ name: 'build', named: 0 });
  expect(restored?.terminals.map((each) => 'foreground' in each && each.foreground)).toEqual([foreground, foreground]);
  // A damaged program loses itself, not the terminal.
  const damaged = JSON.parse(kept)[0].panes[0];
  expect(
    readTabs({ ...storage, getItem: () => JSON.stringify([{ ...damaged, foreground: { program: '' } }]) }),
  ).toHaveLength(1);
});

test.each([
  ['~/work/atlas', ['~/work/relay'], 'atlas'],
  ['~/client/src', ['~/server/src'], 'client/src'],
  ['/a/b/src', ['/c/b/src', '~'], 'a/b/src'],
  ['~', ['~/work'], '~'],
  ['/', ['/srv'], '/'],
  ['/srv', ['/srv'], ''],
  ['', ['/srv'], ''],
])('of %j beside %j, %j tells it apart', (folder, others, shown) => {
  expect(distinctFolder(folder, others)).toBe(shown);
});
