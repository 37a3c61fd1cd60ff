import { toUtf8 } from '#shared/bytes/index.ts';
import { BODY_BYTES } from '#shared/messages/index.ts';

/** End of an answer that was too long for a message. */
const CUT = '\n[The rest was too long for a message.]';

/** Returns an answer as the body of a message, cut if it is too long. Pure. */
export function fitBody(answer: string): string {
  const text = answer.toWellFormed();
  if (toUtf8(text).length <= BODY_BYTES) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(BODY_BYTES - CUT.length));
  return text.slice(0, read) + CUT;
}
