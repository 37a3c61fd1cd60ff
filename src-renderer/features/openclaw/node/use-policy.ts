import { useCallback, useEffect, useState } from 'react';
import type { NodePolicy } from '#shared/app-api/index.ts';
import { useApp, useCall } from '../../../store/index.ts';

/** Rules for what gateways may do on this machine, as the agent keeps them. */
export type PolicyState = Readonly<{
  /** Undefined before they are loaded. */
  policy: NodePolicy | undefined;
  /** Error of loading. */
  error: unknown;
  saving: boolean;
  saveError: unknown;
  /**
   * Saves the policy.
   * @returns true if the agent accepted it
   */
  save(policy: NodePolicy): Promise<boolean>;
  resetSave(): void;
  reload(): void;
}>;

/** Loads the rules from the agent, and again when requests change, because "Always allow" in the inbox adds one. */
export function usePolicy(): PolicyState {
  const get = useCall('node.policy.get');
  const set = useCall('node.policy.set');
  const [policy, setPolicy] = useState<NodePolicy>();
  const { run } = get;
  const reload = useCallback((): void => {
    void run({}).then((answer) => {
      if (answer !== undefined) setPolicy(answer);
    });
  }, [run]);
  useEffect(() => {
    reload();
    return useApp.subscribe((state, before) => {
      if (state.requests !== before.requests) reload();
    });
  }, [reload]);
  const save = async (next: NodePolicy): Promise<boolean> => {
    const answer = await set.run({ policy: next });
    if (answer !== undefined) setPolicy(answer);
    return answer !== undefined;
  };
  return { policy, error: get.error, saving: set.busy, saveError: set.error, save, resetSave: set.reset, reload };
}
