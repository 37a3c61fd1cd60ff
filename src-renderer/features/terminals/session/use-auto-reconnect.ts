import { useEffect, useRef } from 'react';
import type { GatewayView, PeerView } from '#shared/app-api/index.ts';
import { terminalHosts } from './machine.ts';
import { terminalHostKey } from './terminal-host.ts';
import type { TerminalTabs } from '../tabs/terminal-tabs.ts';
import { useIsPaused } from '../../../store/index.ts';

/** What was lost on a machine is sought as soon as that can be reached again, and what a pause has held up when that is over. */
export function useAutoReconnect(
  peers: readonly PeerView[],
  gateways: readonly GatewayView[],
  manager: TerminalTabs,
): void {
  const before = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const places = terminalHosts({ peers, gateways });
    for (const place of places) if (!before.current.has(terminalHostKey(place))) manager.reachable(place);
    before.current = new Set(places.map(terminalHostKey));
  }, [peers, gateways, manager]);
  const isPaused = useIsPaused();
  useEffect(() => {
    if (!isPaused) manager.resumed();
  }, [manager, isPaused]);
}
