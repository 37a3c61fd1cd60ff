import type { AuditEntry } from '#shared/app-api/index.ts';
import { auditText, kindOf, type AuditKind } from './audit-text.ts';
import { formatMoment } from '../../../ui/index.ts';

/** Entry of the audit log as the page shows it. `at`: ms since 1970. `when` and `what`: texts of its time and event. `entry`: for exports. */
export type AuditLine = Readonly<{
  key: string;
  at: number;
  when: string;
  what: string;
  kind: AuditKind;
  entry: AuditEntry;
}>;

/** Converts audit entries into lines, newest first, in the current language. @param now ms since 1970 */
export function toLines(entries: readonly AuditEntry[], now: number): readonly AuditLine[] {
  return entries
    .toSorted((one, other) => other.at - one.at)
    .map((entry, index) => ({
      key: `${index} ${entry.at}`,
      at: clampTime(entry.at),
      when: formatMoment(clampTime(entry.at), now),
      what: auditText(entry, now),
      kind: kindOf(entry.event),
      entry,
    }));
}

/** Finds the lines of this kind that contain all words of `wanted`, in any order. */
export function chooseLines(
  lines: readonly AuditLine[],
  wanted: string,
  kind: AuditKind | 'all',
): readonly AuditLine[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return lines.filter((line) => {
    const shown = `${line.when} ${line.what}`.toLowerCase();
    return (kind === 'all' || line.kind === kind) && words.every((word) => shown.includes(word));
  });
}

/** Limits a time to the range of `Date`, because a damaged log may contain any number. */
function clampTime(at: number): number {
  return Math.min(Math.max(at, -8.64e15), 8.64e15);
}
