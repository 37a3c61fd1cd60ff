import { AppApiClient, bridgeTransports, type AppTransport } from '#shared/app-api/index.ts';
import { connectControlSocket, ControlError, controlKeyFile, controlSocketPath } from '#node/control-socket/index.ts';
import type { AgentBacking } from './agent-backing.ts';

/** Longest wait for the running agent's answer, ms. */
const ANSWER_TIMEOUT = 5000;

/**
 * Connects to the agent that already runs on this profile, over its control socket. Called by `createAgentHost` if another process uses the profile.
 * The returned agent keeps running when the application ends.
 * @throws {ControlError} `control.not-running`
 */
export async function attachToAgent(profile: string): Promise<AgentBacking> {
  const connect = (): Promise<AppTransport> =>
    connectControlSocket(controlSocketPath(profile), { keyFile: controlKeyFile(profile) });
  // This connection closes when the agent ends, whatever happens to the windows' connections.
  const watch = new AppApiClient(await connect());
  try {
    // An agent that is ending still accepts connections, but answers nothing.
    await watch.call('status.get', {}, { signal: AbortSignal.timeout(ANSWER_TIMEOUT) });
  } catch (error) {
    watch.close();
    throw new ControlError('control.not-running', 'the agent of this profile is ending', { cause: error });
  }
  const serve = async (transport: AppTransport): Promise<void> => {
    try {
      bridgeTransports(transport, await connect());
    } catch {
      // The agent is ending right now; the window retries.
      transport.setHandlers({ message: () => undefined, drain: () => undefined, closed: () => undefined });
      transport.close();
    }
  };
  return {
    endsWithApplication: false,
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
