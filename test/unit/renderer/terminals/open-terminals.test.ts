import { describe, expect, test } from 'vitest';
import type { TerminalHost } from '../../../../src-renderer/features/terminals/session/terminal-host.ts';
import { TitleNumbers } from '../../../../src-renderer/features/terminals/tabs/numbered-titles.ts';
import { openTerminals } from '../../../../src-renderer/features/terminals/tabs/open-terminals.ts';
import type { Pane, Tab } from '../../../../src-renderer/features/terminals/tabs/tab-types.ts';
import { namesOf, sameNames, titledOf } from '../../../../src-renderer/features/terminals/tabs/terminal-names.ts';
import { SHELL_TITLE } from '../../../../src-renderer/features/terminals/tabs/title-owner.ts';

const OFFICE: TerminalHost = { kind: 'peer', peerId: 'A'.repeat(56) };

function pane(id: number): Pane {
  return {
    id,
    host: OFFICE,
    title: '',
    titleOwner: SHELL_TITLE,
    foreground: { program: 'bash' },
    directory: undefined,
    cols: 80,
    rows: 24,
    phase: { kind: 'running' },
    hasOutput: true,
    clipboardRequest: undefined,
    news: undefined,
  };
}

function tab(id: number, name: string, panes: readonly number[]): Tab {
  const parts = panes.map((each) => ({ share: 1 / panes.length, layout: { kind: 'pane', pane: each } as const }));
  const [first = 0] = panes;
  const layout = panes.length === 1 ? ({ kind: 'pane', pane: first } as const) : undefined;
  return {
    id,
    name,
    namedPane: undefined,
    layout: layout ?? { kind: 'split', direction: 'row', parts },
    focused: first,
    isZoomed: false,
  };
}

function titlesOf(tabs: readonly Tab[], count: number): readonly string[] {
  const manager = { session: () => undefined, focusPane: () => undefined };
  const panes = new Map(Array.from({ length: count }, (_, index) => [index + 1, pane(index + 1)] as const));
  const numbers = new TitleNumbers((title, number) => `${title} (${number})`);
  const names = namesOf(titledOf(manager, { panes, tabs, left: [] }, { peers: [], gateways: [] }), numbers);
  return openTerminals(manager, { panes, tabs }, names, undefined).map(({ title }) => title);
}

describe('an open terminal is named for other pages', () => {
  test('with its split tab, whose name finds it, and by the name alone where it has the tab to itself', () => {
    expect(titlesOf([tab(1, 'build', [1, 2]), tab(2, 'nightly', [3])], 3)).toEqual([
      'build · bash',
      'build · bash (2)',
      'nightly',
    ]);
  });

  test('by its program alone in a split tab without a name', () => {
    expect(titlesOf([tab(1, '', [1, 2])], 2)).toEqual(['bash', 'bash (2)']);
  });
});

test('of a split tab in front, the pane that takes what is typed is told from the others', () => {
  const manager = { session: () => undefined, focusPane: () => undefined };
  const panes = new Map([1, 2, 3].map((id) => [id, pane(id)] as const));
  const front = { ...tab(1, '', [1, 2]), focused: 2 };
  const open = openTerminals(manager, { panes, tabs: [front, tab(2, '', [3])] }, new Map(), front);
  expect(open.map(({ id, isInFront, isFocused }) => [id, isInFront, isFocused])).toEqual([
    [1, true, false],
    [2, true, true],
    [3, false, false],
  ]);
});

test('names differ where a title, a folder or what has one differs, and only there', () => {
  const bash = { title: 'bash', folder: '' };
  const names = new Map([
    [1, bash],
    [2, { title: 'vim', folder: 'src' }],
  ]);
  const with2 = (title: string, folder: string) => new Map([...names, [2, { title, folder }] as const]);
  expect(sameNames(names, with2('vim', 'src'))).toBe(true);
  expect(sameNames(names, with2('vim', 'lib'))).toBe(false);
  expect(sameNames(names, with2('vi', 'src'))).toBe(false);
  expect(sameNames(names, new Map([[1, bash]]))).toBe(false);
  expect(sameNames(new Map([[1, bash]]), new Map([[2, bash]]))).toBe(false);
});
