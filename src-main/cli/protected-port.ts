import { AppApiClient, type AppTransport } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';

/** An agent that has ended is looked for again so often, ms. */
const AGAIN = 2000;

/** Keeps peers of the agent from a port of this program, also of an agent that starts later. @returns ends it */
export function protectPort(
  port: number,
  { connect, clock }: Readonly<{ connect(): Promise<AppTransport>; clock: Clock }>,
): () => void {
  let isOver = false;
  let client: AppApiClient | undefined;
  let timer: Timer | undefined;
  const again = (): void => {
    if (!isOver) timer = clock.setTimer(AGAIN, () => void begin());
  };
  const begin = async (): Promise<void> => {
    try {
      const opened = new AppApiClient(await connect());
      client = opened;
      if (isOver) opened.close();
      await opened.call('targets.protect', { port });
      await opened.closed;
    } catch {
      // No agent, or one of before: nothing is reached through it now.
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
