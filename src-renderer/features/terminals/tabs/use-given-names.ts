import { useEffect, useRef } from 'react';
import { useApi } from '../../../store/index.ts';
import { panesOf } from '../panes/layout.ts';
import type { Tab, TabsState } from './tab-types.ts';
import type { TerminalTabs } from './terminal-tabs.ts';

/** Returns the names that the person has given tabs of a single terminal, by the number of its pane. Pure. */
export function givenNames(tabs: readonly Tab[]): ReadonlyMap<number, string> {
  return new Map(
    tabs.flatMap(({ name, layout }): readonly [number, string][] => {
      const [pane, ...others] = panesOf(layout);
      return name === '' || pane === undefined || others.length > 0 ? [] : [[pane, name]];
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
