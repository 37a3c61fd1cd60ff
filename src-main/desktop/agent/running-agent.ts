import { AppApiClient, bridgeTransports, type AppTransport } from '#shared/app-api/index.ts';
import { connectControlSocket, controlSocketPath } from '#node/control-socket/index.ts';
import type { Backing } from './backing.ts';

/**
 * The agent that runs already on this profile, over its control socket.
 * @throws {ControlError} `control.not-running` when there is none (any more)
 */
export async function connectToAgent(profile: string): Promise<Backing> {
  const path = controlSocketPath(profile);
  // Its end is the agent's end, whoever else is connected.
  const watch = new AppApiClient(await connectControlSocket(path));
  const serve = async (transport: AppTransport): Promise<void> => {
    try {
      bridgeTransports(transport, await connectControlSocket(path));
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
    close: () => {
      watch.close();
      return Promise.resolve();
    },
  };
}
