import * as z from 'zod';
import { agentName, type AgentThere } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import { MOST_AGENTS } from '#shared/messages/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import { askPeer, isQuestionTo } from '../../core/peer-question.ts';

/** Value of the field `service` in the parameters of an `rpc` stream that asks for a device's agents. */
const SERVICE = 'agents';
/** Longest answer, bytes of JSON; the parameters of a stream have at most 4 KiB. */
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
const answer = z.object({ agents: z.array(z.unknown()).max(MOST_AGENTS) });

/** Reports whether the parameters of an `rpc` stream ask for the agents of this device. Other fields are ignored. */
export function isAgentsQuestion(params: unknown): boolean {
  return isQuestionTo(SERVICE, params);
}

/** Returns the answer with as many agents as have room. Pure. */
export function agentsAnswer(agents: readonly AgentThere[]): Readonly<{ agents: readonly AgentThere[] }> {
  const encoder = new TextEncoder();
  const named: AgentThere[] = [];
  let bytes = 0;
  for (const { name, description } of agents) {
    const one = { name, description: description.slice(0, MOST_DESCRIPTION) };
    bytes += encoder.encode(JSON.stringify(one)).length + 1;
    if (bytes > MOST_BYTES) break;
    named.push(one);
  }
  return { agents: named };
}

/**
 * Asks a peer for its agents. Entries that aren't valid are left out.
 * @throws {ClawReachError} `rights.denied` if the peer names none to this device; `message.older` if it runs an older version
 */
export async function requestAgents(session: Pick<Session, 'open'>): Promise<readonly AgentThere[]> {
  let said: unknown;
  try {
    said = await askPeer(session, SERVICE);
  } catch (error) {
    if (!(error instanceof LinkError) || error.code !== 'link.refused') throw error;
    const isDenied = error.details['code'] === 'rights.denied';
    throw new ClawReachError(isDenied ? 'rights.denied' : 'message.older', 'the peer names no agents', {
      cause: error,
    });
  }
  const { data } = safeParse(answer, said);
  return (data?.agents ?? []).flatMap((one) => {
    const read = safeParse(entry, one).data;
    return read === undefined ? [] : [{ name: read.name, description: cleanLine(read.description, MOST_DESCRIPTION) }];
  });
}
