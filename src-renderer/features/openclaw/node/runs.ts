import type { NodeRun } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import type { ChipProps } from '../../../ui/index.ts';

const TONES = {
  running: 'info',
  denied: 'warning',
  'timed-out': 'bad',
  cancelled: 'neutral',
  failed: 'bad',
} as const;

/** Returns the outcome of a program that a gateway has run on this machine, as a word and its colour. Exit code 0 is neutral: only what differs from
 * normal has a chip. */
export function outcomeOf({
  outcome,
  exitCode,
}: Pick<NodeRun, 'outcome' | 'exitCode'>): Readonly<{ tone: ChipProps['tone']; word: string }> {
  if (outcome !== 'finished') return { tone: TONES[outcome], word: text(`node.run.${outcome}`) };
  if (exitCode === 0) return { tone: 'neutral', word: text('node.run.finished') };
  return { tone: 'bad', word: exitCode === null ? text('node.run.killed') : text('node.run.exit', { code: exitCode }) };
}

/** Merges runs from an event with those loaded before, newest first. An ID is never used twice. Pure. */
export function mergeRuns(latest: readonly NodeRun[], earlier: readonly NodeRun[]): readonly NodeRun[] {
  const known = new Set(latest.map(({ id }) => id));
  return [...latest, ...earlier.filter(({ id }) => !known.has(id))].toSorted((a, b) => b.id - a.id);
}
