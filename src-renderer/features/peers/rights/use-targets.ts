import { useCallback, useEffect, useState } from 'react';
import type { TargetPattern, TemporaryTarget } from '#shared/app-api/index.ts';
import { useApp, useCall } from '../../../store/index.ts';

/** Targets of a peer as `useTargets` returns them. */
export type Targets = Readonly<{
  /** Targets that it may use permanently or until their end; undefined until the agent has answered. */
  known: readonly TargetPattern[] | undefined;
  /** Targets that a person has approved for a while. */
  approved: readonly TemporaryTarget[];
  error: unknown;
  /** Asks the agent for the permanent ones again. @returns undefined after an error */
  read(): Promise<readonly TargetPattern[] | undefined>;
  setKnown(targets: readonly TargetPattern[]): void;
  setApproved(targets: readonly TemporaryTarget[]): void;
  /** Removes the error. */
  reset(): void;
}>;

/** Loads the targets that a peer may use without asking, and loads them again when a request was answered, which may add one. */
export function useTargets(peerId: string): Targets {
  const list = useCall('targets.list');
  const temporary = useCall('targets.temporary');
  const [known, setKnown] = useState<readonly TargetPattern[]>();
  const [approved, setApproved] = useState<readonly TemporaryTarget[]>([]);
  const { run: ask } = list;
  const { run: askTemporary } = temporary;
  const read = useCallback(() => ask({ peer: peerId }), [ask, peerId]);

  useEffect(() => {
    const load = (): void => {
      void read().then((answer) => {
        if (answer !== undefined) setKnown(answer);
      });
      void askTemporary({ peer: peerId }).then((answer) => setApproved(answer ?? []));
    };
    load();
    return useApp.subscribe((state, before) => {
      if (state.approvals !== before.approvals) load();
    });
  }, [askTemporary, peerId, read]);
  return { known, approved, error: list.error, read, setKnown, setApproved, reset: list.reset };
}
