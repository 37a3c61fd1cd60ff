import { useEffect, useState } from 'react';
import type { AgentThere } from '#shared/app-api/index.ts';
import { useApi } from '../../../store/index.ts';

/** Agents of a machine: `asking` until it has answered, `unknown` if it hasn't. */
export type AgentsThere = Readonly<{ state: 'asking' | 'known' | 'unknown'; agents: readonly AgentThere[] }>;

const ASKING: AgentsThere = { state: 'asking', agents: [] };

/** Asks a machine for the agents to which this one may write. @param peerId undefined asks none */
export function useAgentsThere(peerId: string | undefined): AgentsThere {
  const api = useApi();
  const [answer, setAnswer] = useState<Readonly<{ peerId: string; there: AgentsThere }>>();
  useEffect(() => {
    if (peerId === undefined) return undefined;
    const stop = new AbortController();
    api.call('agents.there', { peer: peerId }, { signal: stop.signal }).then(
      (agents) => setAnswer({ peerId, there: { state: 'known', agents } }),
      () => {
        if (!stop.signal.aborted) setAnswer({ peerId, there: { state: 'unknown', agents: [] } });
      },
    );
    return () => stop.abort();
  }, [api, peerId]);
  return answer?.peerId === peerId && answer !== undefined ? answer.there : ASKING;
}
