import { useState } from 'react';
import { useApp } from '../../../store/index.ts';
import { CloseGuard, type BusyPane, type HowToClose, type QueriedPane } from './close-guard.ts';
import { panesOf } from '../panes/layout.ts';
import { linkOf, machineOf } from '../session/machine.ts';
import type { TerminalTabs } from '../tabs/terminal-tabs.ts';
import { browserClock } from '../../../ui/index.ts';

/** Functions that close a pane or tab. `close` ends the terminals, after a confirmation if programs run; `detach` leaves them running. */
export type Closing = Readonly<{
  close(pane: number, how?: HowToClose): void;
  closeTab(tab: number, how?: HowToClose): void;
}>;

/**
 * Returns functions that close terminals as the person's settings say.
 * @param ask asks for confirmation; `panes` are all that are closed
 */
export function useClosing(
  manager: TerminalTabs,
  ask: (busy: readonly BusyPane[], panes: readonly number[], close: (how: HowToClose) => void) => void,
): Closing {
  const [closing] = useState(() => createClosing(manager, ask));
  return closing;
}

function createClosing(manager: TerminalTabs, ask: Parameters<typeof useClosing>[1]): Closing {
  const closeAll = (panes: readonly number[], how: HowToClose, close: (how: HowToClose) => void): void => {
    if (how === 'detach' || !useApp.getState().settings.terminal.closeGuard) close(how);
    else guard.close(panes, close);
  };
  const guard = new CloseGuard({
    clock: browserClock,
    api: () => manager.api,
    queryOf: (pane) => queryOf(manager, pane),
    ask,
  });
  return {
    close: (pane, how = 'close') => closeAll([pane], how, (chosen) => manager.close(pane, chosen)),
    closeTab: (id, how = 'close') => {
      const tab = manager.state().tabs.find((one) => one.id === id);
      if (tab !== undefined) closeAll(panesOf(tab.layout), how, (chosen) => manager.closeTab(id, chosen));
    },
  };
}

/** Returns the terminal of a pane if its machine can name its running program. */
function queryOf(manager: TerminalTabs, pane: number): Omit<QueriedPane, 'pane'> | undefined {
  const { host, phase } = manager.state().panes.get(pane) ?? {};
  const terminal = manager.session(pane)?.terminal;
  // A gateway doesn't report running programs.
  if (host?.kind !== 'peer' || phase?.kind !== 'running' || terminal === undefined) return undefined;
  if (linkOf(machineOf(host, useApp.getState())) === 'reconnecting') return undefined;
  return { peerId: host.peerId, terminal };
}
