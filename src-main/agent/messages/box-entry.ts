import { partsOf, type AgentMessage, type MessageFile, type MessageMedia } from '#shared/messages/index.ts';
import type { RecordPlace } from '#shared/storage.ts';

/** Time for which a settled message stays in a box, ms, unless a newer one needs its room. */
export const KEPT_SETTLED = 30 * 86_400_000;
/** Characters of a body that a box keeps in memory, for lists. */
const PREVIEW = 200;

/** Part of a message that both boxes keep in memory. Times are ms since 1970 by the sender's clock. */
export type BoxEntry = {
  readonly id: string;
  readonly thread: string;
  readonly replyTo: string | undefined;
  readonly media: MessageMedia;
  /** Files that come with it by a transfer. */
  readonly files: readonly MessageFile[];
  /** Beginning of the body, and whether it is only that. */
  readonly preview: string;
  readonly isCut: boolean;
  readonly time: number;
  readonly expires: number;
  readonly auto: boolean;
  readonly hops: number;
  /** Place of the whole message in the journal. */
  place: RecordPlace;
};

/** Returns the part of a message that a box keeps in memory. */
export function boxEntry(message: AgentMessage, place: RecordPlace): BoxEntry {
  const { id, thread, reply_to: replyTo, body, time, expires, auto, hops } = message;
  const { media, files } = partsOf(message);
  const preview = body.slice(0, PREVIEW);
  const isCut = body.length > PREVIEW;
  return { id, thread, replyTo, media, files, preview, isCut, time, expires, auto, hops, place };
}
