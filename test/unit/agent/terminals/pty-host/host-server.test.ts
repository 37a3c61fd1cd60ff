import { Duplex } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeHostCommand } from '#agent/terminals/pty-host/host-commands.ts';
import { HostEventParser } from '#agent/terminals/pty-host/host-events.ts';
import type { HostCommand, HostEvent } from '#agent/terminals/pty-host/host-protocol.ts';
import { ABANDONED_LIFETIME, MAX_HOST_TERMINALS, PtyHostServer } from '#agent/terminals/pty-host/host-server.ts';
import type { PtyProcess, PtyProcessEvents } from '#agent/terminals/pty-host/pty-process.ts';
import type { TerminalLabel } from '#agent/terminals/index.ts';
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

/** An agent's end of the socket. */
class FakeAgent {
  readonly heard: HostEvent[] = [];
  ended = false;
  /** While set, nothing is taken. */
  stuck = false;
  readonly socket: Duplex;
  #release: (() => void)[] = [];

  constructor() {
    const parser = new HostEventParser();
    this.socket = new Duplex({
      read: () => undefined,
      write: (chunk: Uint8Array, _encoding, done) => {
        this.heard.push(...parser.push(chunk));
        if (this.stuck) this.#release.push(done);
        else done();
      },
      final: (done) => {
        this.ended = true;
        done();
      },
    });
  }

  say(command: HostCommand): void {
    this.socket.push(encodeHostCommand(command));
  }

  goOn(): void {
    this.stuck = false;
    for (const done of this.#release.splice(0)) done();
  }

  leave(): void {
    this.socket.destroy();
  }

  types(): readonly string[] {
    return this.heard.map(({ type }) => type);
  }

  output(): string {
    return this.heard.map((event) => (event.type === 'data' ? Buffer.from(event.bytes).toString() : '')).join('');
  }
}

class FakeProcess implements PtyProcess {
  readonly pid = 42;
  readonly signals: string[] = [];
  paused = false;
  readonly events: PtyProcessEvents;

  constructor(events: PtyProcessEvents) {
    this.events = events;
  }

  write(): void {
    this.events.inputTaken(1);
  }

