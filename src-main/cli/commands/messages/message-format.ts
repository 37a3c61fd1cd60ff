import { ClawReachError } from '#shared/errors.ts';
import type { MessageView } from '#shared/app-api/index.ts';
import { cutText, showHiddenInLines } from '#shared/visible-text/index.ts';
import { describeError, formatBinaryBytes, formatEnd, formatTime, printable } from '../../output/index.ts';
import { stateWords as transferWords } from '../files/transfer-format.ts';
import type { CommandContext } from '../registry.ts';

/** Returns the address of the other agent, as a person writes it. */
export function otherAgent({ peerName, peerId, other }: Pick<MessageView, 'peerName' | 'peerId' | 'other'>): string {
  return `${printable(peerName ?? peerId.slice(0, 7))}/${other}`;
}

/** Reports whether a message waits for a person here, and isn't for its agent yet. */
export function isHeld({ waitsFor }: Pick<MessageView, 'waitsFor'>): boolean {
  return waitsFor === 'loop';
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
  { code, retryAt }: Readonly<{ code: string; retryAt?: number | undefined }>,
  now: number,
): string {
  const next = REFUSALS[code]?.next ?? describeError(new ClawReachError(code, code)).next;
  if (retryAt === undefined || retryAt <= now) return next;
  return `Until ${formatEnd(retryAt, now)}, others to the agent are refused there without a question. ${next}`;
}

/** Returns the state of a message in words, with the reason for it. */
export function stateWords({ direction, state, code, waitsFor }: MessageView): string {
  const words = direction === 'in' && state === 'stored' ? 'not taken yet' : STATES[state];
  if (waitsFor !== null) return `${words} (${WAITS[waitsFor]})`;
  if (code === null) return words;
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

/** Returns a message with its whole text. The text is another agent's if it came in. */
export function messageLines(message: MessageView, now: number): readonly string[] {
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
    showHiddenInLines(body),
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

/** Prints a message with its state. */
export function showMessage({ reporter, host }: CommandContext, message: MessageView): void {
  reporter.document(message);
  reporter.lines(...messageLines(message, host.clock.now()));
}
