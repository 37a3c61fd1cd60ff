import { Duplex } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { PtyHostBackend } from '#agent/terminals/index.ts';
import type { HostProcess, PtyEvents, PtyRequest, TakeTerminal, TerminalLabel } from '#agent/terminals/index.ts';
import { HostCommandParser } from '#agent/terminals/pty-host/host-commands.ts';
import { encodeHostEvent } from '#agent/terminals/pty-host/host-events.ts';
import type { HostCommand } from '#agent/terminals/pty-host/host-protocol.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

const LABEL: TerminalLabel = {
  terminal: '0123456789abcdef0123456789abcdef',
  opener: { peerId: 'A'.repeat(56), name: 'alice' },
  owner: { peerId: 'B'.repeat(56), name: 'bob' },
  title: 'sh',
  startedAt: 1_700_000_000_000,
  granted: true,
  left: false,
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
  readonly id: string | undefined;
  #exit: (how: string) => void = () => undefined;
  readonly #parser = new HostCommandParser();

  constructor(id?: string) {
    this.id = id;
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
  peekBegin: () => heard.push('peek'),
  peekData: () => heard.push('peek'),
  peekEnd: () => heard.push('peek'),
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
    let outcome = 'open';
    opening.catch(() => (outcome = 'failed'));
    // It may still be starting.
    await clock.advance(20_000);
    expect(outcome).toBe('open');
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

  it('starts another one for new terminals once one has not answered, and ends that when it is empty', async () => {
    const first = await backend.open(REQUEST, events);
    const [old] = hosts;
    if (old !== undefined) old.answers = false;
    const opening = backend.open(REQUEST, events);
    opening.catch(() => undefined);
    await clock.advance(10_000);
    await expect(opening).rejects.toMatchObject({ code: 'terminal.spawn' });
    await backend.open(REQUEST, events);
    expect(hosts.length).toBe(2);
    // It was only slow: what runs there goes on.
    first.write(Uint8Array.of(1));
    expect(old?.commands.at(-1)?.type).toBe('write');
    old?.socket.push(encodeHostEvent({ terminal: 1, type: 'exited', exitCode: 0, signal: 0 }));
    await settle();
    expect(old?.commands.at(-1)?.type).toBe('write');
    old?.socket.push(encodeHostEvent({ terminal: 2, type: 'error', code: 'terminal.spawn', message: 'late' }));
    await settle();
    expect(old?.commands.at(-1)?.type).toBe('shut-down');
    await clock.advance(5_000);
    expect([old?.killed, heard]).toEqual([true, ['exited 0 null']]);
  });
});

