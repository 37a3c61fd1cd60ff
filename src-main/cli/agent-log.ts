import { join } from 'node:path';

/** Returns the path of a background agent's log file. */
export function agentLogFile(profile: string): string {
  return join(profile, 'agent.log');
}
