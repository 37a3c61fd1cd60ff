import { AppApiClient, bridgeTransports, type AppTransport } from '#shared/app-api/index.ts';
import { connectControlSocket, ControlError, controlKeyFile, controlSocketPath } from '#node/control-socket/index.ts';
import type { AgentBacking } from './backing.ts';

/** An agent that answers nothing for so long is no use to a window, ms. */
const ANSWER_TIMEOUT = 5000;

/**
 * The agent that runs already on this profile, over its control socket.
 * @throws {ControlError} `control.not-running` when there is none (any more)
 */
export async function attachToAgent(profile: string): Promise<AgentBacking> {
  const connect = (): Promise<AppTransport> =>
    connectControlSocket(controlSocketPath(profile), { keyFile: controlKeyFile(profile) });
  // Its end is the agent's end, whoever else is connected.
  const watch = new AppApiClient(await connect());
  try {
    // One that is just ending still takes connections, and answers nothing.
    await watch.call('status.get', {}, { signal: AbortSignal.timeout(ANSWER_TIMEOUT) });
  } catch (error) {
    watch.close();
    throw new ControlError('control.not-running', 'the agent of this profile is ending', { cause: error });
  }
  const serve = async (transport: AppTransport): Promise<void> => {
    try {
      bridgeTransports(transport, await connect());
    } catch {
      // It ends at this moment; the window tries again.
      transport.setHandlers({ message: () => undefined, drain: () => undefined, closed: () => undefined });
      transport.close();
    }
  };
  return {
    own: false,
    serve: (transport) => void serve(transport),
    ended: watch.closed.then(() => undefined),
    woke: () => undefined,
    suspended: () => undefined,
    networkChanged: () => undefined,
    close: () => {
      watch.close();
      return Promise.resolve();
    },
  };
}