describe('hosts that an agent before has left', () => {
  const KEPT = { label: LABEL, cols: 132, rows: 50, pid: 42 };
  let removed: string[];
  let offered: string[];
  const take: TakeTerminal = ({ terminal, cols }) => {
    offered.push(`${terminal} ${cols}`);
    return events;
  };

  /** With one host of that version, which has a terminal of number 9. */
  function backendWith(found: FakeHost, software: string, reached: Promise<unknown> = Promise.resolve()): void {
    removed = [];
    offered = [];
    backend = new PtyHostBackend({
      launch: () => {
        const host = new FakeHost();
        hosts.push(host);
        return host;
      },
      detached: {
        software: '1',
        find: () => [{ software, reached: reached.then(() => found), cancel: () => offered.push('cancelled') }],
        remove: (id) => removed.push(id),
      },
      clock,
      logger: silentLogger,
    });
    found.socket.push(encodeHostEvent({ terminal: 9, type: 'kept', ...KEPT }));
    found.socket.push(encodeHostEvent({ terminal: 0, type: 'ready', pid: 7 }));
    found.socket.push(encodeHostEvent({ terminal: 0, type: 'lasting', lasts: true }));
  }

  it('are taken over, and new terminals are opened there under numbers of their own', async () => {
    const host = new FakeHost();
    backendWith(host, '1');
    await backend.takeOver(take);
    expect(offered).toEqual([`${LABEL.terminal} 132`]);
    const pty = await backend.open(REQUEST, events);
    expect(host.commands).toMatchObject([{ type: 'open', terminal: 10 }]);
    pty.hangUp();
    host.socket.push(encodeHostEvent({ terminal: 9, type: 'exited', exitCode: 1, signal: 0 }));
    await settle();
    expect([hosts.length, heard, clock.pending]).toEqual([0, ['exited 1 null'], 0]);
  });

  it('are left alone for new terminals when they are of another version, and end with their last one', async () => {
    const host = new FakeHost();
    backendWith(host, '0');
    await backend.takeOver(take);
    await backend.open(REQUEST, events);
    expect([hosts.length, host.commands.length]).toEqual([1, 0]);
    host.socket.push(encodeHostEvent({ terminal: 9, type: 'exited', exitCode: 1, signal: 0 }));
    await settle();
    expect(host.commands.map(({ type }) => type)).toEqual(['shut-down']);
    expect(clock.pending).toBe(0);
  });

  it('lose what nobody takes', async () => {
    const host = new FakeHost();
    backendWith(host, '1');
    await backend.takeOver(() => undefined);
    expect(host.commands.map(({ type }) => type)).toEqual(['mute', 'hang-up']);
    host.socket.push(encodeHostEvent({ terminal: 9, type: 'exited', exitCode: 0, signal: 1 }));
    await settle();
    expect(heard).toEqual([]);
  });

  it('do not hold up the start when they do not answer, and are taken over when they do', async () => {
    const host = new FakeHost();
    let answer: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      answer = resolve;
    });
    backendWith(host, '1', reached);
    const taking = backend.takeOver(take);
    await clock.advance(3_000);
    await taking;
    expect(offered).toEqual([]);
    answer();
    await settle();
    expect(offered).toEqual([`${LABEL.terminal} 132`]);
  });

  it('are given up on at the end, and not taken over after it', async () => {
    const host = new FakeHost();
    let answer: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      answer = resolve;
    });
    backendWith(host, '1', reached);
    const taking = backend.takeOver(take);
    await clock.advance(3_000);
    await taking;
    await backend.close();
    answer();
    await settle();
    expect(offered).toEqual(['cancelled']);
    expect(host.socket.destroyed).toBe(true);
  });

  it('are lost when another agent takes them, without being killed or counted', async () => {
    const host = new FakeHost();
    backendWith(host, '1');
    await backend.takeOver(take);
    host.socket.push(encodeHostEvent({ terminal: 0, type: 'dismissed' }));
    host.socket.destroy();
    await settle();
    expect([heard, host.killed, host.released, removed]).toEqual([['lost terminal.host-lost'], false, true, []]);
    for (let loss = 0; loss < 4; loss += 1) {
      await backend.open(REQUEST, events);
      hosts.at(-1)?.exit();
      await settle();
    }
    await backend.open(REQUEST, events);
  });

  it('have their files removed when they die', async () => {
    const host = new FakeHost('89abcdef');
    backendWith(host, '1');
    await backend.takeOver(take);
    host.exit();
    await settle();
    expect([heard, removed]).toEqual([['lost terminal.host-lost'], ['89abcdef']]);
  });

  it('are let go of where their terminals are to stay, and what is being opened there is hung up', async () => {
    const host = new FakeHost();
    backendWith(host, '1');
    await backend.takeOver(take);
    expect(backend.lasts).toBe(true);
    host.answers = false;
    const opening = backend.open(REQUEST, events);
    opening.catch(() => undefined);
    await settle();
    await backend.close('keep');
    await expect(opening).rejects.toMatchObject({ code: 'terminal.shutdown' });
    expect(host.commands.map(({ type, terminal }) => `${type} ${terminal}`)).toEqual(['open 10', 'hang-up 10']);
    expect([heard, host.killed, host.released, removed, clock.pending]).toEqual([[], false, true, [], 0]);
  });

  it('do not last until they say so', async () => {
    await backend.open(REQUEST, events);
    expect(backend.lasts).toBe(false);
    hosts[0]?.socket.push(encodeHostEvent({ terminal: 0, type: 'lasting', lasts: true }));
    await settle();
    expect(backend.lasts).toBe(true);
  });
});
