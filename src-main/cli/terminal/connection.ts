import type { AppApiClient } from '#shared/app-api/index.ts';
import type { Host } from '../host/index.ts';
import { InputFeed } from './input-feed.ts';
import { pumpOutput } from './output.ts';

/** Result of `carryConnection`. `reset`: one side broke it off. `closed`: no one reads our output any more. */
export type ConnectionEnd = 'finished' | 'reset' | 'closed' | 'agent-lost' | 'interrupted';

/**
 * Connects standard input and output with a connection of `forwards.connect`, byte by byte. Each direction ends by itself: the end of input is passed on,
 * and output goes on until the target ends it. Resolves when both are over.
 */
export async function carryConnection(
  host: Host,
  client: AppApiClient,
  open: () => Promise<Readonly<{ channel: number }>>,
): Promise<ConnectionEnd> {
  const { stdin, stdout, interrupted } = host;
  // The end may be reported before the answer to the call is read.
  const ends = new Map<number, 'finished' | 'reset'>();
  const ended = Promise.withResolvers<void>();
  let channel: number | undefined;
  const off = client.on('forwards.connectionEnded', (payload) => {
    ends.set(payload.channel, payload.end);
    if (payload.channel === channel) ended.resolve();
  });
  let input: InputFeed | undefined;
  try {
    ({ channel } = await open());
    const opened = channel;
    if (ends.has(opened)) ended.resolve();
    const carried = client.channel(opened);
    input = new InputFeed(host, carried, { isBothWays: true });
    const carry = async (): Promise<ConnectionEnd> => {
      if ((await pumpOutput(carried, stdout)) === 'closed') return 'closed';
      // At a keyboard nobody knows that nothing is read any more.
      if (stdin.isTTY === true) return ends.get(opened) ?? 'finished';
      await ended.promise;
      return ends.get(opened) ?? 'reset';
    };
    const lost = client.closed.then((): ConnectionEnd => 'agent-lost');
    const broken = ended.promise.then(async (): Promise<ConnectionEnd> => {
      const end = ends.get(opened);
      return end === 'reset' ? end : await new Promise<never>(() => undefined);
    });
    const stopped = new Promise<ConnectionEnd>((resolve) => {
      interrupted.addEventListener('abort', () => resolve('interrupted'), { once: true });
      if (interrupted.aborted) resolve('interrupted');
    });
    return await Promise.race([carry().catch(() => lost), broken, lost, stopped]);
  } finally {
    off();
    input?.stop();
  }
}
