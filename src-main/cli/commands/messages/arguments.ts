import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { AppApiClient } from '#shared/app-api/index.ts';
import {
  AGENT_NAME,
  LONGEST_MESSAGE_LIFE,
  messageId,
  SHORTEST_MESSAGE_LIFE,
  threadId,
} from '#shared/messages/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../output/index.ts';

/** Parses the name of an agent. @throws {InvalidArgumentError} */
export function parseAgentName(text: string): string {
  if (!AGENT_NAME.test(text)) throw new InvalidArgumentError(agentNameHelp(text));
  return text;
}

/** Returns a sentence that says what the name of an agent may be, and which one was meant. Pure. */
export function agentNameHelp(text: string): string {
  const meant = text.trim().toLowerCase().replaceAll(/\s+/g, '-');
  const suggestion = AGENT_NAME.test(meant) ? ` Did you mean ${meant}?` : '';
  return `A name has lower-case letters, digits, ".", "_" and "-", at most 64.${suggestion}`;
}

/** Parses the ID of a message. @throws {InvalidArgumentError} */
export function parseMessageId(text: string): string {
  const id = text.trim().toLowerCase();
  if (!safeParse(messageId, id).success)
    throw new InvalidArgumentError(
      'An ID has 32 digits and letters from a to f. `clawreach message inbox --all` shows those of your messages.',
    );
  return id;
}

/** Parses the name of a conversation. @throws {InvalidArgumentError} */
export function parseThread(text: string): string {
  if (!safeParse(threadId, text).success)
    throw new InvalidArgumentError('A thread has letters, digits, ".", "_", ":" and "-", at most 64.');
  return text;
}

/** Parses the time after which a message expires, and returns ms. @throws {InvalidArgumentError} */
export function parseLife(text: string): number {
  try {
    const life = parseDuration(text);
    if (life >= SHORTEST_MESSAGE_LIFE && life <= LONGEST_MESSAGE_LIFE) return life;
  } catch (error) {
    if (errorCode(error) !== 'usage.duration') throw error;
  }
  throw new InvalidArgumentError('Expected a time from 1s to 30d, such as 30m, 2h or 7d.');
}

/**
 * Makes sure that an agent of this machine exists, or has messages from before it was removed.
 * @throws {ClawReachError} `local-agent.unknown`
 */
export async function requireAgent(client: AppApiClient, agent: string): Promise<void> {
  const agents = await client.call('agents.list', {});
  if (agents.some(({ name }) => name === agent)) return;
  if ((await client.call('messages.list', { agent, limit: 1 })).length > 0) return;
  throw new ClawReachError('local-agent.unknown', 'no such agent', { details: { agent } });
}
