import { ClawReachError } from '#shared/errors.ts';
import type { MessageView } from '#shared/app-api/index.ts';
import { cutText, showHiddenInLines } from '#shared/visible-text/index.ts';
import { describeError, formatBinaryBytes, formatEnd, formatTime, printable } from '../../output/index.ts';
import { stateWords as transferWords } from '../files/transfer-format.ts';
import { nameWord } from '../machines/peer-format.ts';
import type { CommandContext } from '../registry.ts';

/** Returns the address of the other agent, as a person writes it. */
export function otherAgent({ peerName, peerId, other }: Pick<MessageView, 'peerName' | 'peerId' | 'other'>): string {
  return `${printable(peerName ?? peerId.slice(0, 7))}/${other}`;
}

/** Reports whether a message waits until a person here releases it, and isn't for its agent yet. */
export function isHeld({ waitsFor, isDeclined }: Pick<MessageView, 'waitsFor' | 'isDeclined'>): boolean {
  return waitsFor === 'loop' || isDeclined === true;
}

/** States of a message: the words of the protocol, with what they need. */
const STATES: Readonly<Record<MessageView['state'], string>> = {
  queued: 'queued',
  sent: 'sent',
  stored: 'stored, not taken yet',
  taken: 'taken',
  read: 'read',
  refused: 'refused',
  expired: 'expired',
  cancelled: 'cancelled',
  lost: 'lost: the other machine no longer has it',
};

const WAITS: Readonly<Record<NonNullable<MessageView['waitsFor']>, string>> = {
  approval: 'someone there is asked if it may come in',
  loop: 'held here: agents may be answering each other without end',
  older: 'the other machine runs an older version, which takes no messages',
  refused: 'the other machine has blocked this one',
};

/** Reasons of this machine for not giving a message to the program of its agent, where the usual words are about the other machine. */
const KEPT_HERE: Readonly<Record<string, string>> = {
  'rights.denied': 'you let no agent act on its messages (permission `prompt`), so it waits until you do',
  'rights.declined': 'you declined to give it to its program, so it waits until you release it',
  'rights.unasked':
    "you weren't asked, since you declined another one before or ignore such questions, so it waits until you release it " +
    'or allow `prompt`',
  'rights.unanswered':
    "you didn't answer whether its program may have it, so it waits until you release it or allow `prompt`",
};

/** Command by which the user of the other machine allows messages. */
const ALLOW_THERE =
  'There, they allow all with: `clawreach rights NAME --allow message`, with the name of this machine.';

/** Reasons of the other machine for refusing a message, where the usual words are about something else. */
const REFUSALS: Readonly<Record<string, Readonly<{ why: string; next: string }>>> = {
  'rights.denied': {
    why: "its user doesn't let this machine write to the agent",
    next: `Ask its user. ${ALLOW_THERE}`,
  },
  'rights.declined': {
    why: 'its user has declined it, or another one to the agent shortly before',
    next: `Ask its user, then send it again. ${ALLOW_THERE}`,
  },
  'rights.unanswered': {
    why: 'no one there has answered the question for two minutes',
    next:
      'Ask someone to look at the screen there, then send it again. Without questions: `clawreach rights NAME --allow message` there, with the name of ' +
      'this machine.',
  },
  'message.pairs': {
    why: 'too many different agents have written to the other machine from here',
    next: 'Send it from an agent that has written to it before.',
  },
  'message.full': {
    why: 'the box of the other machine is full',
    next: 'Send it again once messages were read there.',
  },
};

/** Returns what a person can do after a message was refused. @param code reason for it */
export function refusalStep(
  {
    code,
    retryAt,
    peerName: machine,
    peerId,
  }: Readonly<{ code: string }> & Pick<MessageView, 'retryAt' | 'peerName' | 'peerId'>,
  now: number,
): string {
  if (code === 'message.unknown-agent')
    return `Check its name. List the agents that you may write to: \`clawreach agent list ${nameWord(machine ?? '', peerId)}\``;
  const next = REFUSALS[code]?.next ?? describeError(new ClawReachError(code, code)).next;
  if (retryAt === undefined || retryAt <= now) return next;
  return `Until ${formatEnd(retryAt, now)}, others to the agent are refused there without a question. ${next}`;
}

/** States in which a message has ended unread, without a reason of the other machine, and what a person can do then. */
const ENDED: Readonly<Partial<Record<MessageView['state'], string>>> = {
  expired: 'Its time was over before it was taken there. Send it again; `--expires` gives it more time.',
  cancelled: 'It was taken back. Send it again if it should come after all.',
  lost: 'Ask there if it was handled before you send it again.',
};

