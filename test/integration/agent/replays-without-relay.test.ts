import { createConnection } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { looksLike } from '#shared/visible-text/index.ts';
import { codeOf, type TestDevice } from '#test/support/hostile/device.ts';
import { LanMachines, portOf } from '#test/support/lan/paired-machines.ts';
import { runRelay } from '#test/support/relay-clients.ts';

let machines: LanMachines;
let office: TestDevice;
let laptop: TestDevice;

beforeEach(async () => {
  machines = new LanMachines();
  office = await machines.start('office');
  laptop = await machines.start('laptop');
});
afterEach(() => machines.close());

async function invite() {
  const invitation = await office.api.call('pairing.invite', { allow: [] });
  const result = codeOf(office.api.call('pairing.result', { pairing: invitation.pairing }));
  return { ...invitation, result, text: invitation.code ?? '', at: invitation.addresses[0] ?? '' };
}

const join = (who: TestDevice, codeOrLink: string, at?: string) =>
  codeOf(who.api.call('pairing.join', { codeOrLink, allow: [], ...(at === undefined ? {} : { at }) }));
const peersOf = async (one: TestDevice): Promise<readonly string[]> =>
  (await one.api.call('peers.list', {})).map(({ peerId }) => peerId);

type Side = 'joiner' | 'inviter';
/** What someone in between does with a message: the pieces for each side. */
type Between = (chunk: Buffer, from: Side, count: number) => Readonly<Partial<Record<Side, Buffer>>>;

/** Stands between joiner and inviter, with a record of what both have sent. */
async function between(
  at: string,
  act: Between = (chunk, from) => ({ [from === 'joiner' ? 'inviter' : 'joiner']: chunk }),
) {
  const sent: Record<Side, Buffer[]> = { joiner: [], inviter: [] };
  const address = await machines.serve((socket) => {
    const other = createConnection(portOf(at), '127.0.0.1');
    machines.also({ close: async () => void other.destroy() });
    const ends = { joiner: socket, inviter: other };
    const take = (from: Side) => (chunk: Buffer) => {
      sent[from].push(chunk);
      const out = act(chunk, from, sent[from].length);
      for (const side of ['joiner', 'inviter'] as const) if (out[side] !== undefined) ends[side].write(out[side]);
    };
    socket.on('data', take('joiner')).on('close', () => other.destroy());
    other.on('data', take('inviter')).on('error', () => undefined);
    other.on('close', () => socket.end());
  });
  return { address, sent };
}

/** Sends all pieces at once, and gives every byte of the answer when the connection has ended. */
function replay(port: number, pieces: readonly Buffer[]): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0;
    const socket = createConnection(port, '127.0.0.1', () => socket.write(Buffer.concat(pieces)));
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('error', () => undefined).on('close', () => resolve(bytes));
  });
}

/** The same message with another type, behind its length. */
function retyped(chunk: Buffer, type: number): Buffer {
  const changed = Buffer.from(chunk);
  changed[2] = type;
  return changed;
}

describe('a recorded pairing', () => {
  it(
    'is met with silence at the port once it is over, and changes nothing [S-PAIR-5]',
    { timeout: 60_000 },
    async () => {
      const shown = await invite();
      const { address, sent } = await between(shown.at);
      expect(await join(laptop, shown.text, address)).toBe('no error');
      const second = await invite();
      const silent = await replay(portOf(shown.at), sent.joiner);
      expect([silent, await peersOf(office)]).toEqual([0, [laptop.peerId]]);
      // The hello of the recording, in an invitation of its own, uses that up at most.
      const claim = Buffer.concat([Buffer.from([0, 7, 0x70, 1, 1]), Buffer.from(second.text.slice(0, 4))]);
      await replay(portOf(shown.at), [claim, ...sent.joiner.slice(1)]);
      expect(await second.result).toMatch(/^pairing\./);
      expect(await peersOf(office)).toEqual([laptop.peerId]);
      expect(await office.audit('peer.paired')).toHaveLength(1);
    },
  );

  it('of one that was cut pairs no one, neither again nor beside it [S-PAIR-5]', { timeout: 60_000 }, async () => {
    const shown = await invite();
    // The proof gets lost; the recording has it.
    const { address, sent } = await between(shown.at, (chunk, from, count) =>
      from === 'joiner' ? (count < 3 ? { inviter: chunk } : {}) : { joiner: chunk },
    );
    const joining = join(laptop, shown.text, address);
    await expect.poll(() => sent.joiner.length).toBe(3);
    const beside = replay(portOf(shown.at), sent.joiner);
    await office.api.call('pairing.cancel', { pairing: shown.pairing });
    expect(await joining).toMatch(/^pairing\./);
    expect(await Promise.all([beside, replay(portOf(shown.at), sent.joiner)])).toEqual([0, 0]);
    for (const one of [office, laptop]) expect(await peersOf(one)).toEqual([]);
  });

  it('of the inviter takes no other joiner in [S-PAIR-5]', { timeout: 60_000 }, async () => {
    const shown = await invite();
    const { address, sent } = await between(shown.at);
    expect(await join(laptop, shown.text, address)).toBe('no error');
    const nas = await machines.start('nas');
    const heard: Buffer[] = [];
    const hostile = await machines.serve((socket) => {
      let count = 0;
      socket.on('data', (chunk) => {
        heard.push(chunk);
        const next = sent.inviter[count];
        count += 1;
        if (next === undefined) socket.end();
        else socket.write(next);
      });
    });
    expect(await join(nas, shown.text, hostile)).toMatch(/^pairing\./);
    expect(Buffer.concat(heard).includes('nas')).toBe(false);
    expect(await peersOf(nas)).toEqual([]);
  });
});

