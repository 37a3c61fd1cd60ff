import { useEffect } from 'react';

/**
 * Calls `ask` at once and again some time after each answer, until the component is gone. For facts about which the agent sends no events. A failed call
 * is repeated like any other; the component keeps what it showed.
 * @param ask memoised function, since another one starts over; undefined asks nothing. Its signal aborts when the answer isn't wanted any more
 * @param interval time between an answer and the next question, ms
 */
export function usePolling(ask: ((signal: AbortSignal) => Promise<void>) | undefined, interval: number): void {
  useEffect(() => {
    if (ask === undefined) return undefined;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async (): Promise<void> => {
      await ask(stop.signal).catch(() => undefined);
      if (!stop.signal.aborted) timer = setTimeout(() => void poll(), interval);
    };
    void poll();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [ask, interval]);
}
