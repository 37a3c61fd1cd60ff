import type { GatewayView, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import type { AppState } from '../../../store/index.ts';
import type { TerminalHost } from './terminal-host.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/**
 * Machine of a terminal, with its current view, for every part of the section Terminals. The peer or gateway is undefined once it was removed. The
 * functions of this file read only their arguments and the window's texts.
 */
export type Machine =
  | Readonly<{ kind: 'peer'; peer: PeerView | undefined }>
  | Readonly<{ kind: 'gateway'; gateway: GatewayView | undefined }>;

/** Finds the current view of a terminal's machine in the store's state. */
export function machineOf(host: TerminalHost, { peers, gateways }: Pick<AppState, 'peers' | 'gateways'>): Machine {
  return host.kind === 'peer'
    ? { kind: 'peer', peer: peers.find(({ peerId }) => peerId === host.peerId) }
    : { kind: 'gateway', gateway: gateways.find(({ id }) => id === host.gatewayId) };
}

/** Returns the machine's name, as untrusted text; words for a removed one. */
export function machineName(machine: Machine): string {
  if (machine.kind === 'peer') return machine.peer?.name ?? text('terminals.unknown-peer');
  return machine.gateway === undefined
    ? text('terminals.unknown-gateway')
    : text('terminals.gateway.name', { gateway: machine.gateway.settings.name });
}

/** Returns the machine's name, quoted for use in a sentence. */
export function quotedNameOf(machine: Machine): string {
  return quoteUntrusted(machineName(machine));
}

/** Returns the state of the link to the machine; of a gateway, the state of its connection. */
export function linkOf(machine: Machine): 'up' | 'doubtful' | 'reconnecting' {
  if (machine.kind === 'peer') return machine.peer?.link?.state ?? 'up';
  const { gateway } = machine;
  return gateway === undefined || gateway.operator.state === 'connected' ? 'up' : 'reconnecting';
}

/** Reports whether a terminal can be opened on the gateway: it is connected with full access. */
export function takesTerminals(gateway: Pick<GatewayView, 'operator' | 'settings'>): boolean {
  return gateway.operator.state === 'connected' && gateway.settings.operator.access === 'full';
}

/** Lists the machines on which a terminal can be opened now: online peers and connected gateways. */
export function terminalHosts({ peers, gateways }: Pick<AppState, 'peers' | 'gateways'>): readonly TerminalHost[] {
  return [
    ...peers.filter(({ online }) => online).map(({ peerId }): TerminalHost => ({ kind: 'peer', peerId })),
    ...gateways.filter(takesTerminals).map(({ id }): TerminalHost => ({ kind: 'gateway', gatewayId: id })),
  ];
}
