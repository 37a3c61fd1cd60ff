import { MOST_CHANGED, toUuid, type EventsMessage } from '#shared/platform/index.ts';
import type { Change } from '../tasks.ts';

/** Change that pages hear of. */
export type Announcement = Extract<Change, { kind: 'project' | 'account' }>;

/**
 * Changes that wait to be sent, each thing once. With more IDs than a message may have, the message has none, which stands for any number. Touches memory
 * only.
 */
export class PendingChanges {
  readonly #changes = new Map<string, { change: Announcement; ids: Set<string> | 'any' }>();

  get isEmpty(): boolean {
    return this.#changes.size === 0;
  }

  add(change: Announcement): void {
    const key = `${change.kind} ${scopeOf(change)} ${change.topic}`;
    const known = this.#changes.get(key);
    const ids = known?.ids ?? new Set<string>();
    const isAny = ids === 'any' || change.ids.length === 0 || ids.size + change.ids.length > MOST_CHANGED;
    if (!isAny) for (const id of change.ids) ids.add(id);
    this.#changes.set(key, { change, ids: isAny ? 'any' : ids });
  }

  /** Returns the changes so far, and begins again. */
  take(): Announcement[] {
    const changes = [...this.#changes.values()].map(({ change, ids }) => ({
      ...change,
      ids: ids === 'any' ? [] : [...ids],
    }));
    this.#changes.clear();
    return changes;
  }
}

/** Returns the message for a change. Pure. */
export function messageOf(change: Announcement): EventsMessage {
  const ids = [...change.ids];
  return change.kind === 'project'
    ? { type: 'project-changed', project: toUuid(change.project), topic: change.topic, ids }
    : { type: 'account-changed', topic: change.topic, ids };
}

function scopeOf(change: Announcement): string {
  return change.kind === 'project' ? change.project : change.account;
}
