import { useEffect, useRef } from 'react';
import type { GatewayView, PeerView } from '#shared/app-api/index.ts';
import { terminalHosts } from './machine.ts';
import { terminalHostKey } from './terminal-host.ts';
import type { TerminalTabs } from '../tabs/terminal-tabs.ts';
import { useIsPaused } from '../../../store/index.ts';

/** Retries lost terminals when their machine is reachable again, and those blocked by the pause of this device when the pause ends. */
export function useAutoReconnect(
  peers: readonly PeerView[],
  gateways: readonly GatewayView[],
  manager: TerminalTabs,
): void {
  const before = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const hosts = terminalHosts({ peers, gateways });
    for (const host of hosts) if (!before.current.has(terminalHostKey(host))) manager.retryHost(host);
    before.current = new Set(hosts.map(terminalHostKey));
  }, [peers, gateways, manager]);
  const isPaused = useIsPaused();
  useEffect(() => {
    if (!isPaused) manager.retryAll();
  }, [manager, isPaused]);
}
