import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ApprovalView, DecidedGatewayRequest } from '#shared/app-api/index.ts';
import { useApp, useCall } from '../../store/index.ts';
import { mergeDecided, type Decided } from './pending.ts';

/** `decided`: empty before the agent has answered. `error`: of the last attempt to load; undefined without one. */
export type DecidedAnswer = Readonly<{ decided: readonly Decided[]; error: unknown; reload(): void }>;

const NONE: readonly DecidedGatewayRequest[] = [];

/** Loads the decided requests (`approvals.list` and `requests.list`), and loads them again whenever the pending requests change. */
export function useDecided(): DecidedAnswer {
  const waiting = useApp((state) => state.approvals);
  const rights = useCall('approvals.list');
  const others = useCall('requests.list');
  const [answer, setAnswer] = useState<readonly ApprovalView[]>();
  const [requests, setRequests] = useState(NONE);
  const { run: askRights } = rights;
  const { run: askOthers } = others;
  const loadRights = useCallback((): void => {
    void askRights({ all: true }).then((approvals) => {
      if (approvals !== undefined) setAnswer(approvals);
    });
  }, [askRights]);
  const loadOthers = useCallback((): void => {
    void askOthers({ all: true }).then((lists) => {
      if (lists !== undefined) setRequests(lists.decided);
    });
  }, [askOthers]);
  const reload = useCallback((): void => {
    loadRights();
    loadOthers();
  }, [loadRights, loadOthers]);
  useEffect(() => {
    reload();
    return useApp.subscribe((state, before) => {
      if (state.approvals !== before.approvals) loadRights();
      if (state.requests !== before.requests) loadOthers();
    });
  }, [reload, loadRights, loadOthers]);
  const decided = useMemo(() => mergeDecided(answer ?? waiting, requests), [answer, waiting, requests]);
  return { decided, error: rights.error ?? others.error, reload };
}
