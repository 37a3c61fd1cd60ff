import * as z from 'zod';
import { MOST_PORTS, type OpenPort } from '#shared/app-api/index.ts';
import type { Session } from '#shared/link/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import { askPeer, isQuestionTo } from '../core/peer-question.ts';

/** Value of the field `service` in the parameters of an `rpc` stream that asks for open ports. */
const SERVICE = 'ports';
/** Most characters of a program's name. */
export const MOST_PROGRAM = 24;

const entry = z.object({
  port: z.number().int().min(1).max(65_535),
  program: z
    .string()
    .max(4 * MOST_PROGRAM)
    .transform((value) => cleanLine(value, MOST_PROGRAM) || undefined)
    .optional()
    .catch(undefined),
});
const portsAnswer = z.object({ ports: z.array(z.unknown()).max(MOST_PORTS) });

/** Reports whether the parameters of an `rpc` stream ask for this machine's open ports. Other fields are ignored. */
export function isPortsRequest(value: unknown): boolean {
  return isQuestionTo(SERVICE, value);
}

/**
 * Asks a peer for the TCP ports on which programs of its machine listen. Entries that aren't valid are left out.
 * @returns the ports, lowest first; undefined if the peer gives none: this device has no right `forward` there, or the peer runs an older version
 */
export async function requestPorts(session: Pick<Session, 'open'>): Promise<readonly OpenPort[] | undefined> {
  const parsed = safeParse(portsAnswer, await askPeer(session, SERVICE).catch(() => undefined));
  if (!parsed.success) return undefined;
  const ports = new Map<number, OpenPort>();
  for (const one of parsed.data.ports) {
    const read = safeParse(entry, one);
    if (!read.success) continue;
    const { port, program } = read.data;
    if (!ports.has(port)) ports.set(port, program === undefined ? { port } : { port, program });
  }
  return [...ports.values()].toSorted((first, second) => first.port - second.port);
}
