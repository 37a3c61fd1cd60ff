import { expect, test } from 'vitest';
import { TerminalChannels, type TerminalConnection } from '#agent/terminals/index.ts';
import { AppApiClient, AppApiServer, type AppConnection } from '#shared/app-api/index.ts';
import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { createTransportPair } from '#test/support/app-transport.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';

/** A terminal on a peer that takes input when it is told to. */
class SlowTerminal implements TerminalConnection {
  readonly terminal = 'slow';
  readonly ended: TerminalConnection['ended'];
  readonly log: string[] = [];
  /** Writes wait for it. */
  gate: Promise<void> = Promise.resolve();
  #end: (end: Awaited<TerminalConnection['ended']>) => void = () => undefined;
  #readEnd: (bytes: null) => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.gate;
    this.log.push(fromUtf8(bytes));
  }

  read(): Promise<null> {
    return new Promise((resolve) => {
      this.#readEnd = resolve;
    });
  }

  resize(cols: number, rows: number): void {
    this.log.push(`${cols}x${rows}`);
  }

  endInput(): void {
    this.log.push('end of input');
  }

  close(): void {
    this.#over('close');
  }

  abandon(): void {
    this.#over('abandon');
  }

  detach(): void {
    this.#over('detach');
  }

  #over(how: string): void {
    this.log.push(how);
    this.#readEnd(null);
    this.#end({ exitCode: null, signal: null, code: null });
  }
}

const ABOUT = { peerId: null, peerName: 'office', title: 'office', cols: 80, rows: 24 };

function open() {
  const clock = new FakeClock();
  const channels = new TerminalChannels({ logger: silentLogger, clock });
  const [ours, theirs] = createTransportPair();
  const connection: AppConnection = new AppApiServer().serveConnection(theirs, createHandlers());
  const client = new AppApiClient(ours);
  const terminal = new SlowTerminal();
  const id = channels.join(connection, terminal, ABOUT);
  return { clock, channels, connection, client, terminal, id, channel: client.channel(id) };
}

test.each(['detach', 'close'] as const)('%s comes after everything that was typed before it', async (how) => {
  const { channels, connection, terminal, id, channel } = open();
  let go: () => void = () => undefined;
  terminal.gate = new Promise((resolve) => {
    go = resolve;
  });
  await channel.write(toUtf8('one '));
  await channel.write(toUtf8('two '));
  await channel.write(toUtf8('three'));
  await settle();
  const left = channels.leave(connection, id, how);
  await settle();
  expect(terminal.log).toEqual([]);
  go();
  await left;
  expect(terminal.log).toEqual(['one ', 'two ', 'three', how]);
});

test('a peer that takes no input does not hold the end up', async () => {
  const { clock, channels, connection, terminal, id, channel } = open();
  terminal.gate = new Promise(() => undefined);
  await channel.write(toUtf8('lost'));
  await settle();
  const left = channels.leave(connection, id, 'close');
  await clock.advance(1000);
  await left;
  expect(terminal.log).toEqual(['close']);
  expect(clock.pending).toBe(0);
});

test('the end of input is passed on, and so is a new size', async () => {
  const { channels, connection, terminal, id, channel } = open();
  await channel.write(toUtf8('ls'));
  channel.end();
  channels.resize(connection, id, 100, 30);
  await settle();
  expect(terminal.log).toEqual(['100x30', 'ls', 'end of input']);
});

test('a user interface that vanishes leaves the terminal running at the peer', async () => {
  const { client, terminal, channels } = open();
  client.close();
  await settle();
  expect(terminal.log).toContain('abandon');
  expect(channels.count).toBe(0);
});

test('an agent that ends leaves the terminal running at the peer: it may only be restarted', async () => {
  const { client, terminal, channels } = open();
  const events: unknown[] = [];
  client.on('terminal.ended', (event) => void events.push(event));
  channels.close();
  await settle();
  expect(events).toEqual([]);
  expect(terminal.log[0]).toBe('abandon');
  expect(terminal.log).not.toContain('close');
  expect(channels.count).toBe(0);
});

test('the channel of another connection is nobody', async () => {
  const { channels, id } = open();
  const other = open();
  expect(await codeOf(() => channels.leave(other.connection, id, 'close'))).toBe('terminal.unknown-channel');
});

test('guests of this device are no viewers beside those that the machine of the terminal names', async () => {
  const { channels, connection, client } = open();
  const office = 'office' as PeerId;
  const terminal: TerminalConnection = Object.assign(new SlowTerminal(), { catchUp: () => undefined });
  channels.join(connection, terminal, { ...ABOUT, peerId: office });
  const seen: (readonly string[])[] = [];
  client.on('terminal.viewers', ({ viewers }) => seen.push(viewers.map(({ name }) => name)));
  const lena = { peer: 'lena' as PeerId, name: 'lena', watching: true };
  terminal.onState?.({ recorded: false, viewers: [lena] });
  const stream = { closed: new Promise(() => undefined), write: () => Promise.resolve() };
  const access = channels.forGuests(office, terminal.terminal);
  access?.audience.admitGuest(stream as unknown as LinkStream, { peerId: 'gus' as PeerId, name: 'Gus' });
  terminal.onState?.({ recorded: false, viewers: [lena] });
  await settle();
  expect(access?.audience.guests).toMatchObject([{ name: 'Gus' }]);
  expect(seen).toEqual([['lena'], ['lena']]);
});
