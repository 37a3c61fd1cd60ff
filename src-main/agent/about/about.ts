import * as z from 'zod';
import { PEER_SYSTEMS, type PeerSystem } from '#shared/app-api/index.ts';
import type { IncomingStream, LinkStream, Session } from '#shared/link/index.ts';

/** Streams of kind `rpc` name what they are for. */
const SERVICE = 'about';
/** For a peer to answer, ms. */
const PATIENCE = 10_000;
/** Reset code for a peer that sends more than the answer. */
const RESET_MORE = 0;

/** Parameters of the stream. Later versions may add fields, and systems that this version doesn't know. */
export const aboutParams = z.object({ system: z.enum(PEER_SYSTEMS).catch('other') });

/** The system of this device. */
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

/** Reports whether a stream of kind `rpc` exchanges what the devices run on. The rest of the parameters may still be invalid. */
export function isAbout(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'service' in value && value.service === SERVICE;
}

/** Answers a peer that tells what it is. @returns its system, in its own word; undefined where it cannot be read */
export function serveAbout(stream: IncomingStream): PeerSystem | undefined {
  const parsed = aboutParams.safeParse(stream.params);
  if (!parsed.success) {
    stream.refuse('about.params', 'what you say of yourself cannot be read');
    return undefined;
  }
  void finish(stream.accept({ system: OWN_SYSTEM }));
  return parsed.data.system;
}

/** Tells a peer what this device is, and asks the same. @returns undefined where it does not say, as versions before this do not */
export async function askAbout(session: Pick<Session, 'open'>): Promise<PeerSystem | undefined> {
  const stream = session.open(
    'rpc',
    { service: SERVICE, system: OWN_SYSTEM },
    { priority: 'normal', signal: AbortSignal.timeout(PATIENCE) },
  );
  const parsed = aboutParams.safeParse(await stream.opened);
  void finish(stream);
  return parsed.success ? parsed.data.system : undefined;
}

/** All is said in the opening and its answer. Never rejects. */
async function finish(stream: LinkStream): Promise<void> {
  try {
    await stream.end();
    if ((await stream.read()) !== null) stream.reset(RESET_MORE);
  } catch {
    // The other side has ended it.
  }
}
