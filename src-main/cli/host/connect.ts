import type { AppApiClient } from '#shared/app-api/index.ts';
import { createGradualClient, loadContract } from '#shared/app-api/gradual-client/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { connectControlSocket, ControlError, controlKeyFile, controlSocketPath } from '#node/control-socket/index.ts';
import { LOAD_REST_AFTER } from './load-rest.ts';

/** Connects a command to the control socket of the profile's agent; undefined if no agent is running. Starts nothing. */
export async function connectToAgent(profile: string): Promise<AppApiClient | undefined> {
  try {
    const transport = await connectControlSocket(controlSocketPath(profile), { keyFile: controlKeyFile(profile) });
    systemClock.setTimer(LOAD_REST_AFTER, () => void loadContract().catch(() => undefined));
    return createGradualClient(transport);
  } catch (error) {
    if (error instanceof ControlError && error.code === 'control.not-running') return undefined;
    throw error;
  }
}
