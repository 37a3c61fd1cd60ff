import { useCallback } from 'react';
import { applyPeer, applyPeers, useApp, useCall } from '../../../store/index.ts';
import { groupMachines, moveBy, moveGroup, moveTo, renameGroup, type ArrangedMachine } from './order.ts';

/** Actions that change the person's groups, order and favourites. The agent saves them, so that every window and the commands show the same. */
export type Arranging = Readonly<{
  /** Moves a machine one place up or down. */
  step(peerId: string, step: -1 | 1): void;
  /** Moves a machine into a group (null: none), before another machine or to the end. Resolves to false if that wasn't saved. */
  place(peerId: string, group: string | null, before?: string): Promise<boolean>;
  /** Gives a group another name; null removes the group. Resolves to false if that wasn't saved. */
  renameGroup(name: string, renamed: string | null): Promise<boolean>;
  moveGroup(name: string, step: -1 | 1): void;
  setFavourite(peerId: string, favourite: boolean): void;
  /** Error of the last change; undefined without one. */
  error: unknown;
  /** Clears the error. */
  dismiss(): void;
}>;

/** Provides the actions that arrange the machines (`peers.arrange`, `peers.setFavourite`). */
export function useArranging(): Arranging {
  const arrange = useCall('peers.arrange');
  const favourite = useCall('peers.setFavourite');
  const { run } = arrange;
  const save = useCallback(
    async (order: readonly ArrangedMachine[] | undefined): Promise<boolean> => {
      if (order === undefined) return false;
      const answer = await run({ order: [...order] });
      if (answer !== undefined) applyPeers(answer);
      return answer !== undefined;
    },
    [run],
  );
  const groups = (): ReturnType<typeof groupMachines> => groupMachines(useApp.getState().peers);
  return {
    step: (peerId, step) => void save(moveBy(groups(), peerId, step)),
    place: (peerId, group, before) => save(moveTo(groups(), peerId, group, before)),
    renameGroup: (name, renamed) => save(renameGroup(groups(), name, renamed)),
    moveGroup: (name, step) => void save(moveGroup(groups(), name, step)),
    setFavourite: (peer, wanted) =>
      void favourite.run({ peer, favourite: wanted }).then((answer) => {
        if (answer !== undefined) applyPeer(answer);
      }),
    error: arrange.error ?? favourite.error,
    dismiss: () => {
      arrange.reset();
      favourite.reset();
    },
  };
}
