import { PATH_REASONS, REQUESTED, type HistoryEntry } from '#shared/app-api/index.ts';
import { NO_TERMINAL } from '#shared/terminal/index.ts';
import { causeHere, explainCode, formatUnit, hasText, text } from '../../locale/index.ts';
import { reasonText, requestedCommand, requestText } from '../peers/index.ts';
import { quoteUntrusted, showHidden } from '../../ui/index.ts';

/**
 * Describes an entry of the history in one sentence: who used what on which machine. The functions of this file only format; the rows of the history
 * page use them.
 */
export function entryTitle(entry: HistoryEntry): string {
  const { kind, direction, peerName, detail, name: given } = entry;
  const name = peerOf(entry);
  if (kind === 'path') {
    const key = `history.path.${detail}`;
    return hasText(key) ? text(key as 'history.path.direct', { name }) : text('history.path.none', { name });
  }
  if (kind === 'forward' && direction === 'out') {
    const values = { name, detail: quoteUntrusted(detail) };
    const isNamed = peerName === '' || detail.includes(peerName);
    return isNamed ? text('history.out.forward', values) : text('history.out.forward.peer', values);
  }
  if (kind === 'pairing') {
    const key = `history.pairing.${detail}`;
    return hasText(key) ? text(key as 'history.pairing.added', { name }) : text('history.pairing.added', { name });
  }
  if (kind === 'permission') {
    const [right = '', decision = ''] = detail.split(' ');
    const key = `audit.right.${right}.${decision}`;
    if (hasText(key)) return text(key as 'audit.right.terminal.allow', { name });
    return text('audit.right.other', { name, right: quoteUntrusted(right), decision: quoteUntrusted(decision) });
  }
  if (kind === 'relay')
    return detail === '' ? text('history.relay.none') : text('history.relay.used', { url: quoteUntrusted(detail) });
  if (kind === 'forward' && entry.outcome?.startsWith('forward.') === true)
    return text('history.in.forward.failed', { name, detail: quoteUntrusted(detail) });
  const shown = given ?? detail;
  if (kind === 'terminal' && direction === 'out' && shown !== '')
    return text('history.out.terminal.program', { name, detail: quoteUntrusted(shown) });
  if (kind === 'shared') {
    const guest = entry.facts?.find(({ fact }) => fact === 'guest' || fact === 'guest-typed')?.fact;
    if (guest !== undefined) return text(`history.in.shared.${guest as 'guest'}`, { name });
  }
  if (kind === 'approval') {
    // The agent writes `right: request`.
    const [right = '', ...rest] = detail.split(': ');
    const isRight = REQUESTED.some((known) => known === right);
    const command = requestedCommand(right, rest.join(': '));
    if (command !== undefined)
      return text(`history.${direction}.approval.run`, { name, detail: quoteUntrusted(command) });
    const request = isRight ? requestText(right, rest.join(': ')) : detail;
    return text(`history.${direction}.approval`, { name, detail: quoteUntrusted(request) });
  }
  return text(`history.${direction}.${kind}`, { name, detail: quoteUntrusted(detail) });
}

/** Returns the quoted name of an entry's machine, or a text that says the name is unknown. */
export function peerOf({ peerName }: HistoryEntry): string {
  return peerName === '' ? text('history.unknown-name') : quoteUntrusted(peerName);
}

/**
 * Returns the second line of an entry: the programs of a terminal that is used here or has a name, or the text of a prompt; empty for other kinds, whose
 * title contains the detail.
 */
export function entryDetail({ kind, direction, detail, name }: HistoryEntry): string {
  return (kind === 'terminal' && (direction === 'in' || name !== undefined)) || kind === 'shared' || kind === 'prompt'
    ? showHidden(detail)
    : '';
}

/** Types of terminals that would only fill the list: the one that every application of ours asks for, and that of a command without a terminal. */
const USUAL_TERMS: ReadonlySet<string> = new Set(['xterm-256color', NO_TERMINAL]);

/** Lists the facts of an approval, each with its name, without the usual type of a terminal; empty for other entries. */
export function factsText({ facts = [] }: HistoryEntry): string {
  return facts
    .filter(({ fact, value }) => fact !== 'term' || !USUAL_TERMS.has(value))
    .map(({ fact, value }) =>
      text('audit.what', { sentence: text(`approvals.fact.${fact}`), what: quoteUntrusted(value) }),
    )
    .join(' · ');
}

/** Describes how an entry ended, and after how long; empty if there is nothing to say. */
export function outcomeText({ kind, direction, detail, outcome, open, endedAt }: HistoryEntry): string {
  if (open) return text('history.goes-on');
  if (endedAt === null)
    return text(kind === 'terminal' && direction === 'out' ? 'history.cut.terminal' : 'history.cut');
  if (outcome === null) return '';
  if (kind === 'path') {
    const reason = PATH_REASONS.find((known) => known === outcome);
    return reason === undefined ? '' : capitalized(reasonText(detail === 'none' ? null : 'relay', reason));
  }
  const known = `history.outcome.${outcome}`;
  if (hasText(known)) return text(known as 'history.outcome.approved');
  const code = /^exit (\d+)$/.exec(outcome)?.[1];
  if (code !== undefined) return text('history.outcome.exit', { code });
  if (!outcome.includes('.')) return showHidden(outcome);
  const here = direction === 'in' ? causeHere(outcome) : undefined;
  if (here !== undefined) return here;
  return explainCode(outcome, outcome).what.replace(/[.。]$/, '');
}

/** Writes the first letter of a phrase large, since it stands alone. */
function capitalized(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Formats a duration in its largest useful units, such as `3 min`, `1 hr 6 min` or `<1 sec`. @param milliseconds 0 or more */
export function durationText(milliseconds: number): string {
  const passed = Math.max(0, milliseconds);
  if (passed < 1000) return `<${formatUnit(1, 'second')}`;
  if (passed < MINUTE) return formatUnit(Math.round(passed / 1000), 'second');
  if (passed < HOUR) return formatUnit(Math.round(passed / MINUTE), 'minute');
  if (passed < 48 * HOUR) {
    const minutes = Math.round(passed / MINUTE);
    const hours = formatUnit(Math.floor(minutes / 60), 'hour');
    return minutes % 60 === 0 ? hours : `${hours} ${formatUnit(minutes % 60, 'minute')}`;
  }
  return formatUnit(Math.round(passed / (24 * HOUR)), 'day');
}
