import { expect, it } from 'vitest';
import { agentsAnswer, requestAgents } from '#agent/messages/agents/agents-question.ts';
import type { AgentThere } from '#shared/app-api/index.ts';
import type { Session } from '#shared/link/index.ts';
import { MOST_AGENTS } from '#shared/messages/index.ts';

/** Most agents that a machine has, with the longest descriptions, in the order of the book. */
const AGENTS: readonly AgentThere[] = [
  { name: 'me', description: '' },
  ...Array.from({ length: MOST_AGENTS - 1 }, (_, number) => ({
    name: `agent-${String(number).padStart(3, '0')}`,
    description: 'ß'.repeat(80),
  })),
];

/** Session with a peer that answers so. */
function peer(answer: (params: Readonly<Record<string, unknown>>) => unknown): Readonly<{
  session: Pick<Session, 'open'>;
  questions: Readonly<Record<string, unknown>>[];
}> {
  const questions: Readonly<Record<string, unknown>>[] = [];
  const open = (_kind: string, params: unknown): unknown => {
    const question = params as Readonly<Record<string, unknown>>;
    questions.push(question);
    const said = JSON.stringify(answer(question));
    // The parameters of a stream have 4 KiB.
    if (Buffer.byteLength(said) > 4096) throw new Error('the answer is too long');
    const stream = { end: async () => undefined, read: async () => null, reset: () => undefined };
    return { ...stream, opened: Promise.resolve(JSON.parse(said) as unknown) };
  };
  return { session: { open: open as never }, questions };
}

it('names all agents of a machine that has as many as there can be, page by page', async () => {
  const { session, questions } = peer((params) => agentsAnswer(AGENTS, params));
  expect(await requestAgents(session)).toEqual(AGENTS);
  expect(questions.length).toBeGreaterThan(5);
});

it('goes on behind an agent that was removed between two pages', async () => {
  let left = AGENTS;
  const { session } = peer((params) => {
    left = left.filter(({ name }) => name !== params['after']);
    return agentsAnswer(left, params);
  });
  expect(await requestAgents(session)).toEqual(AGENTS);
});

it('takes the first page of an older version for all that it names, and answers one that asks without pages', async () => {
  const older = peer(() => ({ agents: agentsAnswer(AGENTS, {}).agents }));
  const named = await requestAgents(older.session);
  expect(named.length).toBeGreaterThan(5);
  expect(older.questions).toHaveLength(1);
  expect(agentsAnswer(AGENTS, { service: 'agents', after: 7 }).agents).toEqual(named);
});

it('ends with a peer that has more without end', async () => {
  let number = 0;
  const endless = peer(() => ({ agents: [{ name: `a${(number += 1)}`, description: '' }], more: true }));
  expect((await requestAgents(endless.session)).length).toBeLessThanOrEqual(MOST_AGENTS);
  expect(endless.questions.length).toBeLessThanOrEqual(64);
  const same = peer(() => ({ agents: [{ name: 'a', description: '' }], more: true }));
  expect(await requestAgents(same.session)).toEqual([{ name: 'a', description: '' }]);
  expect(same.questions).toHaveLength(2);
});
