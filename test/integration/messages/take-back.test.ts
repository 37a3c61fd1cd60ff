import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { ApprovalView } from '#shared/app-api/index.ts';
import type { ApiMessage } from '#shared/message-api/index.ts';
import { pairDevices } from '#test/support/hostile/device.ts';
import { ApiMachine, type AgentProgram } from '#test/support/messages/api-machine.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const LIMIT = 60_000;

let office: ApiMachine;
let laptop: ApiMachine;
let coder: AgentProgram;
let helper: AgentProgram;
let dispose: () => Promise<void>;

beforeEach(async () => {
  const running = await runRelay();
  ({ dispose } = running);
  const create = async (name: string): Promise<ApiMachine> => {
    const machine = new ApiMachine({ name, dialer: createRelayDialer({ clock: systemClock }) });
    await machine.start();
    await machine.device.configure(running.relay.url);
    return machine;
  };
  office = await create('office');
  laptop = await create('laptop');
  await pairDevices(office.device, laptop.device, { allow: ['message'] });
  coder = await laptop.add('coder');
  helper = await laptop.add('helper');
  await office.add('tester');
});
afterEach(async () => {
  await laptop.stop();
  await office.stop();
  await dispose();
});

const stateOf = async (program: AgentProgram, id: string): Promise<ApiMessage> =>
  (await program.call('GET', `/v1/messages/${id}`)).json as ApiMessage;
const questions = async (): Promise<readonly ApprovalView[]> => await office.device.api.call('approvals.list', {});
const detailOf = (question: ApprovalView): string => JSON.stringify(question);

it(
  'takes back what waits behind a question, and what is asked about, and leaves the other questions as they are',
  { timeout: LIMIT },
  async () => {
    await coder.send('office/tester', 'before', { wait: 'stored' });
    const { peerId } = laptop.device;
    await office.device.api.call('rights.set', { peer: peerId, right: 'message', decision: 'ask', expiresAt: null });
    const [first = '', second = '', third = ''] = await Promise.all(
      ['one', 'two', 'three'].map(async (body) => await coder.send('office/tester', body)),
    );
    const other = await helper.send('office/tester', 'of the helper');
    await expect.poll(async () => (await questions()).length, { timeout: 20_000 }).toBe(2);
    const sent = [first, second, third];
    // Which of them came first at the disk is open: the asked one is the one that its question names.
    const bodies = await Promise.all(sent.map(async (id) => (await stateOf(coder, id)).body));
    const before = await questions();
    const asked = sent.find((_, index) => before.some((question) => detailOf(question).includes(`: ${bodies[index]}`)));
    // On their way, or held back here if the question came before they left.
    const [next = '', last = ''] = sent.filter((id) => id !== asked);

    const behind = await coder.call('DELETE', `/v1/messages/${next}`);
    expect(behind).toMatchObject({ status: 200, json: { state: 'cancelled' } });
    expect((await questions()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(await stateOf(coder, asked ?? '')).toMatchObject({ state: 'sent', waits_for: 'approval' });
    expect(await stateOf(helper, other)).toMatchObject({ state: 'sent', waits_for: 'approval' });

    const taken = await coder.call('DELETE', `/v1/messages/${asked}`);
    expect(taken).toMatchObject({ status: 200, json: { state: 'cancelled' } });
    const ofHelper = before.find((question) => detailOf(question).includes('of the helper'));
    // The last one of the pair is asked about now.
    await expect
      .poll(async () => (await questions()).map((question) => question.id === ofHelper?.id), { timeout: 20_000 })
      .toEqual(expect.arrayContaining([true, false]));
    expect(await questions()).toHaveLength(2);
    for (const { id } of await questions())
      await office.device.api.call('approvals.decide', { id, decision: 'approve' });
    for (const [program, id] of [
      [coder, last],
      [helper, other],
    ] as const)
      await expect.poll(async () => (await stateOf(program, id)).state, { timeout: 20_000 }).toBe('stored');
    const there = await office.device.api.call('messages.list', { direction: 'in', limit: 10 });
    expect(there.map(({ id }) => id)).toEqual(expect.arrayContaining([last, other]));
    expect(there).toHaveLength(3);
    expect(await coder.codeOf('DELETE', `/v1/messages/${last}`)).toBe('409 message.delivered');
  },
);
