import { AppApiClient, type AppTransport } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';

/** Delay before the agent is contacted again after it ended, ms. */
const RETRY_DELAY = 2000;

/**
 * Makes the agent reject forwards from other machines to a local port that this process listens on. Repeats this
 * whenever another agent starts. Used for the port of `clawreach ui`.
 * @returns a function that stops this
 */
export function protectPort(
  port: number,
  { connect, clock }: Readonly<{ connect(): Promise<AppTransport>; clock: Clock }>,
): () => void {
  let isOver = false;
  let client: AppApiClient | undefined;
  let timer: Timer | undefined;
  const again = (): void => {
    if (!isOver) timer = clock.setTimer(RETRY_DELAY, () => void begin());
  };
  const begin = async (): Promise<void> => {
    try {
      const opened = new AppApiClient(await connect());
      client = opened;
      if (isOver) opened.close();
      await opened.call('targets.protect', { port });
      await opened.closed;
    } catch {
      // There is no agent, or one of an earlier version that doesn't forward to it.
      client?.close();
    }
    again();
  };
  void begin();
  return () => {
    isOver = true;
    timer?.cancel();
    client?.close();
  };
}
