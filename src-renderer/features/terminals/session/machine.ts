import type { GatewayView, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import type { AppState } from '../../../store/index.ts';
import type { TerminalHost } from './terminal-host.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/**
 * Machine of a terminal, with its current view, for every part of the section Terminals. The peer or gateway is undefined once it was removed. The
 * functions of this file read only their arguments, the window's texts and the names of removed peers.
 */
export type Machine =
  /** `lastName`: name that a removed peer had in this window; undefined if it wasn't there. */
  | Readonly<{ kind: 'peer'; peer: PeerView | undefined; lastName?: string | undefined }>
  | Readonly<{ kind: 'gateway'; gateway: GatewayView | undefined }>;

/** Names of the peers that this window has seen, by peer ID, so that the tab of a removed one keeps its name. */
const LAST_NAMES = new Map<string, string>();

/** Notes the names of peers, for the time after their removal. */
export function noteNames(peers: readonly Pick<PeerView, 'peerId' | 'name'>[]): void {
  for (const { peerId, name } of peers) LAST_NAMES.set(peerId, name);
}

/** Finds the current view of a terminal's machine in the store's state. */
export function machineOf(host: TerminalHost, { peers, gateways }: Pick<AppState, 'peers' | 'gateways'>): Machine {
  if (host.kind === 'peer') {
    const peer = peers.find(({ peerId }) => peerId === host.peerId);
    return peer === undefined ? { kind: 'peer', peer, lastName: LAST_NAMES.get(host.peerId) } : { kind: 'peer', peer };
  }
  return { kind: 'gateway', gateway: gateways.find(({ id }) => id === host.gatewayId) };
}

/** Returns the machine's name, as untrusted text; the last one of a removed peer, or words. */
export function machineName(machine: Machine): string {
  if (machine.kind === 'peer') return machine.peer?.name ?? machine.lastName ?? text('terminals.unknown-peer');
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
    // One that has removed this machine may still be seen in this network.
    ...peers
      .filter(({ online, forgottenAt }) => online && forgottenAt === undefined)
      .map(({ peerId }): TerminalHost => ({ kind: 'peer', peerId })),
    ...gateways.filter(takesTerminals).map(({ id }): TerminalHost => ({ kind: 'gateway', gatewayId: id })),
  ];
}
