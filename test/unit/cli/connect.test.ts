import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type {
  AppChannel,
  AppConnection,
  AppHandlers,
  CallInput,
  EventPayload,
  GuestView,
} from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import {
  createFakeHost,
  createPeer,
  createRelay,
  createStatus,
  PEER_ID,
  type FakeHost,
} from '#test/support/cli-host.ts';
import { settle } from '#test/support/fake-clock.ts';

/** ID of the terminal that the agent opens. */
const TERMINAL = '1'.repeat(32);

const PATH = { path: 'relay', address: '203.0.113.5:7474', rtt: 47.2 } as const;

/** The other side of a terminal, played by the test. */
class FakeTerminal {
  input = '';
  inputEnded = false;
  /** True if the input had ended when the command closed the terminal. */
  inputEndedBefore = false;
  readonly sizes: { cols: number; rows: number }[] = [];
  readonly closed: boolean[] = [];
  opened: CallInput<'terminal.open'> | undefined;
  /** What comes before it is opened; may throw. */
  before: () => void = () => undefined;
  #channel: AppChannel | undefined;
  #connection: AppConnection | undefined;

  handlers(change: Partial<AppHandlers> = {}): Partial<AppHandlers> {
    return {
      'peers.get': async () => createPeer(),
      'peers.ping': async () => PATH,
      'terminal.open': async (input, { connection }) => {
        this.before();
        this.opened = input;
        this.#connection = connection;
        this.#channel = connection.openChannel();
        void this.#read(this.#channel);
        return { channel: this.#channel.id, terminal: TERMINAL, path: PATH };
      },
      'terminal.resize': async ({ cols, rows }) => {
        this.sizes.push({ cols, rows });
        return {};
      },
      'terminal.close': async ({ detach }) => {
        this.inputEndedBefore = this.inputEnded;
        this.closed.push(detach);
        return {};
      },
      ...change,
    };
  }

  get channel(): AppChannel {
    if (this.#channel === undefined) throw new Error('not open');
    return this.#channel;
  }

  print(text: string): Promise<void> {
    return this.channel.write(Buffer.from(text));
  }

  end(end: { exitCode?: number; signal?: string; code?: string }): void {
    this.channel.end();
    this.#connection?.emit('terminal.ended', {
      channel: this.channel.id,
      exitCode: end.exitCode ?? null,
      signal: end.signal ?? null,
      code: end.code ?? null,
    });
  }

  emitPeers(peers: EventPayload<'peers.changed'>): void {
    this.#connection?.emit('peers.changed', peers);
  }

  breakConnection(): void {
    this.#connection?.close();
  }

  async #read(channel: AppChannel): Promise<void> {
    for (;;) {
      const bytes = await channel.read().catch(() => null);
      if (bytes === null) break;
      this.input += Buffer.from(bytes).toString();
    }
    this.inputEnded = true;
  }
}

async function start(
  line: readonly string[],
  options: Readonly<{ terminal?: boolean; handlers?: Partial<AppHandlers>; variables?: Record<string, string> }> = {},
): Promise<{ host: FakeHost; terminal: FakeTerminal; exit: Promise<number> }> {
  const terminal = new FakeTerminal();
  const host = createFakeHost(terminal.handlers(options.handlers), {
    terminal: options.terminal ?? true,
    variables: options.variables ?? { TERM: 'xterm' },
  });
  const exit = runCommandLine(line, host);
  await settle(10);
  return { host, terminal, exit };
}

