import { createConnection, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frameMessage } from '#shared/handshake/index.ts';
import { announcementPacket } from '#node/discovery/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { encodeDeposit, encodeDirectClaim } from '#shared/pairing/index.ts';
import { codeOf, type TestDevice } from '#test/support/hostile/device.ts';
import { LanMachines, portOf } from '#test/support/lan/paired-machines.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const WRONG: Readonly<Record<string, string>> = { '0': '1' };
let machines: LanMachines;
let office: TestDevice;
let laptop: TestDevice;

beforeEach(async () => {
  machines = new LanMachines();
  office = await machines.start('office');
  laptop = await machines.start('laptop');
});
afterEach(() => machines.close());

async function invite(link = false) {
  const invitation = await office.api.call('pairing.invite', { allow: [], ...(link ? { link } : {}) });
  const result = codeOf(office.api.call('pairing.result', { pairing: invitation.pairing }));
  const text = invitation.code ?? invitation.link ?? '';
  return { ...invitation, result, text, at: invitation.addresses[0] ?? '', nameplate: text.slice(0, 4) };
}

/** The same nameplate with a secret that differs in its last character. */
function wrong(code: string): string {
  return `${code.slice(0, -1)}${WRONG[code.slice(-1)] ?? '0'}`;
}

const join = (who: TestDevice, codeOrLink: string, at?: string) =>
  codeOf(who.api.call('pairing.join', { codeOrLink, allow: [], ...(at === undefined ? {} : { at }) }));

async function strangersOnly(): Promise<void> {
  for (const one of [office, laptop]) expect(await one.api.call('peers.list', {})).toEqual([]);
}

/** Sends a first message, and gives every byte of the answer when the connection has ended. */
function heard(port: number, message: Uint8Array): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0;
    const socket = createConnection(port, '127.0.0.1', () => socket.write(frameMessage(message)));
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('error', () => undefined).on('close', () => resolve(bytes));
  });
}

/** Passes bytes on to the inviter and back. `change` sees each chunk. */
function proxyTo(at: string, change: (chunk: Buffer, from: 'joiner' | 'inviter', count: number) => Buffer) {
  return machines.serve((socket) => {
    const other = createConnection(portOf(at), '127.0.0.1');
    machines.also({ close: async () => void other.destroy() });
    const counts = { joiner: 0, inviter: 0 };
    const pass = (from: 'joiner' | 'inviter', to: Socket) => (chunk: Buffer) => {
      counts[from] += 1;
      to.write(change(chunk, from, counts[from]));
    };
    socket.on('data', pass('joiner', other)).on('close', () => other.destroy());
    other.on('data', pass('inviter', socket)).on('error', () => undefined);
    other.on('close', () => socket.end());
  });
}

/** Announces a nameplate at that port, as a hostile machine does. */
function announce(nameplate: string, port: number, name?: string, from = '127.0.0.1'): void {
  const packet = announcementPacket(
    {
      instance: toHex(nativeBackend.randomBytes(8)),
      port,
      salt: nativeBackend.randomBytes(8),
      tokens: Array.from({ length: 8 }, () => nativeBackend.randomBytes(8)),
      name,
      invitations: [nameplate],
    },
    120,
  );
  machines.lan.deliver(packet, from);
}

const claimOf = (nameplate: string): Uint8Array => encodeDirectClaim({ kind: 'code', nameplate });

describe('the port for direct connections', () => {
  it(
    'answers no claim before, beside and after an invitation, and not a used one [S-PAIR-16]',
    { timeout: 60_000 },
    async () => {
      const { addresses } = await office.api.call('network.get', {});
      const port = portOf(addresses[0] ?? '');
      const before = heard(port, claimOf('ABCD'));
      const shown = await invite();
      const beside = heard(port, claimOf(shown.nameplate === 'ABCD' ? 'ABCE' : 'ABCD'));
      const malformed = heard(port, Uint8Array.of(0x70, 1, 1, ...new TextEncoder().encode(`${shown.nameplate}0`)));
      const otherVersion = heard(port, Uint8Array.of(0x70, 2, 1, ...new TextEncoder().encode(shown.nameplate)));
      // The only one that is told something, and no more than the deposit.
      const claimed = heard(port, claimOf(shown.nameplate));
      expect(await join(laptop, shown.text)).toBe('no error');
      const used = heard(port, claimOf(shown.nameplate));
      const second = await invite();
      await office.api.call('pairing.cancel', { pairing: second.pairing });
      const cancelled = heard(port, claimOf(second.nameplate));
      expect(await Promise.all([before, beside, malformed, otherVersion, used, cancelled])).toEqual([0, 0, 0, 0, 0, 0]);
      expect(await claimed).toBeLessThanOrEqual(2 + 17);
    },
  );

  it(
    'lets the joiner in while others hold it with claims and half-open connections [S-PAIR-19]',
    { timeout: 60_000 },
    async () => {
      const shown = await invite();
      const sockets = Array.from({ length: 120 }, (_, index) => {
        const socket = createConnection(portOf(shown.at), '127.0.0.1');
        socket.on('error', () => undefined);
        if (index % 3 !== 0) socket.write(frameMessage(claimOf(shown.nameplate)));
        return socket;
      });
      machines.also({
        close: async () => {
          for (const socket of sockets) socket.destroy();
        },
      });
      await Promise.all(
        sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))),
      );
      // Their claims have used up the budget of this address, which fills again by one a second.
      const outcomes: string[] = [];
      for (let tries = 0; tries < 6 && outcomes.at(-1) !== 'no error'; tries += 1)
        outcomes.push(await join(laptop, shown.text, shown.at));
      expect(outcomes.at(-1)).toBe('no error');
      expect(await shown.result).toBe('no error');
    },
  );

  it(
    'ends a claim that says too much or something else, and the invitation stays open [S-PAIR-19]',
    { timeout: 60_000 },
    async () => {
      const shown = await invite();
      for (const body of [
        Uint8Array.of(0xff, 0xff),
        Uint8Array.of(0, 0),
        Uint8Array.of(0, 3, 1, 2, 3),
        new Uint8Array(9000).fill(7),
      ]) {
        await new Promise((resolve) => {
          const socket = createConnection(portOf(shown.at), '127.0.0.1', () => {
            socket.write(frameMessage(claimOf(shown.nameplate)));
            socket.write(body);
          });
          socket
            .resume()
            .on('error', () => undefined)
            .on('close', resolve);
        });
      }
      expect(await join(laptop, shown.text)).toBe('no error');
    },
  );
});

