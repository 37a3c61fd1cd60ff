import { text } from '../../../locale/index.ts';
import type { AppState } from '../../../store/index.ts';
import { panesOf } from '../panes/layout.ts';
import { machineName, machineOf } from '../session/machine.ts';
import { terminalHostKey } from '../session/terminal-host.ts';
import type { LeftTerminal } from './left-terminals.ts';
import type { TitleNumbers, Titled } from './numbered-titles.ts';
import { distinctFolder, folderOf, programOf } from './pane-text.ts';
import type { TabsState } from './tab-types.ts';
import type { TerminalTabs } from './terminal-tabs.ts';
import { givenNames } from './use-given-names.ts';

/** Name of a terminal or tab among others, as untrusted text. */
export type TerminalName = Readonly<{
  /** Given name, program or machine; with a number if an older terminal of the machine has the same title and folder. */
  title: string;
  /** End of its folder, which tells it from others of the same machine and title; empty if nothing needs telling apart. */
  folder: string;
}>;

/** Key of a title: the number of a pane, -1, -2 and so on for terminals that were left, or a split tab with a name. */
type TitleKey = number | `tab ${number}`;
/** Names by key. */
export type Names = ReadonlyMap<TitleKey, TerminalName>;
/** Name of what isn't known. */
export const NO_NAME: TerminalName = { title: '', folder: '' };

/** Returns the key of a split tab with a name. */
export function tabKey(tab: number): TitleKey {
  return `tab ${tab}`;
}

/** Numbers equal titles in equal folders, and finds the end of each folder that tells equal titles apart. */
export function namesOf(all: readonly Titled<TitleKey>[], numbers: TitleNumbers): Names {
  const numbered = numbers.number(all);
  return new Map(
    all.map(({ key, scope, title, detail = '' }) => {
      const others = all.filter((other) => other.scope === scope && other.title === title && other.key !== key);
      const folders = others.map((other) => other.detail ?? '').filter((folder) => folder !== '');
      return [key, { title: numbered.get(key) ?? title, folder: distinctFolder(detail, folders) }];
    }),
  );
}

/** Reports whether the same things have the same names. Pure. */
export function sameNames(before: Names, after: Names): boolean {
  if (before.size !== after.size) return false;
  return [...after].every(([key, { title, folder }]) => {
    const known = before.get(key);
    return known?.title === title && known.folder === folder;
  });
}

/** Returns a name with its folder. */
export function inOneText({ title, folder }: TerminalName): string {
  return folder === '' ? title : `${title} · ${folder}`;
}

/**
 * Returns what has a title, all in one list, so that a number means the same on a tab, in a pane and in a menu: panes, split tabs with a name, and the
 * terminals that were left. A name given to the tab of a single terminal is that terminal's title. The oldest come first.
 */
export function titledOf(
  manager: Pick<TerminalTabs, 'session'>,
  { panes, tabs, left }: Pick<TabsState, 'panes' | 'tabs' | 'left'>,
  known: Pick<AppState, 'peers' | 'gateways'>,
): readonly Titled<TitleKey>[] {
  const named = tabs.filter(({ name, namedPane }) => name !== '' && namedPane === undefined);
  const nameOf = givenNames(tabs);
  return [
    ...[...panes.values()].map(({ id, ...pane }) => ({
      key: id,
      // A name is told apart by its number, and so is a title that isn't known yet.
      detail: nameOf.has(id) || programOf(pane) === '' ? '' : folderOf(pane, panes.values()),
      // A terminal that leaves its pane, or gets another, keeps its number.
      keys: [manager.session(id)?.terminal].filter((terminal) => terminal !== undefined),
      scope: terminalHostKey(pane.host),
      title: nameOf.get(id) ?? (programOf(pane) || machineName(machineOf(pane.host, known))),
      isPassing: !nameOf.has(id) && programOf(pane) === '',
    })),
    ...named.flatMap(({ id, name, layout, focused }) => {
      const pane = panes.get(focused);
      if (pane === undefined || panesOf(layout).length === 1) return [];
      return [{ key: tabKey(id), scope: terminalHostKey(pane.host), title: name }];
    }),
    ...left.map(({ host, terminal, title, name }, index) => ({
      key: -1 - index,
      keys: [terminal],
      scope: terminalHostKey(host),
      title: leftTitle({ name, program: title || machineName(machineOf(host, known)) }, left),
    })),
  ];
}

/** Returns the name of the tab in which a terminal was left, or its program; both where several terminals were in the tab. */
function leftTitle(
  { name, program }: Readonly<{ name: string | undefined; program: string }>,
  left: readonly LeftTerminal[],
): string {
  if (name === undefined) return program;
  return left.filter((other) => other.name === name).length > 1 ? `${name} · ${program}` : name;
}

/** Returns a title with its number. */
export function withNumber(title: string, number: number): string {
  return text('terminals.tab.numbered', { title, number });
}
