import type { PeerView } from '#shared/app-api/index.ts';

/** Machines during an outage of the relay. */
export type SplitMachines = Readonly<{
  /** Linked, or reachable in this network, without the relay. */
  linked: readonly PeerView[];
  /** Can't be reached until the relay is back. */
  waiting: readonly PeerView[];
}>;

/**
 * Splits the machines into those that work without the relay and those that wait for it. Those that never use the relay are neither, nor are those that
 * can't be used whatever the relay does: blocked ones, and ones that have removed this machine. Pure.
 */
export function splitByRelay(machines: readonly PeerView[]): SplitMachines {
  const usable = machines.filter(
    ({ suspendedSince, forgottenAt }) => suspendedSince === undefined && forgottenAt === undefined,
  );
  const isLinked = ({ online, path, link }: PeerView): boolean =>
    online && path !== 'relay' && link?.state !== 'reconnecting';
  return {
    linked: usable.filter(isLinked),
    waiting: usable.filter((machine) => !isLinked(machine) && machine.pathMode !== 'direct-only'),
  };
}
