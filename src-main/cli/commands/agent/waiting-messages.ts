import type { AppApiClient } from '#shared/app-api/index.ts';

/** Longest wait for the numbers of messages, ms. */
const PATIENCE = 2000;

/** Numbers of messages that wait on this machine: for their agents, and for a person who may release them. */
export type WaitingMessages = Readonly<{
  waiting: number;
  held: number;
  agents: readonly Readonly<{ agent: string; waiting: number; held: number }>[];
}>;

/** Counts the messages to agents of this machine that no one has taken yet; undefined if this machine exchanges none. */
export async function countMessages(client: AppApiClient): Promise<WaitingMessages | undefined> {
  try {
    const agents = await client.call('agents.list', {}, { signal: AbortSignal.timeout(PATIENCE) });
    return {
      waiting: agents.reduce((sum, { waiting }) => sum + waiting, 0),
      held: agents.reduce((sum, { held }) => sum + held, 0),
      agents: agents
        .filter(({ waiting, held }) => waiting + held > 0)
        .map(({ name, waiting, held }) => ({ agent: name, waiting, held })),
    };
  } catch {
    return undefined;
  }
}

/** Formats the messages that wait as a line of the status; none if there aren't any. Pure. */
export function formatMessages(messages: WaitingMessages | undefined): readonly string[] {
  if (messages === undefined || messages.agents.length === 0) return [];
  const { waiting, held, agents } = messages;
  const parts = [
    ...(waiting === 0 ? [] : [`${waiting} not taken yet`]),
    ...(held === 0 ? [] : [`${held} held until you release ${held === 1 ? 'it' : 'them'}`]),
  ];
  return [
    `Messages   ${parts.join(', ')} (to ${agents.map(({ agent }) => agent).join(', ')}): clawreach message inbox`,
  ];
}
