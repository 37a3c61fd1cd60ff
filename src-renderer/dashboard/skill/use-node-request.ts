import { useCallback, useEffect, useRef, useState } from 'react';
import type { NodeEvent, NodeRequest, NodeStatus } from '#shared/platform/index.ts';
import { useDashboard } from '../api/index.ts';

type NodeFailure = Extract<NodeEvent, { type: 'error' }>;

/** Request to a node and what has come of its answer. */
export type NodeExchange = Readonly<{
  request: NodeRequest['type'];
  state: 'running' | 'done' | 'failed' | 'cancelled';
  text: string;
  /** Tasks that a restart cancels. */
  pending: readonly string[];
  status: NodeStatus | undefined;
  /** The node's own failure. */
  failure: NodeFailure | undefined;
  /** Error of the request itself. */
  error: unknown;
}>;

/** Longest answer that is kept, characters. A node that goes on is cut. */
const LONGEST = 1_000_000;

/** Adds an event to an exchange. Pure. */
export function afterEvent(exchange: NodeExchange, event: NodeEvent): NodeExchange {
  switch (event.type) {
    case 'token':
      return { ...exchange, text: `${exchange.text}${event.content}`.slice(0, LONGEST) };
    case 'pending':
      return { ...exchange, pending: event.tasks };
    case 'status':
      return { ...exchange, status: event.status };
    case 'done':
      return { ...exchange, state: 'done' };
    case 'error':
      return { ...exchange, state: 'failed', failure: event };
  }
}

/** Sends requests to one node, one at a time, and streams the answer. Leaving the page cancels it. */
export function useNodeRequest(
  device: string,
  onRunning: (isRunning: boolean) => void,
): Readonly<{
  exchange: NodeExchange | undefined;
  send(request: NodeRequest): Promise<void>;
  cancel(): void;
}> {
  const { client } = useDashboard();
  const [exchange, setExchange] = useState<NodeExchange>();
  const running = useRef<AbortController>(undefined);
  const told = useRef(onRunning);
  useEffect(() => {
    told.current = onRunning;
  });
  useEffect(
    () => () => {
      if (running.current === undefined) return;
      running.current.abort();
      told.current(false);
    },
    [],
  );
  const send = useCallback(
    async (request: NodeRequest) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      let now: NodeExchange = {
        request: request.type,
        state: 'running',
        text: '',
        pending: [],
        status: undefined,
        failure: undefined,
        error: undefined,
      };
      setExchange(now);
      told.current(true);
      try {
        const events = client.stream('nodes.request', {
          params: { device },
          input: request,
          signal: controller.signal,
        });
        for await (const event of events) {
          if (running.current !== controller) return;
          now = afterEvent(now, event);
          setExchange(now);
        }
      } catch (error) {
        if (running.current !== controller) return;
        setExchange(controller.signal.aborted ? { ...now, state: 'cancelled' } : { ...now, state: 'failed', error });
      } finally {
        if (running.current === controller) {
          running.current = undefined;
          told.current(false);
        }
      }
    },
    [client, device],
  );
  const cancel = useCallback(() => running.current?.abort(), []);
  return { exchange, send, cancel };
}
