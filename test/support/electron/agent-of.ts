import { AppApiClient } from '#shared/app-api/index.ts';
import { connectControlSocket, controlSocketPath } from '#node/control-socket/index.ts';
import { until } from '../e2e/until.ts';

/** Ms: the application starts before its agent does. */
const PATIENCE = 30_000;

/** A user interface of the agent of this profile, as soon as there is one. */
export function agentOf(profile: string): Promise<AppApiClient> {
  return until(
    'the agent',
    async () => {
      const transport = await connectControlSocket(controlSocketPath(profile)).catch(() => undefined);
      return transport === undefined ? undefined : new AppApiClient(transport);
    },
    PATIENCE,
  );
}
