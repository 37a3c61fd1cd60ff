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
    const hosts = terminalHosts({ peers, gateways });
    for (const host of hosts) if (!before.current.has(terminalHostKey(host))) manager.reachable(host);
    before.current = new Set(hosts.map(terminalHostKey));
  }, [peers, gateways, manager]);
  const isPaused = useIsPaused();
  useEffect(() => {
    if (!isPaused) manager.resumed();
  }, [manager, isPaused]);
}
