import { AppApiClient } from '#shared/app-api/index.ts';
import { connectControlSocket, ControlError, controlKeyFile, controlSocketPath } from '#node/control-socket/index.ts';

/** Connects a command to the control socket of the profile's agent; undefined if no agent is running. Starts nothing. */
export async function connectToAgent(profile: string): Promise<AppApiClient | undefined> {
  try {
    return new AppApiClient(
      await connectControlSocket(controlSocketPath(profile), { keyFile: controlKeyFile(profile) }),
    );
  } catch (error) {
    if (error instanceof ControlError && error.code === 'control.not-running') return undefined;
    throw error;
  }
}
