import type { CallInput, CallOutput } from '#shared/app-api/index.ts';
import { listenTcp, openUdp } from '#node/forwarding/index.ts';
import { problemOf } from './rules/index.ts';

/**
 * Opens a port of this machine and closes it again, to tell the person whether a forward could listen there before it is saved. The problem names the
 * program that holds a taken port, and a free port.
 */
export async function checkPort({
  host,
  port,
  protocol,
}: CallInput<'forwards.checkPort'>): Promise<CallOutput<'forwards.checkPort'>> {
  try {
    const opened =
      protocol === 'tcp'
        ? await listenTcp({ host, port, namesOwner: true, onConnection: (socket) => socket.destroy() })
        : await openUdp({ host, port, onMessage: () => undefined });
    await opened.close();
    return { problem: null };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}
