import type { PeerId } from '#shared/identity/index.ts';
import type { InboxEntry } from './inbox/inbox.ts';
import { isOver } from './inbox/visibility.ts';
import type { OutboxEntry } from './outbox/outbox.ts';

/** Messages between two agents, of which `agent` is of this device. */
export type Conversation = Readonly<{
  agent: string;
  peerId: PeerId;
  other: string;
  last: Readonly<{ direction: 'in'; entry: InboxEntry } | { direction: 'out'; entry: OutboxEntry }>;
  /** Messages to `agent` that no one has taken or read, and those that wait for a person. */
  waiting: number;
  held: number;
}>;

/**
 * Groups messages by pair of agents, the pair with the newest message first. Two agents of this device have one conversation: that of the person `me`,
 * else of the one that comes first by name; messages that are held at the other one count there. Pure.
 * @param most number of conversations to return
 */
export function conversationsOf(
  received: readonly InboxEntry[],
  sent: readonly OutboxEntry[],
  { ownId, person, most, now }: Readonly<{ ownId: PeerId; person: string; most: number; now: number }>,
): readonly Conversation[] {
  type Found = { -readonly [Key in keyof Conversation]: Conversation[Key] } & { at: number };
  const found = new Map<string, Found>();
  /** Reports whether the conversation of two agents of this device is that of `agent`. */
  const leads = (agent: string, other: string): boolean => agent === person || (other !== person && agent <= other);
  const add = (
    pair: Pick<Conversation, 'agent' | 'peerId' | 'other'>,
    at: number,
    last: Conversation['last'],
  ): Found => {
    const key = `${pair.agent} ${pair.peerId} ${pair.other}`;
    const before = found.get(key);
    if (before === undefined) {
      const made = { ...pair, last, at, waiting: 0, held: 0 };
      found.set(key, made);
      return made;
    }
    if (at >= before.at) Object.assign(before, { last, at });
    return before;
  };
  for (const entry of sent) {
    const { from, to, time } = entry;
    if (to.device === ownId && !leads(from, to.agent)) continue;
    add({ agent: from, peerId: to.device, other: to.agent }, time, { direction: 'out', entry });
  }
  for (const entry of received) {
    const { agent, from, arrivedAt, held } = entry;
    const isWaiting = entry.state === 'stored' && !isOver(entry, now);
    const isHeld = isWaiting && held !== undefined;
    if (from.device === ownId && !leads(agent, from.agent)) {
      const mirrored = found.get(`${from.agent} ${ownId} ${agent}`);
      if (mirrored !== undefined && isHeld) mirrored.held += 1;
      continue;
    }
    const conversation = add({ agent, peerId: from.device, other: from.agent }, arrivedAt, { direction: 'in', entry });
    if (isHeld) conversation.held += 1;
    else if (isWaiting) conversation.waiting += 1;
  }
  return [...found.values()]
    .toSorted((one, other) => other.at - one.at)
    .slice(0, most)
    .map(({ at: _at, ...conversation }) => conversation);
}
