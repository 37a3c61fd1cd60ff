import * as z from 'zod';
import { agentName, type AgentThere } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import { MOST_AGENTS } from '#shared/messages/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import { askPeer, isQuestionTo } from '../../core/peer-question.ts';
import { PERSON } from './agent-book.ts';

/** Value of the field `service` in the parameters of an `rpc` stream that asks for a device's agents. */
const SERVICE = 'agents';
/** Longest page of an answer, bytes of JSON; the parameters of a stream have at most 4 KiB. */
const MOST_BYTES = 3584;
/** Most characters of a description in an answer. */
const MOST_DESCRIPTION = 80;

const entry = z.object({
  name: agentName,
  description: z
    .string()
    .max(4 * MOST_DESCRIPTION)
    .catch(''),
});
const answer = z.object({
  agents: z.array(z.unknown()).max(MOST_AGENTS),
  more: z.boolean().catch(false),
});
const question = z.object({ after: agentName.optional().catch(undefined) });
/** Most pages that are asked for: a machine with as many agents as there can be needs fewer. */
const MOST_PAGES = 64;

/** Reports whether the parameters of an `rpc` stream ask for the agents of this device. Other fields are ignored. */
export function isAgentsQuestion(params: unknown): boolean {
  return isQuestionTo(SERVICE, params);
}

/**
 * Returns a page of an answer: as many agents as have room, and whether there are more. Pure.
 * @param agents all that the peer may know, in the order of `AgentBook.list`
 * @param params parameters of the question, whose `after` names the last agent of the page before
 */
export function agentsAnswer(
  agents: readonly AgentThere[],
  params: unknown,
): Readonly<{ agents: readonly AgentThere[]; more: boolean }> {
  const after = safeParse(question, params).data?.after;
  // An agent that was removed in the meantime still has its place.
  const left = after === undefined ? agents : agents.filter(({ name }) => isBehind(name, after));
  const encoder = new TextEncoder();
  const named: AgentThere[] = [];
  let bytes = 0;
  for (const { name, description } of left) {
    const one = { name, description: description.slice(0, MOST_DESCRIPTION) };
    bytes += encoder.encode(JSON.stringify(one)).length + 1;
    if (bytes > MOST_BYTES) break;
    named.push(one);
  }
  return { agents: named, more: named.length < left.length };
}

/**
 * Asks a peer for its agents, page by page. Entries that aren't valid are left out.
 * @throws {ClawReachError} `rights.denied` if the peer names none to this device; `message.older` if it runs an older version
 */
export async function requestAgents(session: Pick<Session, 'open'>): Promise<readonly AgentThere[]> {
  const found = new Map<string, AgentThere>();
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES && found.size < MOST_AGENTS; page += 1) {
    const said = safeParse(answer, await ask(session, after)).data;
    const before = found.size;
    for (const one of said?.agents ?? []) {
      const read = safeParse(entry, one).data;
      if (read === undefined || found.size >= MOST_AGENTS || found.has(read.name)) continue;
      after = read.name;
      found.set(read.name, { name: read.name, description: cleanLine(read.description, MOST_DESCRIPTION) });
    }
    // A version that knows no pages answers with the first one again.
    if (said?.more !== true || found.size === before) break;
  }
  return [...found.values()];
}

async function ask(session: Pick<Session, 'open'>, after: string | undefined): Promise<unknown> {
  try {
    return await askPeer(session, SERVICE, after === undefined ? {} : { after });
  } catch (error) {
    if (!(error instanceof LinkError) || error.code !== 'link.refused') throw error;
    const isDenied = error.details['code'] === 'rights.denied';
    throw new ClawReachError(isDenied ? 'rights.denied' : 'message.older', 'the peer names no agents', {
      cause: error,
    });
  }
}

/** Reports whether an agent comes behind another in the order of `AgentBook.list`: the person first, then by name. */
function isBehind(name: string, other: string): boolean {
  return name !== PERSON && (other === PERSON || name > other);
}