describe('connect', () => {
  it('prints the path and opens a terminal of the size and kind of this one', async () => {
    const { host, terminal, exit } = await start(['connect', 'office']);
    expect(terminal.opened).toMatchObject({ cols: 80, rows: 24, term: 'xterm' });
    expect(terminal.opened).not.toHaveProperty('command');
    expect(host.stdin.raw).toBe(true);
    terminal.end({ exitCode: 0 });
    expect(await exit).toBe(0);
    expect(host.stderr.text).toContain('office: via relay 203.0.113.5:7474 (encrypted, 47 ms RTT)');
    expect(host.stdout.text).toBe('');
    expect(host.stdin.raw).toBe(false);
  });

  it('rings and says that a guest waits at the link of its terminal, once, and only rings over a whole screen', async () => {
    const { host, terminal, exit } = await start(['connect', 'office']);
    const guest = (id: string, name: string): GuestView => ({
      id,
      name,
      words: ['crane', 'jay', 'chicken', 'page'],
      state: 'waiting',
      since: 0,
      typedAt: null,
    });
    const link = (shown: string, ...guests: GuestView[]) => ({
      id: '0badcafe',
      number: 1,
      peerId: PEER_ID,
      terminal: shown,
      title: '',
      role: 'view' as const,
      url: 'https://relay.example/j#A',
      createdAt: 0,
      expiresAt: 4_000_000_000_000,
      once: false,
      letIn: false,
      guests,
    });
    const before = host.stderr.text.length;
    host.server.broadcast('shareLink.changed', [link('2'.repeat(32), guest('22222222', 'Eve'))]);
    for (let round = 0; round < 2; round += 1)
      host.server.broadcast('shareLink.changed', [link(TERMINAL, guest('11111111', 'Gus\u001b[2J'))]);
    await settle(10);
    const told = host.stderr.text.slice(before);
    expect(told.slice(0, 3)).toBe('\u0007\r\n');
    expect(told.slice(3).replaceAll(/\r\n(?=.)/g, ' ')).toMatch(
      /^\[clawreach: Gus\S* waits at your link: crane jay chicken page\. In another shell: clawreach share --admit 11111111\]\r\n$/,
    );
    await terminal.print('\u001b[?1049h');
    await settle(10);
    const full = host.stderr.text.length;
    host.server.broadcast('shareLink.changed', [link(TERMINAL, guest('33333333', 'Ida'))]);
    await settle(10);
    expect(host.stderr.text.slice(full)).toBe('\u0007');
    terminal.end({ exitCode: 0 });
    expect(await exit).toBe(0);
  });

  it('says that a browser serves no terminals, and opens none', async () => {
    const { host, terminal, exit } = await start(['connect', 'office'], {
      handlers: { 'peers.get': async () => createPeer({ browser: { life: '12h', endsAt: 1_900_000_000_000 } }) },
    });
    expect(await exit).toBe(1);
    expect(host.stderr.text).toContain('is a browser');
    expect(terminal.opened).toBeUndefined();
  });

  it('stops after the path with --check, on stdout', async () => {
    const { host, exit } = await start(['connect', 'office', '--check'], { terminal: false });
    expect(await exit).toBe(0);
    expect(host.stdout.text).toBe('office: via relay 203.0.113.5:7474 (encrypted, 47 ms RTT)\n');
    expect(host.calls.some(({ call }) => call === 'terminal.open')).toBe(false);
  });

  it('says of a direct-only machine that the relay is not used by choice', async () => {
    const fails = (): Promise<never> => Promise.reject(new ClawReachError('direct.unreachable', 'no path'));
    for (const words of [['--check'], []]) {
      const host = createFakeHost({
        'peers.get': async () => createPeer({ pathMode: 'direct-only' }),
        'peers.ping': fails,
        'terminal.open': fails,
        'exec.open': fails,
      });
      await runCommandLine(['connect', 'office', ...words], host);
      expect(host.stderr.text).toContain('[direct.unreachable]');
      expect(host.stderr.text).toContain('To use the relay: `clawreach path office --mode auto`.');
      expect(host.stderr.text).toContain('open TCP port 7473 on one.');
      expect(host.stderr.text).not.toContain('while the relay works');
    }
  });

  it('says of a machine that is offline when it was last seen, and what may be, instead of a missing direct path', async () => {
    const fails = (): Promise<never> => Promise.reject(new ClawReachError('direct.unreachable', 'no path'));
    for (const words of [
      ['connect', 'office', '--check'],
      ['connect', 'office'],
      ['ping', 'office', '-c', '1'],
    ]) {
      let isAsked = false;
      const host = createFakeHost({
        // It was still online when the command began.
        'peers.get': async () => {
          const online = !isAsked;
          isAsked = true;
          return createPeer({ online, lastSeenAt: 1_800_000_000_000 });
        },
        'peers.ping': fails,
        'terminal.open': fails,
        'exec.open': fails,
      });
      expect(await runCommandLine(words, host)).toBe(words.join(' ') === 'connect office' ? 255 : 4);
      const text = host.stdout.text + host.stderr.text;
      expect(text).toMatch(/office is offline, last seen .*\d\d:\d\d/);
      expect(text).toContain('[peer.offline]');
      expect(text).toContain('`clawreach resume`');
      expect(text).not.toContain('Nothing to do');
    }
  });

  it.each([
    ['waiting' as const, "This machine isn't connected to its relay either, so it can't reach office."],
    ['online' as const, "The relay didn't connect to office either."],
  ])('never says that there is nothing to do when it fails, with the relay %s', async (state, said) => {
    const fails = (): Promise<never> => Promise.reject(new ClawReachError('direct.unreachable', 'no path'));
    const host = createFakeHost({
      'status.get': async () => createStatus({ relay: createRelay({ state }) }),
      'peers.get': async () => createPeer(),
      'exec.open': fails,
    });
    expect(await runCommandLine(['connect', 'office'], host)).toBe(255);
    expect(host.stderr.text).toContain(said);
    expect(host.stderr.text).not.toContain('Nothing to do');
  });

  it('says that machines have no user names', async () => {
    const host = createFakeHost({ 'peers.get': () => Promise.reject(new ClawReachError('peer.unknown', 'no')) });
    expect(await runCommandLine(['connect', 'root@office'], host)).toBe(2);
    expect(host.stderr.text).toContain('Machines have no user names here. Try: `clawreach connect office`.');
  });

  it('gives --check as JSON', async () => {
    const { host, exit } = await start(['connect', 'office', '--check', '--json'], { terminal: false });
    expect(await exit).toBe(0);
    expect(JSON.parse(host.stdout.text)).toMatchObject({ peer: 'office', ...PATH, encrypted: true });
  });

  it('runs the command after the dashes, whatever its options', async () => {
    const { terminal, exit } = await start(['connect', '-tt', 'office', '--', 'ls', '-la', '--json'], {
      terminal: false,
    });
    expect(terminal.opened).toMatchObject({ command: ['ls', '-la', '--json'], term: 'dumb' });
    terminal.end({ exitCode: 3 });
    expect(await exit).toBe(3);
  });

  it('ends with 128 + n when a signal ended the program there', async () => {
    const { terminal, exit } = await start(['connect', 'office']);
    terminal.end({ signal: 'SIGKILL' });
    expect(await exit).toBe(137);
  });

  it('writes each key the moment it comes, Ctrl-C too', async () => {
    const { host, terminal, exit } = await start(['connect', 'office']);
    for (const key of ['l', 's', '\r', '\u0003']) {
      host.stdin.write(key);
      await settle();
      expect(terminal.input.endsWith(key)).toBe(true);
    }
    expect(terminal.input).toBe('ls\r\u0003');
    terminal.end({ exitCode: 130 });
    expect(await exit).toBe(130);
  });

  it('shows all output before it ends, however slow the terminal is', async () => {
    const { host, terminal, exit } = await start(['connect', 'office']);
    host.stdout.block();
    const text = 'x'.repeat(200_000);
    const printed = terminal.print(text);
    await printed;
    terminal.end({ exitCode: 0 });
    await settle();
    expect(host.stdout.text.length).toBeLessThan(200_000);
    host.stdout.release();
    expect(await exit).toBe(0);
    expect(host.stdout.text).toBe(text);
  });

  it('makes the program there wait when this terminal is slow', async () => {
    const { host, terminal, exit } = await start(['connect', 'office']);
    host.stdout.block();
    let written = 0;
    const flood = async (): Promise<void> => {
      for (let turn = 0; turn < 64; turn += 1) {
        await terminal.print('x'.repeat(16_384));
        written += 16_384;
      }
    };
    const flooding = flood();
    await settle(20);
    expect(written).toBeLessThanOrEqual(512 * 1024);
    host.stdout.release();
    await flooding;
    terminal.end({ exitCode: 0 });
    expect(await exit).toBe(0);
    expect(host.stdout.text.length).toBe(64 * 16_384);
  });

  it('types what comes from a pipe and ends the input with it', async () => {
    const { host, terminal, exit } = await start(['connect', '-tt', 'office'], { terminal: false });
    host.stdin.end('echo ~.\n~.\nls\n');
    await settle();
    expect(terminal.input).toBe('echo ~.\n~.\nls\n');
    expect(terminal.inputEnded).toBe(true);
    await terminal.print('a b\n');
    terminal.end({ exitCode: 0 });
    expect(await exit).toBe(0);
    expect(host.stdout.text).toBe('a b\n');
  });

  it('follows the size of the window', async () => {
    const { host, terminal, exit } = await start(['connect', 'office']);
    host.stdout.columns = 120;
    host.stdout.rows = 40;
    host.stdout.emit('resize');
    await settle();
    host.stdout.emit('resize');
    await settle();
    expect(terminal.sizes).toEqual([{ cols: 120, rows: 40 }]);
    terminal.end({ exitCode: 0 });
    await exit;
    expect(host.stdout.listenerCount('resize')).toBe(0);
  });

  it('detaches with ~d, leaves the terminal running and says how to come back', async () => {
    const { host, terminal, exit } = await start(['connect', 'office']);
    host.stdin.write('~d');
    expect(await exit).toBe(0);
    expect(terminal.closed).toEqual([true]);
    expect(host.stderr.text).toContain(`clawreach connect office --terminal ${TERMINAL.slice(0, 8)}`);
    expect(host.stdin.raw).toBe(false);
  });

  const running: Partial<AppHandlers> = {
    'terminal.list': async () =>
      ['abc1', 'abd2'].map((digits) => ({
        peerId: PEER_ID,
        terminal: digits.repeat(8),
        title: 'bash',
        startedAt: 0,
        cols: 80,
        rows: 24,
        attached: false,
        openedBy: null,
        heldBy: null,
      })),
  };

  it('takes a terminal up again by the beginning of its id, where that fits one', async () => {
    const { terminal, exit } = await start(['connect', 'office', '--terminal', 'ABC'], { handlers: running });
    terminal.end({ exitCode: 0 });
    expect(await exit).toBe(0);
    // Who names it means it, also where another device has it.
    expect(terminal.opened).toMatchObject({ terminal: 'abc1'.repeat(8), takeOver: true });
  });

  it.each(['ab', 'abe', 'nope'])('opens nothing for --terminal %s, and says where the ids are', async (text) => {
    const { host, terminal, exit } = await start(['connect', 'office', '--terminal', text], { handlers: running });
    expect(await exit).toBe(2);
    expect(host.stderr.text.replaceAll(/\s+/g, ' ')).toContain(`There's no terminal ${text} on office.`);
    expect(host.stderr.text).toContain('clawreach terminals office');
    expect(terminal.opened).toBeUndefined();
  });

  it('disconnects with ~. even when nothing can be written any more', async () => {
    const { host, terminal, exit } = await start(['connect', 'office'], {
      handlers: {
        'terminal.open': async (_input, { connection }) => {
          // Nobody reads this one: its window fills up.
          return { channel: connection.openChannel().id, terminal: TERMINAL, path: PATH };
        },
      },
    });
    host.stdin.write(Buffer.alloc(300 * 1024, 0x61));
    await settle();
    host.stdin.write('\r~.');
    expect(await exit).toBe(130);
    expect(terminal.closed).toEqual([false]);
    expect(host.stdin.raw).toBe(false);
  });

  it('explains the escapes with ~?', async () => {
    const { host, terminal, exit } = await start(['connect', 'office']);
    host.stdin.write('~?');
    await settle();
    expect(host.stderr.text).toContain('~d  leave the terminal running');
    expect(terminal.input).toBe('');
    terminal.end({ exitCode: 0 });
    await exit;
  });

  it('in a pipe says how to re-attach when the link is lost', async () => {
    const { host, terminal, exit } = await start(['connect', '-tt', 'office'], { terminal: false });
    terminal.end({ code: 'link.session-lost' });
    expect(await exit).toBe(4);
    expect(host.stderr.text).toContain('[link.session-lost]');
    expect(host.stderr.text).toContain(`clawreach connect office --terminal ${TERMINAL.slice(0, 8)}`);
    expect(host.calls.filter(({ call }) => call === 'terminal.open')).toHaveLength(1);
  });

  it('in a pipe says so when the agent is gone, and starts none', async () => {
    const { host, terminal, exit } = await start(['connect', '-tt', 'office'], { terminal: false });
    host.agent.running = false;
    terminal.breakConnection();
    expect(await exit).toBe(3);
    expect(host.stderr.text).toContain('[control.lost]');
    expect(host.started).toEqual([]);
  });

  it('does not offer to re-attach when the right was taken back', async () => {
    const { host, terminal, exit } = await start(['connect', 'office']);
    terminal.end({ code: 'terminal.revoked' });
    expect(await exit).toBe(5);
    expect(host.stderr.text).not.toContain('--terminal');
  });

  describe('that loses its way', () => {
    const RESET = '\u001b[?1049l\u001b[?25h\u001b[0m';

    it('takes the terminal up again by itself, on an empty screen, and sends no key twice', async () => {
      const { host, terminal, exit } = await start(['connect', 'office']);
      await terminal.print('\u001b[?1049h\u001b[?25l vim');
      host.stdin.write('one');
      await settle();
      host.stdout.text = '';
      terminal.end({ code: 'link.session-lost' });
      await host.clock.advance(0);
      expect(terminal.opened).toMatchObject({ terminal: TERMINAL, cols: 80, rows: 24 });
      expect(terminal.opened).not.toHaveProperty('command');
      expect(host.stdin.raw).toBe(true);
      await terminal.print('redrawn');
      host.stdin.write('two');
      await settle();
      expect(terminal.input).toBe('onetwo');
      expect(host.stdout.text.startsWith(RESET)).toBe(true);
      expect(host.stdout.text.endsWith('\u001b[H\u001b[2Jredrawn')).toBe(true);
      expect(host.stderr.text).not.toContain('clawreach:');
      terminal.end({ exitCode: 7 });
      expect(await exit).toBe(7);
      expect(host.clock.pending).toBe(0);
    });

    it('says so after a second, drops what is typed meanwhile, and goes on trying', async () => {
      let tries = 0;
      const { host, terminal, exit } = await start(['connect', 'office']);
      terminal.before = () => {
        tries += 1;
        if (tries < 5) throw new ClawReachError('relay.refused.offline', 'not yet');
      };
      terminal.end({ code: 'link.path-lost' });
      await host.clock.advance(900);
      expect(host.stderr.text).not.toContain('[clawreach:');
      await host.clock.advance(200);
      expect(host.stderr.text).toContain('[clawreach: connection lost, reconnecting.');
      host.stdin.write('dropped\r');
      await host.clock.advance(10_000);
      expect(host.stderr.text).toContain('[clawreach: reopened; what you typed meanwhile was dropped]');
      host.stdin.write('kept');
      await settle();
      expect([tries, terminal.input]).toEqual([5, 'kept']);
      terminal.end({ exitCode: 0 });
      expect(await exit).toBe(0);
    });

    it('says that typed keys have no answer, and that they have one again', async () => {
      const { host, terminal, exit } = await start(['connect', 'office']);
      const report = async (state: 'up' | 'doubtful'): Promise<void> => {
        terminal.emitPeers([
          createPeer({ link: { state, since: 0, retryAt: null, via: null, hops: [], why: null, history: [] } }),
        ]);
        await settle();
      };
      await report('doubtful');
      expect(host.stderr.text).not.toContain('[clawreach:');
      host.stdin.write('l');
      await settle();
      expect(host.stderr.text).toContain('\r\n[clawreach: no answer for some seconds.');
      await report('up');
      expect(host.stderr.text).toContain('\r\n[clawreach: answers again (');
      expect(terminal.input).toBe('l');
      terminal.end({ exitCode: 0 });
      expect(await exit).toBe(0);
    });

    it('says on reopening that input during the loss was dropped, and nothing if the link came back', async () => {
      const { host, terminal, exit } = await start(['connect', 'office']);
      const report = async (state: 'up' | 'reconnecting'): Promise<void> => {
        terminal.emitPeers([
          createPeer({ link: { state, since: 0, retryAt: null, via: null, hops: [], why: null, history: [] } }),
        ]);
        await settle();
      };
      await report('reconnecting');
      await host.clock.advance(2000);
      // Lines break between words.
      expect(host.stderr.text.replaceAll('\r\n', ' ')).toContain(
        'What you type is sent if this connection returns, and dropped if the terminal is reopened.',
      );
      host.stdin.write('sent');
      await settle();
      await report('up');
      await host.clock.advance(60_000);
      terminal.end({ code: 'link.session-lost' });
      await host.clock.advance(1000);
      expect(host.stderr.text).not.toContain('reopened;');
      await report('reconnecting');
      host.stdin.write('lost');
      await settle();
      terminal.end({ code: 'link.session-lost' });
      await host.clock.advance(1000);
      expect(host.stderr.text).toContain('[clawreach: reopened; what you typed meanwhile was dropped]');
      terminal.end({ exitCode: 0 });
      expect(await exit).toBe(0);
      expect(host.clock.pending).toBe(0);
    });

    it.each(['\u0003', '\r~.', '\r~d'])('is given up at once with %j, and says how to take it up', async (keys) => {
      const { host, terminal, exit } = await start(['connect', 'office']);
      terminal.before = () => {
        throw new ClawReachError('link.no-way', 'no way');
      };
      terminal.end({ code: 'link.session-lost' });
      await host.clock.advance(20_000);
      host.stdin.write(keys);
      expect(await exit).toBe(130);
      expect(host.stderr.text).toContain(`clawreach connect office --terminal ${TERMINAL.slice(0, 8)}`);
      expect(host.stdin.raw).toBe(false);
      expect(terminal.closed).toEqual([]);
      expect(host.clock.pending).toBe(0);
    });

    it.each([
      ['terminal.unknown', 1],
      ['rights.denied', 5],
      ['peer.unknown', 4],
    ])('ends with %s where that is the answer', async (code, status) => {
      const { host, terminal, exit } = await start(['connect', 'office']);
      await terminal.print('\u001b[?1049h\u001b[?25l vim');
      terminal.before = () => {
        throw new ClawReachError(code, 'no');
      };
      terminal.end({ code: 'link.session-lost' });
      await host.clock.advance(1000);
      expect(await exit).toBe(status);
      expect(host.stdout.text.endsWith(RESET)).toBe(true);
      expect(host.stderr.text).toContain(`[${code}]`);
      expect(host.stderr.text).not.toContain('--terminal');
      expect(host.stdin.raw).toBe(false);
    });

    it('starts an agent that was killed', async () => {
      const { host, terminal, exit } = await start(['connect', 'office']);
      host.agent.running = false;
      terminal.breakConnection();
      await host.clock.advance(1000);
      expect(host.started).toHaveLength(1);
      expect(host.stderr.text).not.toContain('Started ClawReach');
      expect(terminal.opened).toMatchObject({ terminal: TERMINAL });
      terminal.end({ exitCode: 0 });
      expect(await exit).toBe(0);
    });

    it('starts no agent that a person has stopped', async () => {
      const { host, terminal, exit } = await start(['connect', 'office']);
      host.server.broadcast('agent.ending', { returns: false });
      host.agent.running = false;
      terminal.breakConnection();
      expect(await exit).toBe(3);
      expect(host.started).toEqual([]);
      expect(host.stdin.raw).toBe(false);
      expect(host.stderr.text).toContain('[control.stopped]');
      expect(host.stderr.text).toContain(`clawreach connect office --terminal ${TERMINAL.slice(0, 8)}`);
    });

    it('waits for the next agent where one is to follow, and starts none', async () => {
      const { host, terminal, exit } = await start(['connect', 'office']);
      host.server.broadcast('agent.ending', { returns: true });
      host.agent.running = false;
      terminal.breakConnection();
      await host.clock.advance(60_000);
      expect(host.started).toEqual([]);
      host.agent.running = true;
      await host.clock.advance(5000);
      expect(terminal.opened).toMatchObject({ terminal: TERMINAL });
      terminal.end({ exitCode: 0 });
      expect(await exit).toBe(0);
    });
  });

  it.each([
    ['SIGTERM', 143, [false]],
    // The terminal stays as after a lost connection, not as one that a person has left.
    ['SIGHUP', 129, []],
    ['SIGINT', 130, [false]],
  ] as const)('gives the terminal back on %s, exits with %d and closes it there: %j', async (signal, code, closed) => {
    const { host, terminal, exit } = await start(['connect', 'office']);
    host.interrupt(signal);
    expect(await exit).toBe(code);
    expect(terminal.closed).toEqual(closed);
    expect(host.stdin.raw).toBe(false);
  });

  it('leaves the terminal to its ten minutes when the window here is gone', async () => {
    const { host, terminal, exit } = await start(['connect', 'office']);
    host.stdin.end();
    expect(await exit).toBe(129);
    expect(terminal.closed).toEqual([]);
    expect(terminal.inputEndedBefore).toBe(false);
  });

  it('ends the terminal on a hang-up without a window here', async () => {
    const { host, terminal, exit } = await start(['connect', '-tt', 'office', '--', 'top'], { terminal: false });
    host.interrupt('SIGHUP');
    expect(await exit).toBe(129);
    expect(terminal.closed).toEqual([false]);
  });

  it('ends like any pipeline when nobody reads its output', async () => {
    const { host, terminal, exit } = await start(['connect', '-tt', 'office', '--', 'cat', 'big'], { terminal: false });
    host.stdout.destroy();
    await settle();
    expect(await exit).toBe(141);
    expect(terminal.closed).toEqual([false]);
  });

  it('tells that a person is being asked, and stays in the shell’s mode until the answer', async () => {
    const { host, exit } = await start(['connect', 'office'], {
      handlers: {
        'terminal.open': (_input, { progress }) => {
          progress('connecting');
          progress('approval');
          return Promise.reject(new ClawReachError('approval.denied', 'no'));
        },
      },
    });
    expect(await exit).toBe(5);
    expect(host.stderr.text).toContain('Waiting for approval on office');
    expect(host.stdin.modes).toEqual([]);
  });

  it('gives up waiting for the person with Ctrl-C', async () => {
    const { host, exit } = await start(['connect', 'office'], {
      handlers: { 'terminal.open': () => new Promise(() => undefined) },
    });
    host.interrupt();
    expect(await exit).toBe(130);
    expect(host.stderr.text).not.toContain('clawreach:');
  });

  it('names a peer that does not exist with its code', async () => {
    const { host, exit } = await start(['connect', 'nowhere', '--json'], {
      handlers: {
        'peers.get': () => Promise.reject(new ClawReachError('peer.unknown', 'x', { details: { name: 'nowhere' } })),
      },
    });
    expect(await exit).toBe(4);
    expect(JSON.parse(host.stderr.text)).toMatchObject({
      error: { code: 'peer.unknown', details: { name: 'nowhere' } },
    });
  });

  it('prints the name and address of the other side without control characters', async () => {
    const { host, exit } = await start(['connect', 'office', '--check'], {
      terminal: false,
      handlers: { 'peers.get': async () => createPeer({ name: 'off\u001b[2Jice' }) },
    });
    await exit;
    expect(host.stdout.text).not.toContain('\u001b');
  });
});
