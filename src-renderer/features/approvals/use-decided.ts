import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ApprovalView } from '#shared/app-api/index.ts';
import { useApp, useCall } from '../../store/index.ts';
import { decidedInOrder, type DecidedApproval } from './order.ts';

export type Decided = Readonly<{ decided: readonly DecidedApproval[]; error: unknown; reload(): void }>;

/** What was decided; asked for anew whenever what waits has changed, for then something was decided. */
export function useDecided(): Decided {
  const told = useApp((state) => state.approvals);
  const { run, error } = useCall('approvals.list');
  const [answer, setAnswer] = useState<readonly ApprovalView[]>();
  const reload = useCallback((): void => {
    void run({ all: true }).then((approvals) => {
      if (approvals !== undefined) setAnswer(approvals);
    });
  }, [run]);
  useEffect(() => {
    reload();
    return useApp.subscribe((state, before) => {
      if (state.approvals !== before.approvals) reload();
    });
  }, [reload]);
  const decided = useMemo(() => decidedInOrder(answer ?? told), [answer, told]);
  return { decided, error, reload };
}
