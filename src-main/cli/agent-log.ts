import { join } from 'node:path';

/** The log of a background agent. */
export function agentLogFile(profile: string): string {
  return join(profile, 'agent.log');
}
