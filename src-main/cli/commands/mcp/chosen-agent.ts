import type { AppApiClient } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { UsageError } from '../../errors.ts';

/** Agent that stands for the person at this machine. */
export const PERSON = 'me';

/**
 * Returns the agent as which a server sends and receives: the named one, or the only one besides the person. Never the person, whose messages count as
 * written by hand and end the count of those that agents exchange by themselves.
 * @throws {UsageError} `usage.mcp-agent`; {ClawReachError} `local-agent.unknown`
 */
export async function chooseAgent(client: AppApiClient, named: string | undefined): Promise<string> {
  if (named === PERSON) throw wrong('The agent "me" stands for you. A program needs an agent of its own.');
  const names = (await client.call('agents.list', {})).map(({ name }) => name).filter((name) => name !== PERSON);
  if (named !== undefined) {
    if (names.includes(named)) return named;
    throw new ClawReachError('local-agent.unknown', 'no such agent', { details: { agent: named } });
  }
  const [only] = names;
  if (only === undefined) throw wrong('This machine has no agent for a program yet.');
  if (names.length > 1) throw wrong(`This machine has several agents: ${names.join(', ')}. Name one with --agent.`);
  return only;
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.mcp-agent', reason, { details: { reason } });
}
