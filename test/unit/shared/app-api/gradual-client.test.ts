import { describe, expect, it } from 'vitest';
import {
  APP_CALLS,
  APP_EVENTS,
  AppApiServer,
  type AppCall,
  type AppEvent,
  type AppHandlers,
} from '#shared/app-api/index.ts';
import { createGradualClient, GradualContract } from '#shared/app-api/gradual-client/index.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { createTransportPair } from '#test/support/app-transport.ts';
import { plainPeer } from '#test/support/app-views.ts';
import { settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';

const PEER = plainPeer();
const ENDED = { channel: 1, exitCode: 0, signal: null, code: null } as const;

function connect(given: Partial<AppHandlers>) {
  const [clientSide, serverSide] = createTransportPair();
  const server = new AppApiServer();
  const connection = server.serveConnection(serverSide, createHandlers(given));
  return { client: createGradualClient(clientSide), connection, clientSide, serverSide };
}

/** The same with a client whose schemas are loaded when `load` is called. */
function connectSlowly(given: Partial<AppHandlers>) {
  const [clientSide, serverSide] = createTransportPair();
  new AppApiServer().serveConnection(serverSide, createHandlers(given));
  const { promise: loaded, resolve: load } = Promise.withResolvers<void>();
  const client = createGradualClient(clientSide, {
    answersTo: (call) => loaded.then(() => APP_CALLS[call]),
    payloadOf: (event) => loaded.then(() => APP_EVENTS[event]),
  });
  return { client, serverSide, load };
}

describe('a contract that is loaded as needed', () => {
  it('has the schemas of every call and every event', async () => {
    const contract = new GradualContract();
    const calls = Object.keys(APP_CALLS) as AppCall[];
    const events = Object.keys(APP_EVENTS) as AppEvent[];
    const answers = await Promise.all(calls.map(async (call) => await contract.answersTo(call)));
    const payloads = await Promise.all(events.map(async (event) => await contract.payloadOf(event)));
    expect(calls.filter((call, index) => answers[index] !== APP_CALLS[call])).toEqual([]);
    expect(events.filter((event, index) => payloads[index] !== APP_EVENTS[event])).toEqual([]);
  });

  it('has them at once when they are needed again', async () => {
    const contract = new GradualContract();
    await contract.answersTo('exec.open');
    expect(contract.answersTo('exec.signal')).toBe(APP_CALLS['exec.signal']);
    expect(contract.payloadOf('terminal.ended')).toBe(APP_EVENTS['terminal.ended']);
  });

  it('refuses a call that no version has', async () => {
    await expect(Promise.resolve(new GradualContract().answersTo('toString' as AppCall))).rejects.toThrow(TypeError);
  });
});

/** A client whose schemas of peers can't be loaded as often as `failures` says. */
function connectFailing(failures: number) {
  const [clientSide, serverSide] = createTransportPair();
  new AppApiServer().serveConnection(serverSide, createHandlers({ 'peers.get': async () => PEER }));
  let left = failures;
  const load = async () => {
    left -= 1;
    if (left >= 0) throw new TypeError('Failed to fetch dynamically imported module');
    return { calls: APP_CALLS, events: APP_EVENTS };
  };
  const client = createGradualClient(clientSide, new GradualContract(new Map([['peers', load]])));
  return { client, serverSide };
}

describe('a client of which a part can not be loaded', () => {
  it('says so, and not that the agent is at fault, and tries again at the next call', async () => {
    // Once when the call is made, once when its answer is there.
    const { client } = connectFailing(2);
    expect(await codeOf(() => client.call('peers.get', { peer: 'office' }))).toBe('control.load');
    expect(await client.call('peers.get', { peer: 'office' })).toEqual(PEER);
  });

  it('has the answer when the second try at it succeeds', async () => {
    const { client } = connectFailing(1);
    expect(await client.call('peers.get', { peer: 'office' })).toEqual(PEER);
  });

  it('ends the connection with an event that it can not read, since nothing may be missed', async () => {
    const { client, serverSide } = connectFailing(1);
    client.on('peers.changed', () => undefined);
    const event = { type: 'event', event: 'peers.changed', payload: [] };
    serverSide.send(Buffer.concat([Buffer.of(0), Buffer.from(JSON.stringify(event))]));
    expect((await client.closed)?.code).toBe('control.load');
  });
});

describe('a client that loads schemas as needed', () => {
  it('keeps the order of answers, events and bytes', async () => {
    const seen: string[] = [];
    const { client } = connect({
      'exec.open': async (_input, { connection, progress }) => {
        const channel = connection.openChannel();
        progress('connecting');
        void channel.write(Uint8Array.of(1)).then(() => channel.end());
        connection.emit('terminal.ended', { ...ENDED, channel: channel.id });
        return { exec: 'e', stdin: channel.id, stdout: channel.id, stderr: channel.id };
      },
    });
    client.on('terminal.ended', () => seen.push('ended'));
    const reading = (async () => {
      const channel = client.channel(1);
      for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read()) seen.push('bytes');
    })();
    await client
      .call('exec.open', { peer: 'office' }, { onProgress: (progress) => seen.push(progress) })
      .then(() => seen.push('answer'));
    await reading;
    expect(seen).toEqual(['connecting', 'ended', 'answer', 'bytes']);
  });

  it('gets what the agent has sent before the connection was lost', async () => {
    const { client, serverSide, load } = connectSlowly({ 'peers.get': async () => PEER });
    const answer = client.call('peers.get', { peer: 'office' });
    await settle();
    serverSide.close();
    await settle();
    load();
    expect(await answer).toEqual(PEER);
    expect((await client.closed)?.code).toBe('control.lost');
  });

  it('rejects an answer that is not as agreed', async () => {
    const { client, serverSide } = connect({ 'peers.get': () => new Promise(() => undefined) });
    const code = codeOf(() => client.call('peers.get', { peer: 'office' }));
    const answer = { type: 'result', call: 1, value: { ...PEER, peerId: 'nobody' } };
    serverSide.send(Buffer.concat([Buffer.of(0), Buffer.from(JSON.stringify(answer))]));
    expect(await code).toBe('control.protocol');
  });

  it('ends the connection after an event that is not as agreed', async () => {
    const { client, serverSide } = connect({});
    client.on('terminal.ended', () => undefined);
    const event = { type: 'event', event: 'terminal.ended', payload: { ...ENDED, channel: 0 } };
    serverSide.send(Buffer.concat([Buffer.of(0), Buffer.from(JSON.stringify(event))]));
    expect((await client.closed)?.code).toBe('control.protocol');
  });

  it('drops the answer to a call that was cancelled while its schemas were loaded', async () => {
    const { client, load } = connectSlowly({ 'peers.get': async () => PEER });
    const ended: unknown[] = [];
    const { signal } = new AbortController();
    client.guardCalls(() => ({ signal, progressed: () => undefined, ended: (answer) => ended.push(answer) }));
    const controller = new AbortController();
    const code = codeOf(() => client.call('peers.get', { peer: 'office' }, { signal: controller.signal }));
    await settle();
    controller.abort();
    expect(await code).toBe('control.cancelled');
    load();
    await settle();
    expect(ended).toEqual([undefined]);
    expect(await client.call('peers.get', { peer: 'office' })).toEqual(PEER);
  });
});
