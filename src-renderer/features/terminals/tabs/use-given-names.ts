import { useEffect, useRef } from 'react';
import { useApi } from '../../../store/index.ts';
import type { Tab, TabsState } from './tab-types.ts';
import type { TerminalTabs } from './terminal-tabs.ts';

/** Returns the names that the person has given terminals by naming their tabs while they were alone there, by the number of the pane. Pure. */
export function givenNames(tabs: readonly Tab[]): ReadonlyMap<number, string> {
  return new Map(
    tabs.flatMap(({ name, layout, namedPane }): readonly [number, string][] => {
      const pane = layout.kind === 'pane' ? layout.pane : namedPane;
      return name === '' || pane === undefined ? [] : [[pane, name]];
    }),
  );
}

/** Tells the agent the name of each terminal on a peer when it changes (`terminal.name`), so that the history names it. */
export function useGivenNames(manager: TerminalTabs, tabs: TabsState['tabs'], panes: TabsState['panes']): void {
  const api = useApi();
  const sent = useRef<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const names = givenNames(tabs);
    const latest = new Map<string, string>();
    for (const { id, host } of panes.values()) {
      const terminal = manager.session(id)?.terminal;
      if (host.kind !== 'peer' || terminal === undefined) continue;
      const name = names.get(id) ?? '';
      latest.set(terminal, name);
      if ((sent.current.get(terminal) ?? '') === name) continue;
      // Without an answer the history shows the program alone.
      api.call('terminal.name', { peer: host.peerId, terminal, name }).catch(() => undefined);
    }
    sent.current = latest;
  }, [api, manager, tabs, panes]);
}
