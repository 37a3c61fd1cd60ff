import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { BODY_BYTES } from '#shared/messages/index.ts';
import { pairDevices } from '#test/support/hostile/device.ts';
import { ApiMachine, type AgentProgram } from '#test/support/messages/api-machine.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const LIMIT = 60_000;

let office: ApiMachine;
let laptop: ApiMachine;
let coder: AgentProgram;
let tester: AgentProgram;
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
  tester = await office.add('tester');
});
afterEach(async () => {
  await laptop.stop();
  await office.stop();
  await dispose();
});

/** Sends a body to an agent of another machine, and takes it there. @returns the ID and what came */
const bring = async (body: string): Promise<Readonly<{ id: string; came: string | undefined }>> => {
  const id = await coder.send('office/tester', body, { wait: 'stored', timeout: 30 });
  const messages = await tester.inbox('?wait=10');
  await tester.ack(...messages.map((one) => one.id));
  return { id, came: messages.find((one) => one.id === id)?.body };
};

describe('a message with the longest body', { timeout: LIMIT }, () => {
  it.each([
    ['plain', 'x'.repeat(BODY_BYTES)],
    ['of which every byte is escaped', '\u0001'.repeat(BODY_BYTES)],
    ['of characters of four bytes', '\u{1f600}'.repeat(BODY_BYTES / 4)],
    ['of quotes and line feeds', '"\n'.repeat(BODY_BYTES / 2)],
  ])('%s comes in whole by the API', async (_, body) => {
    const { came } = await bring(body);
    expect(came?.length).toBe(body.length);
    expect(came === body).toBe(true);
  });

  it('is refused with one byte more', async () => {
    const sent = { to: 'office/tester', body: '\u0001'.repeat(BODY_BYTES + 1) };
    expect(await coder.codeOf('POST', '/v1/messages', { body: sent })).toMatch(/^4\d\d (api\.|message\.too-large)/);
  });

  it.each([
    ['in one part', 'x'.repeat(BODY_BYTES), 1],
    ['in several parts where it is escaped', '\u0001'.repeat(BODY_BYTES), 2],
  ])('is read %s by a program that has an answer of 1 MiB', async (_, body, parts) => {
    const { id } = await bring(body);
    const { api } = office.device;
    let text = '';
    let count = 0;
    for (let isCut = true; isCut; count += 1) {
      const message = await api.call('messages.get', { id, ...(text === '' ? {} : { from: text.length }) });
      expect(JSON.stringify(message).length).toBeLessThan(1_048_576);
      text += message.body;
      ({ isCut } = message);
    }
    expect(count).toBe(parts);
    expect(text === body).toBe(true);
    expect(await api.call('messages.get', { id, from: body.length })).toMatchObject({ body: '', isCut: false });
  });

  it('is cut between characters', async () => {
    // The end of a part would be in the middle of a pair.
    const { id } = await bring(`${'\u0001'.repeat(149_999)}${'\u{1f600}'.repeat(25_000)}`);
    const { body, isCut } = await office.device.api.call('messages.get', { id });
    expect(isCut).toBe(true);
    expect(body.isWellFormed()).toBe(true);
  });
});
