import type { ForwardView, PeerView } from '#shared/app-api/index.ts';

/** Returns the ID of the machine that a forward goes through; undefined if it needs none. */
export function machineOfForward({ rule }: Pick<ForwardView, 'rule'>): string | undefined {
  return 'peer' in rule ? (rule.peer ?? undefined) : undefined;
}

/**
 * Returns the forwards that every figure of the window counts: those that are switched on, and whose machine is there. Without it a forward can't run.
 * Pure.
 */
export function forwardsOn<Forward extends Pick<ForwardView, 'rule' | 'state'>>(
  forwards: readonly Forward[],
  peers: readonly Pick<PeerView, 'peerId'>[],
): readonly Forward[] {
  return forwards.filter((forward) => {
    const machine = machineOfForward(forward);
    return forward.state !== 'off' && (machine === undefined || peers.some(({ peerId }) => peerId === machine));
  });
}
