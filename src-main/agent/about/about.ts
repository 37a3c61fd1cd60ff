import * as z from 'zod';
import { PEER_SYSTEMS, type PeerSystem } from '#shared/app-api/index.ts';
import type { IncomingStream, LinkStream, Session } from '#shared/link/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Value of the field `service` in the parameters of an `rpc` stream that exchanges operating systems. */
const SERVICE = 'about';
/** Time that a peer has to answer, ms. */
const PATIENCE = 10_000;
/** Reset code for a peer that sends more than its answer. */
const RESET_MORE = 0;

/**
 * Parameters of the stream that asks a peer for its operating system. A system that this version doesn't know reads as `other`; unknown fields are
 * ignored.
 */
export const systemParams = z.object({ system: z.enum(PEER_SYSTEMS).catch('other') });

/** Operating system of this device. */
export const OWN_SYSTEM: PeerSystem = systemOf(process.platform);

function systemOf(platform: NodeJS.Platform): PeerSystem {
  switch (platform) {
    case 'linux':
      return 'linux';
    case 'darwin':
      return 'macos';
    case 'win32':
      return 'windows';
    default:
      return 'other';
  }
}

/** Reports whether the parameters of an `rpc` stream ask for this device's operating system. Other fields of the parameters may still be invalid. */
export function isSystemRequest(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'service' in value && value.service === SERVICE;
}

/**
 * Answers a peer's stream with this device's operating system. Called by `StreamGate` for each incoming stream that `isSystemRequest` accepts.
 * @returns operating system that the peer named; undefined if its parameters are invalid
 */
export function serveSystem(stream: IncomingStream): PeerSystem | undefined {
  const parsed = safeParse(systemParams, stream.params);
  if (!parsed.success) {
    stream.refuse('about.params', 'the parameters are invalid');
    return undefined;
  }
  void finish(stream.accept({ system: OWN_SYSTEM }));
  return parsed.data.system;
}

/**
 * Sends this device's operating system to a peer and asks for the peer's, on a stream of its own. Called once per session, by its initiator.
 * @returns undefined if the peer doesn't answer within 10 s or runs a version without this request
 */
export async function requestSystem(session: Pick<Session, 'open'>): Promise<PeerSystem | undefined> {
  const stream = session.open(
    'rpc',
    { service: SERVICE, system: OWN_SYSTEM },
    { priority: 'normal', signal: AbortSignal.timeout(PATIENCE) },
  );
  const parsed = safeParse(systemParams, await stream.opened);
  void finish(stream);
  return parsed.success ? parsed.data.system : undefined;
}

/** Closes the stream: the parameters and the answer carry everything. Never rejects. */
async function finish(stream: LinkStream): Promise<void> {
  try {
    await stream.end();
    if ((await stream.read()) !== null) stream.reset(RESET_MORE);
  } catch {
    // The peer has closed the stream.
  }
}