describe('someone who sends own messages back', () => {
  it(
    'to the inviter joins nothing, and leaves a code without a hello open [S-PAIR-5]',
    { timeout: 60_000 },
    async () => {
      const shown = await invite();
      const claim = Buffer.concat([Buffer.from([0, 7, 0x70, 1, 1]), Buffer.from(shown.text.slice(0, 4))]);
      await new Promise((resolve) => {
        const socket = createConnection(portOf(shown.at), '127.0.0.1', () => socket.write(claim));
        socket.on('data', (chunk) => socket.write(chunk));
        socket.on('error', () => undefined).on('close', resolve);
      });
      expect(await join(laptop, shown.text)).toBe('no error');
    },
  );

  it.each([
    ['its answer as it is', (chunk: Buffer) => chunk],
    ['its answer as a proof', (chunk: Buffer) => retyped(chunk, 3)],
  ])('to the inviter, %s, pairs no one [S-PAIR-5]', { timeout: 60_000 }, async (_what, change) => {
    const shown = await invite();
    const { address } = await between(shown.at, (chunk, from, count) => {
      if (from === 'joiner') return count < 3 ? { inviter: chunk } : {};
      return count === 2 ? { inviter: change(chunk) } : { joiner: chunk };
    });
    const joining = join(laptop, shown.text, address);
    expect(await shown.result).toMatch(/^pairing\./);
    expect(await joining).toMatch(/^pairing\./);
    for (const one of [office, laptop]) expect(await peersOf(one)).toEqual([]);
  });

  it.each([
    ['its hello as it is', (chunk: Buffer) => chunk],
    ['its hello as an answer', (chunk: Buffer) => retyped(chunk, 2)],
  ])('to the joiner, %s, pairs no one [S-PAIR-5]', { timeout: 60_000 }, async (_what, change) => {
    const shown = await invite();
    const { address } = await between(shown.at, (chunk, from, count) => {
      if (from === 'inviter') return count === 1 ? { joiner: chunk } : {};
      return count === 2 ? { joiner: change(chunk) } : count === 1 ? { inviter: chunk } : {};
    });
    expect(await join(laptop, shown.text, address)).toMatch(/^pairing\./);
    for (const one of [office, laptop]) expect(await peersOf(one)).toEqual([]);
  });
});

it('wrong codes at the relay and at the port count together [S-PAIR-3] [S-PAIR-17]', { timeout: 60_000 }, async () => {
  const relay = await runRelay();
  machines.also({ close: () => relay.dispose() });
  for (const one of [office, laptop]) await one.configure(relay.relay.url);
  const used: Awaited<ReturnType<typeof invite>>[] = [];
  for (const place of ['port', 'relay', 'port'] as const) {
    const shown = await invite();
    const wrong = `${shown.text.slice(0, -1)}${shown.text.endsWith('0') ? '1' : '0'}`;
    await laptop.api.call('discovery.set', { enabled: place === 'port' });
    expect(await join(laptop, wrong, place === 'port' ? shown.at : undefined)).toBe('pairing.wrong-code');
    expect(await shown.result).toBe('pairing.wrong-code');
    used.push(shown);
  }
  // Neither place gives a code another run.
  const again = await Promise.all(used.map(({ text, at }) => join(laptop, text, at)));
  expect(again).toEqual(used.map(() => 'pairing.not-there'));
  expect(await codeOf(office.api.call('pairing.invite', { allow: [] }))).toBe('pairing.use-link');
});

it.each(['laptop', 'LAPTOP', 'l\u0430ptop', 'lapt\u03bfp'])(
  'a machine that calls itself like a paired one, %j, is asked about under another name [S-NAME-1]',
  { timeout: 60_000 },
  async (name) => {
    const first = await invite();
    expect(await join(laptop, first.text)).toBe('no error');
    const other = await machines.start(name === 'laptop' ? 'laptop ' : name);
    const shown = await office.api.call('pairing.invite', { allow: [] });
    const result = office.api.call('pairing.result', { pairing: shown.pairing });
    const joining = join(other, shown.code ?? '', shown.addresses[0]);
    const { peer } = await result;
    expect(await joining).toBe('no error');
    expect(peer.peerId).toBe(other.peerId);
    expect(looksLike(peer.name, 'laptop')).toBe(false);
    expect(peer.name).toMatch(/^[\p{L}\p{N}-]+$/u);
  },
);
