import type { PeerView } from '#shared/app-api/index.ts';

/** Machines during an outage of the relay. */
export type SplitMachines = Readonly<{
  /** Linked, or reachable in this network, without the relay. */
  linked: readonly PeerView[];
  /** Can't be reached until the relay is back. */
  waiting: readonly PeerView[];
}>;

/** Splits the machines into those that work without the relay and those that wait for it. Those that never use the relay are neither. Pure. */
export function splitByRelay(machines: readonly PeerView[]): SplitMachines {
  const isLinked = ({ online, path, link, suspendedSince }: PeerView): boolean =>
    suspendedSince === undefined && online && path !== 'relay' && link?.state !== 'reconnecting';
  return {
    linked: machines.filter(isLinked),
    waiting: machines.filter(
      (machine) => !isLinked(machine) && machine.pathMode !== 'direct-only' && machine.suspendedSince === undefined,
    ),
  };
}
