import { navigate, requestTerminal, type AppState } from '../../../store/index.ts';
import { panesOf } from '../panes/layout.ts';
import { isOver } from '../session/phase.ts';
import type { LeftTerminal } from './left-terminals.ts';
import { folderOf } from './pane-text.ts';
import type { Pane, Tab, TabsState } from './tab-types.ts';
import { tabKey, type Names } from './terminal-names.ts';
import type { TerminalTabs } from './terminal-tabs.ts';

/**
 * Returns the terminals on peers, for the pages of machines and the palette. A terminal in a split tab with a name has the tab's name before its own.
 * @param front tab in front
 */
export function openTerminals(
  manager: Pick<TerminalTabs, 'focusPane' | 'session'>,
  { panes, tabs }: Pick<TabsState, 'panes' | 'tabs'>,
  names: Names,
  front: Tab | undefined,
): AppState['openTerminals'] {
  const inFront = front === undefined ? [] : panesOf(front.layout);
  // Only split tabs have a name of their own.
  const tabNames = new Map(
    tabs.flatMap(({ id, layout }) => panesOf(layout).map((pane) => [pane, names.get(tabKey(id))?.title] as const)),
  );
  return [...panes.values()].flatMap((pane) => {
    const { host, id } = pane;
    if (host.kind !== 'peer') return [];
    const isEnded = !runsHere(pane);
    const show = (): void => {
      manager.focusPane(id);
      navigate({ page: 'terminals' });
    };
    const title = [tabNames.get(id), names.get(id)?.title].filter(Boolean).join(' · ');
    return [
      {
        id,
        peerId: host.peerId,
        title,
        folder: folderOf(pane),
        isLeft: false,
        isEnded,
        isInFront: inFront.includes(id),
        isFocused: front?.focused === id,
        terminal: manager.session(id)?.terminal,
        show,
      },
    ];
  });
}

/** Returns a pane with a terminal that runs on this peer: that in front, if it is one. */
export function runningPane(manager: TerminalTabs, peerId: string): number | undefined {
  const { tabs, panes, active } = manager.state();
  const isOne = (pane: Pane | undefined): boolean =>
    pane?.host.kind === 'peer' && pane.host.peerId === peerId && runsHere(pane);
  const front = tabs.find(({ id }) => id === active);
  const inFront = front === undefined ? [] : [front.focused, ...panesOf(front.layout)];
  return [...inFront, ...panes.keys()].find((id) => isOne(panes.get(id)));
}

function runsHere({ phase }: Pane): boolean {
  return !isOver(phase) && phase.kind !== 'failed' && phase.kind !== 'elsewhere';
}

/** Returns the terminals on peers that were left running, for the pages of machines. */
export function leftTerminals(left: readonly LeftTerminal[], names: Names): AppState['openTerminals'] {
  return left.flatMap(({ host, terminal, title }, index) => {
    if (host.kind !== 'peer') return [];
    const { peerId } = host;
    const show = (): void => requestTerminal(peerId, { terminal, title });
    const id = -1 - index;
    return [{ id, peerId, title: names.get(id)?.title ?? '', folder: '', isLeft: true, terminal, show }];
  });
}
