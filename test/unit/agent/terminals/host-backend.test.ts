import { Duplex } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { PtyHostBackend } from '#agent/terminals/index.ts';
import type { HostProcess, PtyEvents, PtyRequest, TerminalLabel } from '#agent/terminals/index.ts';
import { encodeHostEvent, HostCommandParser } from '#agent/terminals/host-protocol.ts';
import type { HostCommand } from '#agent/terminals/host-protocol.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

const LABEL: TerminalLabel = {
  terminal: '0123456789abcdef0123456789abcdef',
  owner: 'A'.repeat(56),
  ownerName: 'alice',
  title: 'sh',
  startedAt: 1_700_000_000_000,
  granted: true,
};
const REQUEST: PtyRequest = { label: LABEL, file: 'sh', args: [], cwd: '/', environment: {}, cols: 80, rows: 24 };

/** A host of which the test plays the process. */
class FakeHost implements HostProcess {
  readonly pid = 7;
  readonly commands: HostCommand[] = [];
  readonly socket: Duplex;
  readonly exited: Promise<string>;
  answers = true;
  killed = false;
  released = false;
  #exit: (how: string) => void = () => undefined;
  readonly #parser = new HostCommandParser();

  constructor() {
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
    this.socket = new Duplex({
      read: () => undefined,
      write: (chunk: Uint8Array, _encoding, done) => {
        for (const command of this.#parser.push(chunk)) this.#receive(command);
        done();
      },
      final: (done) => {
        done();
        if (this.answers) this.exit();
      },
    });
  }

  #receive(command: HostCommand): void {
    this.commands.push(command);
    if (command.type === 'open' && this.answers)
      this.socket.push(encodeHostEvent({ terminal: command.terminal, type: 'opened', pid: 42 }));
  }

  exit(): void {
    this.#exit('SIGKILL');
  }

  kill(): void {
    this.killed = true;
    this.exit();
  }

  release(): void {
    this.released = true;
  }
}

let clock: FakeClock;
let hosts: FakeHost[];
let backend: PtyHostBackend;
let heard: string[];
let answers: boolean;
const events: PtyEvents = {
  data: (bytes) => heard.push(`data ${bytes.length}`),
  snapshotBegin: () => heard.push('snapshot begin'),
  snapshotEnd: () => heard.push('snapshot end'),
  title: (title) => heard.push(`title ${title}`),
  inputTaken: (bytes) => heard.push(`taken ${bytes}`),
  exited: ({ exitCode, signal }) => heard.push(`exited ${exitCode} ${signal}`),
  lost: ({ code }) => heard.push(`lost ${code}`),
};

beforeEach(() => {
  clock = new FakeClock();
  hosts = [];
  heard = [];
  answers = true;
  backend = new PtyHostBackend({
    launch: () => {
      const host = new FakeHost();
      host.answers = answers;
      hosts.push(host);
      return host;
    },
    clock,
    logger: silentLogger,
  });
});

describe('the supervisor of the PTY host', () => {
  it('starts it with the first terminal, and one for all', async () => {
    expect(hosts.length).toBe(0);
    const pty = await backend.open(REQUEST, events);
    await backend.open(REQUEST, events);
    expect([hosts.length, pty.pid, clock.pending]).toEqual([1, 42, 0]);
    hosts[0]?.socket.push(encodeHostEvent({ terminal: 1, type: 'exited', exitCode: 0, signal: 15 }));
    await settle();
    expect(heard).toEqual(['exited null SIGTERM']);
  });

  it('starts it again when it was lost, five times in five minutes, and again after those', async () => {
    for (let loss = 0; loss < 5; loss += 1) {
      await backend.open(REQUEST, events);
      hosts.at(-1)?.exit();
      await settle();
    }
    expect(heard).toEqual(Array.from({ length: 5 }, () => 'lost terminal.host-lost'));
    await expect(backend.open(REQUEST, events)).rejects.toMatchObject({ code: 'terminal.host-failed' });
    await clock.advance(300_000);
    await backend.open(REQUEST, events);
    expect(hosts.length).toBe(6);
  });

  it('gives up on a host that does not answer, and hangs up what it opens later', async () => {
    answers = false;
    const opening = backend.open(REQUEST, events);
    opening.catch(() => undefined);
    await clock.advance(10_000);
    await expect(opening).rejects.toMatchObject({ code: 'terminal.spawn' });
    hosts[0]?.socket.push(encodeHostEvent({ terminal: 1, type: 'opened', pid: 42 }));
    await settle();
    expect(hosts[0]?.commands.map(({ type }) => type)).toEqual(['open', 'hang-up']);
  });

  it('takes bytes that are not the protocol for a loss', async () => {
    await backend.open(REQUEST, events);
    hosts[0]?.socket.push(Uint8Array.of(0xff, 0xff));
    await settle();
    expect([heard, hosts[0]?.killed]).toEqual([['lost terminal.host-lost'], true]);
  });

  it('waits for its end, and kills it when that does not come', async () => {
    await backend.open(REQUEST, events);
    await backend.close();
    expect(hosts[0]?.killed).toBe(false);
    await expect(backend.open(REQUEST, events)).rejects.toMatchObject({ code: 'terminal.shutdown' });
  });

  it('kills one that does not end', async () => {
    await backend.open(REQUEST, events);
    const [host] = hosts;
    if (host !== undefined) host.answers = false;
    const closing = backend.close();
    await clock.advance(5_000);
    await closing;
    expect([host?.killed, clock.pending]).toEqual([true, 0]);
  });
});
