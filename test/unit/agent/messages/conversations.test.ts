import { describe, expect, it } from 'vitest';
import { conversationsOf } from '#agent/messages/conversations.ts';
import type { InboxEntry } from '#agent/messages/inbox/inbox.ts';
import type { OutboxEntry } from '#agent/messages/outbox/outbox.ts';

const OWN = 'OWN';
const received = (
  agent: string,
  from: readonly [device: string, agent: string],
  arrivedAt: number,
  change: Partial<InboxEntry> = {},
): InboxEntry =>
  ({
    id: `in ${arrivedAt}`,
    agent,
    from: { device: from[0], agent: from[1] },
    arrivedAt,
    state: 'stored',
    held: undefined,
    ...change,
  }) as InboxEntry;
const sent = (from: string, to: readonly [device: string, agent: string], time: number): OutboxEntry =>
  ({ id: `out ${time}`, from, to: { device: to[0], agent: to[1] }, time }) as OutboxEntry;
const group = (inbox: readonly InboxEntry[], outbox: readonly OutboxEntry[], most = 100) =>
  conversationsOf(inbox, outbox, { ownId: OWN as never, person: 'me', most, now: 0 }).map(
    ({ agent, peerId, other, last, waiting, held }) => [`${agent} ${peerId}/${other}`, last.entry.id, waiting, held],
  );

describe('conversations', () => {
  it('are pairs of agents, the newest first, with what waits', () => {
    expect(
      group(
        [
          received('coder', ['A', 'reviewer'], 5),
          received('coder', ['A', 'reviewer'], 7, { held: 'loop' }),
          received('coder', ['A', 'reviewer'], 3, { state: 'read' }),
          received('me', ['A', 'reviewer'], 6, { state: 'taken' }),
        ],
        [sent('coder', ['A', 'reviewer'], 9), sent('coder', ['B', 'reviewer'], 1)],
      ),
    ).toEqual([
      ['coder A/reviewer', 'out 9', 1, 1],
      ['me A/reviewer', 'in 6', 0, 0],
      ['coder B/reviewer', 'out 1', 0, 0],
    ]);
  });

  it('of two agents of this device are one, that of the person or of the first by name', () => {
    expect(
      group(
        [
          received('coder', [OWN, 'me'], 1, { held: 'loop' }),
          received('me', [OWN, 'coder'], 2),
          received('b', [OWN, 'a'], 3),
        ],
        [sent('me', [OWN, 'coder'], 1), sent('coder', [OWN, 'me'], 2), sent('a', [OWN, 'b'], 3)],
      ),
    ).toEqual([
      ['a OWN/b', 'out 3', 0, 0],
      ['me OWN/coder', 'in 2', 1, 1],
    ]);
  });

  it('beyond the limit are the oldest ones', () => {
    const outbox = [1, 2, 3].map((time) => sent('me', ['A', `agent-${time}`], time));
    expect(group([], outbox, 2).map(([pair]) => pair)).toEqual(['me A/agent-3', 'me A/agent-2']);
  });
});
