import type { GatewayView, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import type { AppState } from '../../../store/index.ts';
import type { TerminalHost } from './terminal-host.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** What is known of the machine a terminal runs on; undefined once it was forgotten. */
export type Machine =
  | Readonly<{ kind: 'peer'; peer: PeerView | undefined }>
  | Readonly<{ kind: 'gateway'; gateway: GatewayView | undefined }>;

export function machineOf(host: TerminalHost, { peers, gateways }: Pick<AppState, 'peers' | 'gateways'>): Machine {
  return host.kind === 'peer'
    ? { kind: 'peer', peer: peers.find(({ peerId }) => peerId === host.peerId) }
    : { kind: 'gateway', gateway: gateways.find(({ id }) => id === host.gatewayId) };
}

/** Its name as it stands alone; text of another machine. */
export function machineName(machine: Machine): string {
  if (machine.kind === 'peer') return machine.peer?.name ?? text('terminals.unknown-peer');
  return machine.gateway === undefined
    ? text('terminals.unknown-gateway')
    : text('terminals.gateway.name', { gateway: machine.gateway.settings.name });
}

/** Its name as part of a sentence. */
export function quotedNameOf(machine: Machine): string {
  return quoteUntrusted(machineName(machine));
}

/** How the way to it stands. */
export function linkOf(machine: Machine): 'up' | 'doubtful' | 'reconnecting' {
  if (machine.kind === 'peer') return machine.peer?.link?.state ?? 'up';
  const { gateway } = machine;
  return gateway === undefined || gateway.operator.state === 'connected' ? 'up' : 'reconnecting';
}

/** Whether a terminal can be opened there: who may only look at a gateway gets none. */
export function takesTerminals(gateway: Pick<GatewayView, 'operator' | 'settings'>): boolean {
  return gateway.operator.state === 'connected' && gateway.settings.operator.access === 'full';
}

/** Where a terminal can be opened now. */
export function terminalHosts({ peers, gateways }: Pick<AppState, 'peers' | 'gateways'>): readonly TerminalHost[] {
  return [
    ...peers.filter(({ online }) => online).map(({ peerId }): TerminalHost => ({ kind: 'peer', peerId })),
    ...gateways.filter(takesTerminals).map(({ id }): TerminalHost => ({ kind: 'gateway', gatewayId: id })),
  ];
}
