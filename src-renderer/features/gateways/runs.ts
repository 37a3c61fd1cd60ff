import type { NodeRun } from '#shared/app-api/index.ts';

/** What was told last, and before that what was asked for once; newest first. Ids grow and are never used twice. */
export function mergeRuns(latest: readonly NodeRun[], earlier: readonly NodeRun[]): readonly NodeRun[] {
  const known = new Set(latest.map(({ id }) => id));
  return [...latest, ...earlier.filter(({ id }) => !known.has(id))].toSorted((a, b) => b.id - a.id);
}
