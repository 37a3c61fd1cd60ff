import type { ApprovalFact } from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';

/** Most characters of a request: a request that can't be shown in full can't be approved. */
export const MOST_REQUEST_TEXT = 16_384;

/** Question to a person. */
export type RequestText = Readonly<{
  /** Request in our words; the words of the peer come last, and nothing of ours follows them. */
  detail: string;
  /** Everything else that decides what would happen. */
  facts?: readonly ApprovalFact[] | undefined;
  /** Tells apart what may read the same, such as a whole id. */
  subject?: string | undefined;
  /** Key under which a request counts as the same after a "not now"; all of the above unless it is given. */
  topic?: string | undefined;
  /** The detail as the audit log has it, where the words of the peer do not belong there. */
  audited?: string | undefined;
}>;

/** Text of a request as it is shown: complete, and with nothing in it that cannot be seen. */
export type ShownText = Readonly<{ detail: string; facts: readonly ApprovalFact[] }>;

/** Cleans a request for display. Nothing is cut: {@link isTooLong} is asked before. */
export function shownText({ detail, facts = [] }: Pick<RequestText, 'detail' | 'facts'>): ShownText {
  const clean = (text: string): string => cleanDetail(text, Number.MAX_SAFE_INTEGER);
  return { detail: clean(detail), facts: facts.map(({ fact, value }) => ({ fact, value: clean(value) })) };
}

/** Tells whether a request has more text than a person is ever shown. */
export function isTooLong({ detail, facts = [] }: Pick<RequestText, 'detail' | 'facts'>): boolean {
  const asked = facts.reduce((sum, { value }) => sum + value.length, detail.length);
  if (asked > MOST_REQUEST_TEXT) return true;
  const shown = shownText({ detail, facts });
  return shown.facts.reduce((sum, { value }) => sum + value.length, shown.detail.length) > MOST_REQUEST_TEXT;
}

/** Bytes of a shown text in a message to a user interface. */
export function textBytes(text: ShownText): number {
  return toUtf8(JSON.stringify(text)).length;
}

/** Identifies a request: two that differ in anything that decides have different keys. */
export function requestKey({ detail, facts = [], subject = '' }: RequestText): string {
  return JSON.stringify([detail, facts.map(({ fact, value }) => [fact, value]), subject]);
}

/** Identifies what a "not now" counts for. */
export function requestTopic(text: RequestText): string {
  return text.topic ?? requestKey(text);
}

/** A request on one line for the audit log, the facts first: `[folder: /srv, user: mira] run: make`. */
export function auditedText({ detail, facts = [], audited = detail }: RequestText): string {
  const shown = shownText({ detail: audited, facts });
  return shown.facts.length === 0
    ? shown.detail
    : `[${shown.facts.map(({ fact, value }) => `${fact}: ${JSON.stringify(value)}`).join(', ')}] ${shown.detail}`;
}
