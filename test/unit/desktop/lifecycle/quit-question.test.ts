import { expect, test } from 'vitest';
import type { CallOutput, HostedRelay, RelayStatus } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { silentLogger } from '#shared/logger.ts';
import { settle } from '#test/support/fake-clock.ts';
import { QuitQuestion, type QuitFacts } from '../../../../src-main/desktop/lifecycle/quit-question.ts';
import { agentStatus } from '../views.ts';

type Stage = Readonly<{
  relay?: HostedRelay['state'];
  used?: Partial<RelayStatus>;
  present?: readonly string[];
  ownsAgent?: boolean;
  problem?: unknown;
  /** What the agent says instead of an answer. */
  refuses?: Error;
  answer?: () => Promise<boolean>;
}>;

function stage({
  relay = 'running',
  used = { own: true },
  present = [],
  ownsAgent = false,
  problem,
  refuses,
  answer = () => Promise.resolve(true),
}: Stage) {
  const asked: (readonly string[])[] = [];
  const answers = {
    'status.get': agentStatus(used),
    'relay.present': present.map((name, place) => ({ peerId: `CR5K8ZT${place}`.padEnd(56, '0'), name })),
  } satisfies { [Call in 'status.get' | 'relay.present']: CallOutput<Call> };
  const facts = {
    agent: {
      ownsAgent,
      problem,
      client: {
        call: (call: keyof typeof answers) =>
          refuses === undefined ? Promise.resolve(answers[call]) : Promise.reject(refuses),
      },
    },
    relay: { get: () => ({ state: relay, url: null, addresses: [], pin: null, admission: null, problem: null }) },
  } as unknown as QuitFacts;
  const question = new QuitQuestion({
    facts: () => facts,
    ask: (devices) => {
      asked.push(devices);
      return answer();
    },
    logger: silentLogger,
  });
  return { question, asked };
}

test.each<readonly [string, Stage]>([
  ['nobody else is at the relay', {}],
  ['the relay does not run', { relay: 'off', present: ['office'] }],
  ['this device is at another relay, which knows nothing of this one', { used: {}, present: ['office'] }],
  ['the one other device loses this one anyway, whose agent ends as well', { ownsAgent: true, present: ['office'] }],
  ['there is no agent to ask', { problem: new Error('no'), present: ['office'] }],
  ['the agent does not answer', { refuses: new ClawReachError('control.lost', 'gone') }],
])('quits without a question where %s', async (_why, facts) => {
  const { question, asked } = stage(facts);
  expect(await question.mayQuit()).toBe(true);
  expect(asked).toEqual([]);
});

test.each<readonly [string, Stage, readonly string[]]>([
  ['the agent goes on and others use the relay', { present: ['office', 'lab'] }, ['office', 'lab']],
  ['only one other uses it', { present: ['office'] }, ['office']],
  ['others lose each other', { ownsAgent: true, present: ['office', 'lab'] }, ['office', 'lab']],
  ['one calls itself something that cannot be shown', { present: ['\u{202e}'] }, ['CR5K8ZT']],
])('asks first where %s', async (_why, facts, names) => {
  const yes = stage(facts);
  expect(await yes.question.mayQuit()).toBe(true);
  expect(yes.asked).toEqual([names]);
  const no = stage({ ...facts, answer: () => Promise.resolve(false) });
  expect(await no.question.mayQuit()).toBe(false);
  // And again when it is wanted again.
  expect(await no.question.mayQuit()).toBe(false);
  expect(no.asked).toHaveLength(2);
});

test('who wants to quit twice is asked once', async () => {
  let answer: (yes: boolean) => void = () => undefined;
  const { question, asked } = stage({
    present: ['office'],
    answer: () => new Promise((resolve) => (answer = resolve)),
  });
  const both = Promise.all([question.mayQuit(), question.mayQuit()]);
  await settle();
  answer(false);
  expect(await both).toEqual([false, false]);
  expect(asked).toHaveLength(1);
});

test('quits where the question cannot be shown, and while the application still starts', async () => {
  const { question } = stage({ present: ['office'], answer: () => Promise.reject(new Error('no display')) });
  expect(await question.mayQuit()).toBe(true);
  const starting = new QuitQuestion({
    facts: () => undefined,
    ask: () => Promise.reject(new Error('asked')),
    logger: silentLogger,
  });
  expect(await starting.mayQuit()).toBe(true);
});