describe('a guesser', () => {
  it(
    'has one guess for each code, and after three only links are offered [S-PAIR-3] [S-PAIR-17]',
    { timeout: 60_000 },
    async () => {
      for (let guess = 0; guess < 3; guess += 1) {
        const shown = await invite();
        expect(await join(laptop, wrong(shown.text), shown.at)).toBe('pairing.wrong-code');
        expect(await shown.result).toBe('pairing.wrong-code');
        // The right one is worth nothing any more.
        expect(await join(laptop, shown.text, shown.at)).toBe('pairing.not-there');
      }
      expect(await codeOf(office.api.call('pairing.invite', { allow: [] }))).toBe('pairing.use-link');
      await strangersOnly();
      const link = await invite(true);
      expect(await join(laptop, link.text)).toBe('no error');
    },
  );

  it('has one guess at relay and network together [S-PAIR-17]', { timeout: 60_000 }, async () => {
    const relay = await runRelay();
    machines.also({ close: () => relay.dispose() });
    for (const one of [office, laptop]) await one.configure(relay.relay.url);
    const shown = await invite();
    expect(shown.relay).toBe(relay.relay.url);
    expect(await join(laptop, wrong(shown.text), shown.at)).toBe('pairing.wrong-code');
    expect(await shown.result).toBe('pairing.wrong-code');
    await laptop.api.call('discovery.set', { enabled: false });
    expect(await join(laptop, shown.text)).toBe('relay.nameplate');
    await strangersOnly();
  });
});

describe('a machine in between', () => {
  it(
    'that passes everything on changes nothing: both show the same words [S-PAIR-18]',
    { timeout: 60_000 },
    async () => {
      const shown = await invite();
      const at = await proxyTo(shown.at, (chunk) => chunk);
      const joined = await laptop.api.call('pairing.join', { codeOrLink: shown.text, allow: [], at });
      const [peer] = await office.api.call('peers.list', {});
      expect(peer?.pairing?.words).toEqual([...joined.words]);
    },
  );

  it.each([
    ['the deposit', 'inviter', 1],
    ['the hello', 'joiner', 2],
    ['the answer', 'inviter', 2],
    ['the proof', 'joiner', 3],
    ['the welcome', 'inviter', 3],
  ] as const)('that changes %s pairs no one [S-PAIR-18]', { timeout: 60_000 }, async (_what, side, number) => {
    const shown = await invite();
    const at = await proxyTo(shown.at, (chunk, from, count) => {
      if (from !== side || count !== number) return chunk;
      const changed = Buffer.from(chunk);
      const last = changed.length - 1;
      changed[last] = (changed[last] ?? 0) ^ 1;
      return changed;
    });
    expect(await join(laptop, shown.text, at)).toMatch(/^pairing\./);
    expect(await shown.result).toMatch(/^pairing\./);
    await strangersOnly();
  });
});

describe('a machine that announces the code of another', () => {
  it('is noticed beside it, before anything is used up [S-PAIR-17]', { timeout: 60_000 }, async () => {
    const shown = await invite();
    const hostile = await machines.serve((socket) =>
      socket.once('data', () => socket.write(frameMessage(encodeDeposit(new Uint8Array(16))))),
    );
    announce(shown.nameplate, portOf(hostile));
    expect(await join(laptop, shown.text)).toBe('pairing.several');
    // Neither side has used its secret: the address of the right one is enough.
    expect(await join(laptop, shown.text, shown.at)).toBe('no error');
    expect(await shown.result).toBe('no error');
  });

  it('alone gets one guess and no name, and the person is told [S-PAIR-17]', { timeout: 60_000 }, async () => {
    const shown = await invite();
    await office.api.call('discovery.set', { enabled: false });
    const lines: Buffer[] = [];
    const hostile = await machines.serve((socket) => {
      socket.once('data', () => {
        socket.write(frameMessage(encodeDeposit(new Uint8Array(16))));
        socket.on('data', (chunk) => {
          lines.push(chunk);
          socket.destroy();
        });
      });
    });
    announce(shown.nameplate, portOf(hostile), 'office');
    expect(await join(laptop, shown.text, hostile)).toBe('pairing.interrupted');
    expect(Buffer.concat(lines).includes('laptop')).toBe(false);
    // The same code typed again is refused, so that a second guess needs a new one.
    expect(await join(laptop, shown.text, shown.at)).toBe('pairing.used');
    await strangersOnly();
  });

  it('a thousand times does not hide the right one [S-PAIR-19]', { timeout: 60_000 }, async () => {
    for (let index = 0; index < 1000; index += 1) announce('ZZZZ', 1024 + index, `office ${index}`, '127.0.0.99');
    const shown = await invite();
    expect(await join(laptop, shown.text)).toBe('no error');
    const { devices } = await laptop.api.call('discovery.get', {});
    expect(devices.length).toBeLessThanOrEqual(64);
  });
});