/** Returns what a person can do about a message that has ended unread. Pure. */
export function endedStep(message: MessageView, now: number): string {
  const { state, code } = message;
  return code === null ? (ENDED[state] ?? '') : refusalStep({ ...message, code }, now);
}

/** Returns a text that begins a sentence. Pure. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Returns the state of a message in words, with the reason for it. */
export function stateWords({ direction, state, code, waitsFor }: MessageView): string {
  const words = direction === 'in' && state === 'stored' ? 'not taken yet' : STATES[state];
  if (waitsFor !== null) return `${words} (${WAITS[waitsFor]})`;
  if (code === null) return words;
  if (direction === 'in' && KEPT_HERE[code] !== undefined) return `${words}: ${KEPT_HERE[code]}`;
  // Its usual words are about a machine.
  if (state === 'refused' && direction === 'out' && REFUSALS[code] !== undefined)
    return `${words}: ${REFUSALS[code].why}`;
  if (state === 'lost') return `lost: ${describeError(new ClawReachError(code, code)).what}`;
  return `${words}: ${describeError(new ClawReachError(code, code)).what}`;
}

/** Mark of a message that the relay can read, and of whose sender only the relay says who it is. */
const BY_RELAY = 'verified by the relay only';

/** Returns one line about a message, with the beginning of its text. */
export function messageLine(message: MessageView, now: number): string {
  const { direction, agent, time, body, isCut, id, verified, files } = message;
  const arrow = direction === 'in' ? `${otherAgent(message)} → ${agent}` : `${agent} → ${otherAgent(message)}`;
  const text = cutText(printable(body.replaceAll(/\s+/g, ' ')), 60);
  const mark = verified === 'relay' ? `  (${BY_RELAY})` : '';
  return `${formatTime(time, now)}  ${id}  ${arrow}${mark}  [${stateWords(message)}]  ${text}${isCut && !text.endsWith('…') ? '…' : ''}${files.length === 0 ? '' : `  [${files.length === 1 ? '1 file' : `${files.length} files`}]`}`;
}

/** Lines and characters of a long text that are shown. */
const SHOWN_LINES = 40;
const SHOWN_CHARACTERS = 4000;

/** Returns the lines of a text that isn't asked for by itself: if it is long, only its beginning, and how to see all. */
function shortBody({ body, id, isCut }: MessageView): readonly string[] {
  const lines = body
    .split('\n', SHOWN_LINES + 1)
    .slice(0, SHOWN_LINES)
    .join('\n');
  const shown = cutText(lines, SHOWN_CHARACTERS);
  if (shown === body && !isCut) return [showHiddenInLines(body)];
  return [
    showHiddenInLines(shown.endsWith('…') ? shown : `${shown}…`),
    '',
    `This is its beginning. All of it: \`clawreach message read ${id}\``,
  ];
}

/** Returns a message. The text is another agent's if it came in. @param isWhole true: however long its text is */
export function messageLines(message: MessageView, now: number, isWhole = false): readonly string[] {
  const { direction, agent, time, body, id, thread, replyTo, media, verified, files } = message;
  return [
    ...(direction === 'in'
      ? [`From:    ${otherAgent(message)}`, `To:      ${agent}`]
      : [`From:    ${agent}`, `To:      ${otherAgent(message)}`]),
    ...(verified === 'relay'
      ? [`Known:   ${BY_RELAY}: a program, not a paired machine. The relay can read this, and could have written it.`]
      : []),
    `Written: ${formatTime(time, now)}`,
    `State:   ${stateWords(message)}`,
    `ID:      ${id}`,
    ...(thread === id ? [] : [`Thread:  ${thread}`]),
    ...(replyTo === null ? [] : [`Answers: ${replyTo}`]),
    ...(media === 'application/json' ? ['Type:    JSON'] : []),
    ...files.map((file) => `File:    ${fileWords(file, direction)}`),
    '',
    ...(isWhole ? [showHiddenInLines(body)] : shortBody(message)),
  ];
}

/** Returns a file that comes with a message: its name, size, state and place here. */
export function fileWords(
  { name, size, state, code, path }: MessageView['files'][number],
  direction: MessageView['direction'],
): string {
  const amount = size === null ? '' : ` (${formatBinaryBytes(size)})`;
  const place = path === null || direction === 'out' ? '' : ` in ${printable(path)}`;
  return `${printable(name)}${amount}: ${transferWords({ state, code, waitsFor: null })}${place}`;
}

/** Prints a message with its state. @param isWhole true: however long its text is */
export function showMessage({ reporter, host }: CommandContext, message: MessageView, isWhole = false): void {
  reporter.document(message);
  reporter.lines(...messageLines(message, host.clock.now(), isWhole));
}
