import type { ApprovalFact } from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';

/** Most characters of a request. A longer one can't be shown in full, and is therefore never approved. */
export const MOST_REQUEST_TEXT = 16_384;

/** Text of a peer's request for a person's approval. The code that checks a right composes it and passes it to `ApprovalStore.request`. */
export type RequestText = Readonly<{
  /** Request in the product's words. Words of the peer come last; none of the product's follow, so that a peer can't imitate them. */
  detail: string;
  /** All other facts on which the person's decision depends. */
  facts?: readonly ApprovalFact[] | undefined;
  /** Distinguishes requests whose texts are equal, such as a full ID of which `detail` shows a part. */
  subject?: string | undefined;
  /** Key under which requests count as the same question after a "Decline"; undefined: detail, facts and subject together. */
  topic?: string | undefined;
  /** Detail as written to the audit log; undefined: `detail`. Set if the log must not contain the peer's words. */
  audited?: string | undefined;
  /** Bytes that would be sent, on which a limit of the right `send` depends. */
  size?: number | undefined;
}>;

/** Text of a request as a person sees it: uncut, without invisible characters. */
export type ShownText = Readonly<{ detail: string; facts: readonly ApprovalFact[] }>;

/**
 * Removes invisible characters from a request. Doesn't shorten it: callers reject long requests first, see {@link isTooLong}. Pure, like all
 * functions of this file.
 */
export function shownText({ detail, facts = [] }: Pick<RequestText, 'detail' | 'facts'>): ShownText {
  const clean = (text: string): string => cleanDetail(text, Number.MAX_SAFE_INTEGER);
  return { detail: clean(detail), facts: facts.map(({ fact, value }) => ({ fact, value: clean(value) })) };
}

/** Reports whether a request has more than `MOST_REQUEST_TEXT` characters. */
export function isTooLong({ detail, facts = [] }: Pick<RequestText, 'detail' | 'facts'>): boolean {
  const asked = facts.reduce((sum, { value }) => sum + value.length, detail.length);
  if (asked > MOST_REQUEST_TEXT) return true;
  const shown = shownText({ detail, facts });
  return shown.facts.reduce((sum, { value }) => sum + value.length, shown.detail.length) > MOST_REQUEST_TEXT;
}

/** Returns the bytes that a shown text takes up in a message to a user interface. */
export function textBytes(text: ShownText): number {
  return toUtf8(JSON.stringify(text)).length;
}

/** Returns a key that is equal for two requests only if everything on which the decision depends is equal. */
export function requestKey({ detail, facts = [], subject = '' }: RequestText): string {
  return JSON.stringify([detail, facts.map(({ fact, value }) => [fact, value]), subject]);
}

/** Returns the key under which a "Decline" is remembered. */
export function requestTopic(text: RequestText): string {
  return text.topic ?? requestKey(text);
}

/** Returns a request as one line for the audit log, the facts first: `[folder: /srv, user: mira] run: make`. */
export function auditedText({ detail, facts = [], audited = detail }: RequestText): string {
  const shown = shownText({ detail: audited, facts });
  return shown.facts.length === 0
    ? shown.detail
    : `[${shown.facts.map(({ fact, value }) => `${fact}: ${JSON.stringify(value)}`).join(', ')}] ${shown.detail}`;
}
