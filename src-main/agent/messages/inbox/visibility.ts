import type { OutboxEntry } from '../outbox/outbox-entry.ts';
import type { InboxEntry } from './inbox.ts';

/** Reports whether a message waits until a person releases it, or is being discarded: no program may see it. Pure. */
export function waitsForPerson({
  held,
  state,
  isDeclined,
  isDiscarded,
}: Pick<InboxEntry, 'held' | 'state' | 'isDeclined' | 'isDiscarded'>): boolean {
  // What another program had taken before the person declined is with that program.
  return held !== undefined || ((isDeclined || isDiscarded) && state === 'stored');
}

/** Reports whether the time of a message is over before anyone has taken it: it is handed out to no one, even if the disk doesn't say so yet. Pure. */
export function isOver({ state, expires }: Pick<InboxEntry, 'state' | 'expires'>, now: number): boolean {
  return state === 'stored' && expires <= now;
}

/** Reports whether the program of its agent may see a message: it waits for no person, and didn't expire, by itself or discarded, before anyone took it. Pure. */
export function isVisible(entry: Parameters<typeof waitsForPerson>[0]): boolean {
  return !waitsForPerson(entry) && entry.state !== 'expired';
}

/** Reports whether a message answers another one: of the agent that was asked, and one that the program that asked may see. Pure. */
export function isAnswerTo({ id, from, to }: Pick<OutboxEntry, 'id' | 'from' | 'to'>, answer: InboxEntry): boolean {
  const isOfAsked = answer.from.device === to.device && answer.from.agent === to.agent;
  return answer.replyTo === id && answer.agent === from && isOfAsked && isVisible(answer);
}
