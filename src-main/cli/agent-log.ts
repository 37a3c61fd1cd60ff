import { join } from 'node:path';

/** Returns the path of `agent.log` in the profile, which a background agent writes. Touches nothing. */
export function agentLogFile(profile: string): string {
  return join(profile, 'agent.log');
}
