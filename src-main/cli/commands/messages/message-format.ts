import { ClawReachError } from '#shared/errors.ts';
import type { MessageView } from '#shared/app-api/index.ts';
import { cutText, showHiddenInLines } from '#shared/visible-text/index.ts';
import { describeError, formatTime, printable } from '../../output/index.ts';
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

/** Reasons of the other machine for refusing a message, where the usual words are about something else. */
const REFUSALS: Readonly<Record<string, Readonly<{ why: string; next: string }>>> = {
  'rights.denied': {
    why: "its user has declined it, or doesn't let this machine write to the agent",
    next:
      'Ask its user. After they decline a message, others to the agent are refused for at least a minute without a question. ' +
      'There, they allow all with: `clawreach rights NAME --allow message`, with the name of this machine.',
  },
  'rights.unanswered': {
    why: 'no one there has answered the question for two minutes',
    next:
      'Ask someone to look at the screen there, then send it again. Without questions: `clawreach rights NAME --allow message` there, with the name of ' +
      'this machine.',
  },
  'message.full': {
    why: 'the box of the other machine is full',
    next: 'Send it again once messages were read there.',
  },
};

/** Returns what a person can do after a message was refused. @param code reason for it */
export function refusalStep(code: string): string {
  return REFUSALS[code]?.next ?? describeError(new ClawReachError(code, code)).next;
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
  const { direction, agent, time, body, isCut, id, verified } = message;
  const arrow = direction === 'in' ? `${otherAgent(message)} → ${agent}` : `${agent} → ${otherAgent(message)}`;
  const text = cutText(printable(body.replaceAll(/\s+/g, ' ')), 60);
  const mark = verified === 'relay' ? `  (${BY_RELAY})` : '';
  return `${formatTime(time, now)}  ${id}  ${arrow}${mark}  [${stateWords(message)}]  ${text}${isCut && !text.endsWith('…') ? '…' : ''}`;
}

/** Returns a message with its whole text. The text is another agent's if it came in. */
export function messageLines(message: MessageView, now: number): readonly string[] {
  const { direction, agent, time, body, id, thread, replyTo, media, verified } = message;
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
    '',
    showHiddenInLines(body),
  ];
}

/** Prints a message with its state. */
export function showMessage({ reporter, host }: CommandContext, message: MessageView): void {
  reporter.document(message);
  reporter.lines(...messageLines(message, host.clock.now()));
}