  resize(): void {
    this.signals.push('size');
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  signal(signal: 'SIGHUP' | 'SIGKILL'): void {
    this.signals.push(signal);
  }

  prints(text: string): void {
    this.events.data(Buffer.from(text));
  }
}

let clock: FakeClock;
let programs: FakeProcess[];
let server: PtyHostServer;
let over: boolean;
let agent: FakeAgent;

beforeEach(async () => {
  clock = new FakeClock();
  programs = [];
  over = false;
  server = newServer();
  void server.done.then(() => {
    over = true;
  });
  agent = new FakeAgent();
  server.outliveAgents(true);
  server.serve(agent.socket);
  await settle();
});

function newServer(): PtyHostServer {
  return new PtyHostServer({
    clock,
    pid: 7,
    spawn: (_request, events) => {
      const program = new FakeProcess(events);
      programs.push(program);
      return program;
    },
  });
}

async function open(terminal = 1): Promise<FakeProcess> {
  const request = { label: LABEL, file: '/bin/sh', args: [], cwd: '/', environment: {}, cols: 80, rows: 24 };
  agent.say({ terminal, type: 'open', request });
  await settle();
  const program = programs.at(-1);
  if (program === undefined) throw new Error('nothing was started');
  return program;
}

/** Another agent comes. */
async function come(): Promise<FakeAgent> {
  const next = new FakeAgent();
  server.serve(next.socket);
  await settle();
  return next;
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** The screen parses in its own time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

describe('the PTY host', () => {
  it('tells an agent what it has, and that it stays', async () => {
    expect(agent.heard).toEqual([
      { terminal: 0, type: 'ready', pid: 7 },
      { terminal: 0, type: 'lasting', lasts: true },
    ]);
    const program = await open(5);
    agent.say({ terminal: 5, type: 'resize', cols: 100, rows: 30 });
    program.prints('\u001b]0;build\u0007');
    await until(() => agent.types().includes('title'));
    agent.leave();
    await settle();
    const next = await come();
    expect(next.heard).toEqual([
      { terminal: 5, type: 'kept', label: { ...LABEL, title: 'build' }, cols: 100, rows: 30, pid: 42 },
      { terminal: 0, type: 'ready', pid: 7 },
      { terminal: 0, type: 'lasting', lasts: true },
    ]);
  });

  it('keeps who has a terminal now, for the agent that comes next', async () => {
    await open(5);
    const owner = { peerId: 'C'.repeat(56), name: 'tablet' };
    agent.say({ terminal: 5, type: 'hand-over', owner, granted: false });
    agent.leave();
    await settle();
    const next = await come();
    expect(next.heard[0]).toMatchObject({ type: 'kept', label: { ...LABEL, owner, granted: false } });
  });

  it('sends the agent before away when the next one comes, and takes no word from it any more', async () => {
    const program = await open();
    const next = await come();
    expect(agent.types().at(-1)).toBe('dismissed');
    expect(agent.ended).toBe(true);
    agent.say({ terminal: 1, type: 'hang-up' });
    agent.say({ terminal: 0, type: 'shut-down' });
    await settle();
    expect(program.signals).toEqual([]);
    expect(over).toBe(false);
    next.say({ terminal: 1, type: 'hang-up' });
    await settle();
    expect(program.signals).toEqual(['SIGHUP']);
  });

  it('owes the next agent no credit and sends it no output before it asks', async () => {
    const program = await open();
    program.prints('x'.repeat(150_000));
    await turn();
    await turn();
    expect(program.paused).toBe(true);
    agent.leave();
    await settle();
    await turn();
    expect(program.paused).toBe(false);
    const next = await come();
    program.prints('unseen\r\n');
    await turn();
    expect(next.output()).toBe('');
    next.say({ terminal: 1, type: 'snapshot', request: 1, scrollback: true });
    await until(() => next.types().includes('data'));
    next.say({ terminal: 1, type: 'acknowledge', bytes: 131_072 });
    await until(() => next.types().includes('snapshot-end'));
    expect(next.output()).toContain('unseen');
    program.prints('live');
    await turn();
    await turn();
    expect(next.output().endsWith('live')).toBe(true);
  });

  it('keeps the end of a program for whoever looks at its last screen, or hangs it up', async () => {
    const first = await open(1);
    const second = await open(2);
    agent.leave();
    await settle();
    for (const program of [first, second]) {
      program.prints('the last word');
      program.events.exited(3, 0);
    }
    const next = await come();
    expect(next.types()).toEqual(['kept', 'kept', 'ready', 'lasting']);
    next.say({ terminal: 1, type: 'snapshot', request: 1, scrollback: true });
    next.say({ terminal: 2, type: 'hang-up' });
    await until(() => next.types().filter((type) => type === 'exited').length === 2);
    expect(next.heard.filter(({ type }) => type === 'exited')).toEqual([
      { terminal: 2, type: 'exited', exitCode: 3, signal: 0 },
      { terminal: 1, type: 'exited', exitCode: 3, signal: 0 },
    ]);
    expect(next.output()).toContain('the last word');
  });

  it('ends at once without terminals, and after ten minutes with them', async () => {
    const program = await open();
    agent.leave();
    await settle();
    await clock.advance(ABANDONED_LIFETIME - 1);
    expect(program.signals).toEqual([]);
    await clock.advance(1);
    expect(program.signals).toEqual(['SIGHUP']);
    program.events.exited(0, 1);
    await settle();
    expect([over, clock.pending]).toEqual([true, 0]);
  });

  it('has the ten minutes anew with each agent', async () => {
    const program = await open();
    agent.leave();
    await settle();
    await clock.advance(ABANDONED_LIFETIME - 1);
    const next = await come();
    await clock.advance(ABANDONED_LIFETIME);
    next.leave();
    await settle();
    await clock.advance(ABANDONED_LIFETIME - 1);
    expect(program.signals).toEqual([]);
  });

  it('ends with its agent when there is no terminal, or when nobody could find it', async () => {
    agent.leave();
    await settle();
    expect(over).toBe(true);
  });

  it('hangs everything up when it turns out that nobody could find it, with the agent gone or still to go', async () => {
    const program = await open();
    server.outliveAgents(false);
    await settle();
    expect(program.signals).toEqual([]);
    agent.leave();
    await settle();
    expect(program.signals).toEqual(['SIGHUP']);
    await clock.advance(2_000);
    expect(program.signals).toEqual(['SIGHUP', 'SIGKILL']);
    await clock.advance(500);
    expect(over).toBe(true);
  });

  it('hangs everything up with its first agent where it is no more than a part of that', async () => {
    server = newServer();
    agent = new FakeAgent();
    server.serve(agent.socket);
    await settle();
    expect(agent.heard.at(-1)).toEqual({ terminal: 0, type: 'lasting', lasts: false });
    const program = await open();
    agent.leave();
    await settle();
    expect(program.signals).toEqual(['SIGHUP']);
  });

  it('has a bounded number of terminals', async () => {
    for (let terminal = 1; terminal <= MAX_HOST_TERMINALS; terminal += 1) await open(terminal);
    await open(MAX_HOST_TERMINALS + 1);
    expect(programs.length).toBe(MAX_HOST_TERMINALS);
    expect(agent.heard.at(-1)).toMatchObject({ type: 'error', code: 'terminal.too-many' });
  }, 30_000);

  it('does not pile up titles for an agent that takes nothing, and says the last one', async () => {
    const program = await open();
    agent.say({ terminal: 1, type: 'mute' });
    await settle();
    agent.stuck = true;
    for (let round = 0; round < 100; round += 1) {
      program.prints(`\u001b]0;${'t'.repeat(200)}${round}\u0007`.repeat(50));
      await turn();
      await turn();
    }
    expect(agent.socket.writableLength).toBeLessThan(400_000);
    program.prints('\u001b]0;last\u0007');
    agent.goOn();
    const last = (): unknown => agent.heard.findLast((event) => event.type === 'title');
    await until(() => JSON.stringify(last()).includes('"last"'));
    expect(agent.socket.writableLength).toBe(0);
  });

  it('throws an agent out that does not keep to the protocol, and keeps the terminals', async () => {
    const program = await open();
    agent.socket.push(Uint8Array.of(0xff, 0xff));
    await settle();
    expect(agent.socket.destroyed).toBe(true);
    expect(program.signals).toEqual([]);
    expect((await come()).types()).toEqual(['kept', 'ready', 'lasting']);
  });
});
