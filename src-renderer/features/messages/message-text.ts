import type { MessageView } from '#shared/app-api/index.ts';
import { showHidden, showHiddenInLines } from '#shared/visible-text/index.ts';
import { explainCode, formatDate, text } from '../../locale/index.ts';

/** Characters and lines of a body that are shown until the person presses "Show all". */
const FOLDED_LENGTH = 1200;
const FOLDED_LINES = 16;
/** Characters of a message in a quotation. */
const QUOTED = 60;

/** Body of a message as it is shown: `isCode` for JSON, in lines of its own. */
export type ShownBody = Readonly<{ body: string; isCode: boolean }>;

/**
 * Returns the body of a message as text that is safe to show: JSON with one value a line, hidden characters by their codes. JSON that is cut, or isn't
 * JSON after all, stays as it came. Pure, like all functions of this file.
 */
export function shownBody({ media, body }: Pick<MessageView, 'media' | 'body'>): ShownBody {
  if (media !== 'application/json') return { body: showHiddenInLines(body), isCode: false };
  try {
    return { body: showHiddenInLines(JSON.stringify(JSON.parse(body), null, 2)), isCode: true };
  } catch {
    return { body: showHiddenInLines(body), isCode: true };
  }
}

/** Returns the beginning of a long body that is shown folded; undefined if all of it is shown. */
export function foldedBody(body: string): string | undefined {
  const lines = body.split('\n', FOLDED_LINES + 1);
  if (lines.length <= FOLDED_LINES && body.length <= FOLDED_LENGTH) return undefined;
  const folded = lines.slice(0, FOLDED_LINES).join('\n');
  if (folded.length <= FOLDED_LENGTH) return folded;
  // Never splits a surrogate pair.
  const last = folded.charCodeAt(FOLDED_LENGTH - 1);
  return folded.slice(0, last >= 0xd800 && last <= 0xdbff ? FOLDED_LENGTH - 1 : FOLDED_LENGTH);
}

/** Returns the beginning of a message as one line, for a list or a quotation. */
export function quotation(body: string, length = QUOTED): string {
  const line = showHidden(
    body
      .slice(0, length * 4)
      .replaceAll(/\s+/gu, ' ')
      .trim(),
  );
  const signs = [...line];
  return signs.length > length ? `${signs.slice(0, length - 1).join('')}…` : line;
}

/** State of a message as the page tells it. `tone`: `waits` and `bad` need the person's eyes. */
export type StateText = Readonly<{
  kind: 'moving' | 'arrived' | 'read' | 'waits' | 'bad' | 'ended';
  words: string;
  /** Reason below, a sentence. */
  reason?: string | undefined;
}>;

/**
 * Tells the state of a message.
 * @param machine name of the other agent's machine, quoted for a sentence
 * @param isAway true while that machine is offline
 */
export function stateText(message: MessageView, machine: string, isAway: boolean): StateText {
  const { state, direction, waitsFor, code, agent } = message;
  if (waitsFor === 'loop') return { kind: 'waits', words: text('messages.waits.loop') };
  if (message.isDeclined === true) return { kind: 'waits', words: text('messages.waits.declined') };
  const isMoving = state === 'queued' || state === 'sent';
  const kept = keptText(message, machine);
  if (kept !== undefined) return kept;
  if (isMoving && waitsFor !== null) return { kind: 'waits', words: text(`messages.waits.${waitsFor}`, { machine }) };
  switch (state) {
    case 'queued':
      return {
        kind: 'moving',
        words: isAway ? text('messages.state.queued.away', { machine }) : text('messages.state.queued'),
      };
    case 'sent':
      return { kind: 'moving', words: text('messages.state.sent') };
    case 'stored':
      if (direction === 'out') return { kind: 'arrived', words: text('messages.state.stored', { machine }) };
      return {
        kind: 'arrived',
        words: text(agent === 'me' ? 'messages.state.stored.unread' : 'messages.state.stored.in'),
      };
    case 'taken':
      return { kind: 'arrived', words: text('messages.state.taken') };
    case 'read':
      return { kind: 'read', words: text('messages.state.read') };
    case 'refused':
      return {
        kind: 'bad',
        words: text('messages.state.refused'),
        reason: refusalText(message),
      };
    case 'lost':
      return {
        kind: 'bad',
        words:
          code === null
            ? text('messages.state.lost', { machine })
            : text('messages.state.lost.unconfirmed', { machine }),
      };
    case 'expired':
      if (code === 'message.discarded')
        return direction === 'in'
          ? { kind: 'ended', words: text('messages.state.discarded') }
          : { kind: 'bad', words: text('messages.state.discarded.there', { machine }) };
      return { kind: 'bad', words: text('messages.state.expired') };
    case 'cancelled':
      return { kind: 'ended', words: text('messages.state.cancelled') };
  }
}

/** Tells why a message that came in isn't delivered to its agent's program; undefined: it is, or it needn't be. */
function keptText({ direction, state, code }: MessageView, machine: string): StateText | undefined {
  if (direction === 'out' || code === null || (state !== 'stored' && state !== 'taken')) return undefined;
  const words = text(state === 'taken' ? 'messages.state.taken' : 'messages.state.stored.in');
  return code === 'rights.denied'
    ? { kind: 'waits', words, reason: text('messages.waits.denied', { machine }) }
    : { kind: 'bad', words, reason: explainCode(code, code).what };
}

function refusalText({ code, retryAt, other: agent }: MessageView): string | undefined {
  if (code === null) return undefined;
  if (code !== 'rights.declined' || retryAt === undefined) return explainCode(code, code, { agent }).what;
  // Rounded up: the minute named is the first one that lies wholly after the end.
  const time = formatDate(Math.ceil(retryAt / 60_000) * 60_000, { timeStyle: 'short' });
  return text('messages.state.declined', { agent, time });
}

/** Reports whether a message waits until the person at this machine releases it. */
export function canRelease({ waitsFor, isDeclined }: MessageView): boolean {
  return waitsFor === 'loop' || isDeclined === true;
}

/** Reports whether the person can have the delivery of a message tried again: one that its agent's program should have, and hasn't handled. */
export function canRetry(message: MessageView): boolean {
  const { direction, state, code } = message;
  const isFailed = direction === 'in' && (state === 'stored' || state === 'taken') && code !== null;
  // A machine that may give agents here no work gets none done by a release, either.
  return isFailed && code !== 'rights.denied' && !canRelease(message);
}

/** Reports whether the sender can still take a message back. */
export function canCancel({ direction, state }: MessageView): boolean {
  return direction === 'out' && (state === 'queued' || state === 'sent');
}
