import { join } from 'node:path';

/**
 * Returns the path of `agent.log` in the profile. The code that starts an agent in the background opens this file as the
 * agent's output, and the agent rotates it. Touches nothing.
 */
export function agentLogFile(profile: string): string {
  return join(profile, 'agent.log');
}
