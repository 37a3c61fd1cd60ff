import { commandErrorText } from '#shared/locales/index.ts';
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import { formatPin } from '#shared/relay-dialer/index.ts';
import { DeclinedError, ProblemError, SessionEndedError } from '../errors.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';

/** Description of an error: stable code, what happened, why, what to do next, and details for programs. */
export type Failure = Readonly<{
  code: string;
  what: string;
  why: string;
  next: string;
  details: Readonly<Record<string, string | number | boolean>>;
}>;

const DECLINED = {
  why: 'Its user declined the request. The same request is declined there without being shown for at least a minute.',
  next: 'Ask its user, then try again.',
} as const;

/**
 * Describes any error with the English error texts. Makes details printable, since they may come from other machines.
 * Pure.
 */
export function describeError(error: unknown): Failure {
  const code = printable(errorCode(error));
  const details = Object.fromEntries(
    Object.entries(error instanceof ClawReachError ? error.details : {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? printable(value) : value,
    ]),
  );
  const text =
    error instanceof DeclinedError
      ? { what: `Declined on ${printable(error.machine)}.`, ...DECLINED }
      : commandErrorText(code, printable(errorMessage(error)), withPins(code, details));
  const hint = error instanceof SessionEndedError || error instanceof ProblemError ? error.hint : undefined;
  const isAll = error instanceof ProblemError && error.isDropped;
  const next = hint === undefined ? text.next : isAll ? hint : `${hint}\n${text.next}`;
  return { code, what: straight(text.what), why: straight(text.why), next: straight(next), details: trimmed(details) };
}

/** Returns details without the blanks that separate them from the text in which they are. */
function trimmed(details: Failure['details']): Failure['details'] {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'string' ? value.trimEnd() : value]),
  );
}

/** Returns a text of the window with the quotes of the command line, which has one kind. */
function straight(text: string): string {
  return text.replaceAll(/[“”]/g, '"');
}

/** Details of an error of a relay that are pins. */
const PINS: ReadonlySet<string> = new Set(['pin', 'seen', 'expected']);

/** Puts the pins among the details of a relay's error into groups, as the relay prints its own. */
function withPins(code: string, details: Failure['details']): Failure['details'] {
  if (!code.startsWith('relay.')) return details;
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      PINS.has(name) && typeof value === 'string' ? formatPin(value) : value,
    ]),
  );
}

/**
 * Formats a failure:
 * ```
 * clawreach: office is offline.  [peer.offline]
 *   Its agent is not connected to the relay.
 *   Try: clawreach list
 * ```
 */
export function renderFailure(failure: Failure, style: Style): readonly string[] {
  return [
    `${style.red('clawreach:')} ${failure.what}  ${style.dim(`[${failure.code}]`)}`,
    ...[failure.why, failure.next]
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.trim() !== '')
      .map((line) => `  ${line}`),
  ];
}
