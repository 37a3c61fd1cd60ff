import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listTerminals, openTerminal } from '#agent/terminals/index.ts';
import type { TerminalConnection } from '#agent/terminals/index.ts';
import { HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { ScreenProbe } from '#test/support/screen-probe.ts';
import { ALICE, BOB, buildHost, open, readAll, readUntil, SIZE, startBench, type } from './setup.ts';
import type { Bench } from './setup.ts';

let host: Awaited<ReturnType<typeof buildHost>>;
let bench: Bench;
beforeAll(async () => {
  host = await buildHost();
});
afterAll(() => {
  host.remove();
});
beforeEach(() => {
  bench = startBench(host.entry);
});
afterEach(async () => {
  await bench.close();
});

const COUNT_THEN_WAIT = ['sh', '-c', 'stty -echo; seq 1 30000; read line; printf "\\033[31mred\\033[0m %s" "$line"'];

function attach(terminal: string, link = bench.alice): Promise<TerminalConnection> {
  return openTerminal(link.session, { ...SIZE, terminal });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function pidOf(terminal: TerminalConnection): Promise<number> {
  // What was typed may come back before it.
  for (let heard = ''; ;) {
    heard += await readUntil(terminal, ';');
    const [, pid] = /pid (\d+);/.exec(heard) ?? [];
    if (pid !== undefined) return Number(pid);
  }
}

const TELLS_PID = ['sh', '-c', 'echo "pid $$;"; exec cat'];

describe('a terminal whose viewer goes and comes', () => {
  it.each(['detach', 'link lost'] as const)('shows after %s in mid-flood what the screen would show', async (how) => {
    const first = await open(bench, COUNT_THEN_WAIT);
    await readUntil(first, '\n500\r\n');
    if (how === 'detach') first.detach();
    else bench.alice.lose();
    await first.ended;
    const again = await attach(first.terminal);
    const probe = new ScreenProbe();
    let seen = '';
    for (const decoder = new TextDecoder(); !seen.includes('30000\r\n');) {
      const bytes = (await again.read()) ?? new Uint8Array(0);
      seen = (seen + decoder.decode(bytes, { stream: true })).slice(-100_000);
      await probe.feed(bytes);
    }
    await again.write(type('end\n'));
    await probe.feed(await readAll(again));
    // 5000 lines of scrollback and the screen, whose last line is `red end`.
    const numbers = Array.from({ length: 5023 }, (_line, index) => String(30_000 - 5022 + index));
    expect(probe.lines()).toEqual([...numbers, 'red end']);
    expect(await again.ended).toEqual({ exitCode: 0, signal: null, code: null });
    probe.dispose();
  });

  it('tells the first viewer when a second one takes over, and goes on with that one without gap', async () => {
    const first = await open(bench, COUNT_THEN_WAIT);
    await readUntil(first, '\n500\r\n');
    const second = await attach(first.terminal);
    await readAll(first);
    expect(await first.ended).toEqual({ exitCode: null, signal: null, code: 'terminal.taken-over' });
    await second.write(type('end\n'));
    const probe = new ScreenProbe();
    await probe.feed(await readAll(second));
    expect(probe.lines().slice(-3)).toEqual(['29999', '30000', 'red end']);
    expect(probe.lines().length).toBe(5024);
    probe.dispose();
  });

  it('shows a full-screen program with its modes', async () => {
    const script = String.raw`stty -echo; printf 'before\r\n\033[?1049h\033[2;5r\033[?1000h\033[?1006h\033[?25l\033[?2004h\033[3;4H\033[1;44mX'; read a; printf 'Y\r\n\n\n\n\nZ'; read b`;
    const reference = new ScreenProbe();
    const first = await open(bench, ['sh', '-c', script]);
    await reference.feed(type(await readUntil(first, 'X')));
    first.detach();
    const again = await attach(first.terminal);
    const probe = new ScreenProbe();
    await probe.feed(type(await readUntil(again, '\u001b[?25l')));
    expect(probe.shown()).toEqual(reference.shown());
    await again.write(type('\n'));
    const rest = type(await readUntil(again, 'Z'));
    await probe.feed(rest);
    await reference.feed(rest);
    expect(probe.shown()).toEqual(reference.shown());
    again.close();
  });

  it('does not exist for another peer [S-TERM-1]', async () => {
    const terminal = await open(bench, TELLS_PID);
    const pid = await pidOf(terminal);
    const bob = bench.link(BOB);
    await expect(attach(terminal.terminal, bob)).rejects.toMatchObject({ code: 'terminal.unknown' });
    expect(await listTerminals(bob.session)).toEqual([]);
    expect(await listTerminals(bench.alice.session)).toMatchObject([
      { terminal: terminal.terminal, title: 'sh', attached: true, cols: 80, rows: 24 },
    ]);
    await terminal.write(type('still mine\n'));
    await readUntil(terminal, 'still mine');
    expect(isRunning(pid)).toBe(true);
  });

  it('hangs up when its viewer closes', async () => {
    const terminal = await open(bench, [
      'sh',
      '-c',
      'trap "echo hup > hung-up; exit" HUP; echo ready; while :; do sleep 0.05; done',
    ]);
    await readUntil(terminal, 'ready');
    terminal.close();
    expect(await terminal.ended).toEqual({ exitCode: null, signal: null, code: null });
    await until(() => bench.service.count === 0);
    expect(readdirSync(bench.home)).toEqual(['hung-up']);
  });

  it('kills a program that ignores the hang-up', async () => {
    const terminal = await open(bench, ['sh', '-c', 'trap "" HUP; echo "pid $$;"; while :; do sleep 0.05; done']);
    const pid = await pidOf(terminal);
    terminal.close();
    await until(() => bench.service.count === 0);
    expect(isRunning(pid)).toBe(false);
  });

  it('ends at once when the right is taken back, for that peer only', async () => {
    const terminal = await open(bench, TELLS_PID);
    const pid = await pidOf(terminal);
    const others = await openTerminal(bench.link(BOB).session, { ...SIZE, command: TELLS_PID });
    const hidden = await open(bench, TELLS_PID);
    const hiddenPid = await pidOf(hidden);
    hidden.detach();
    bench.service.revoke('A'.repeat(56) as Parameters<Bench['service']['revoke']>[0]);
    expect(bench.service.count).toBe(1);
    await readAll(terminal);
    expect(await terminal.ended).toEqual({ exitCode: null, signal: null, code: 'terminal.revoked' });
    await until(() => !isRunning(pid) && !isRunning(hiddenPid));
    await pidOf(others);
    others.close();
  });
});

describe.runIf(HAS_PROCESS_TABLE)('programs on a terminal that ignore its end', () => {
  const PROOF = `sh -c 'trap "" HUP; echo "pid $$;"; exec sleep 600'`;
  const left: number[] = [];

  afterEach(() => {
    for (const pid of left.splice(0)) process.kill(pid, 'SIGKILL');
  });

  /** A shell with one of them in the background and one in front, each in a process group of its own. @returns their process ids */
  async function withBoth(
    link = bench.alice,
  ): Promise<Readonly<{ terminal: TerminalConnection; pids: readonly number[] }>> {
    const terminal = await openTerminal(link.session, { ...SIZE, command: ['bash', '--norc', '-i'] });
    await terminal.write(type(`${PROOF} &\r`));
    const behind = await pidOf(terminal);
    await terminal.write(type(`${PROOF}\r`));
    return { terminal, pids: [behind, await pidOf(terminal)] };
  }

  it('end with the right all the same, in front and in the background, those of that peer only [S-TERM-2]', async () => {
    const mine = await withBoth();
    const theirs = await withBoth(bench.link(BOB));
    left.push(...theirs.pids);
    bench.service.revoke(ALICE.peerId);
    expect(mine.pids.map(isRunning)).toEqual([true, true]);
    await until(() => !mine.pids.some(isRunning));
    expect(theirs.pids.map(isRunning)).toEqual([true, true]);
    theirs.terminal.close();
  });

  it('are waited for when the agent ends just after the right was taken back [S-TERM-2]', async () => {
    const clock = new FakeClock();
    const other = startBench(host.entry, { clock });
    const { pids } = await withBoth(other.alice);
    other.service.revoke(ALICE.peerId);
    let isClosed = false;
    const closed = other.close().then(() => (isClosed = true));
    await other.backend.close();
    await settle();
    expect([isClosed, ...pids.map(isRunning)]).toEqual([false, true, true]);
    await clock.advance(2000);
    await closed;
    await until(() => !pids.some(isRunning));
  });

  it.each(['closed', 'exited', 'held by a process that is killed'])(
    'go on when the terminal is %s, as with ssh, and end with the right [S-TERM-2]',
    async (how) => {
      const mine = await withBoth();
      const theirs = await withBoth(bench.link(BOB));
      left.push(...theirs.pids);
      const [behind = 0, inFront = 0] = mine.pids;
      if (how === 'exited') {
        process.kill(inFront, 'SIGKILL');
        await mine.terminal.write(type('exit\r'));
        theirs.terminal.close();
      } else if (how === 'closed') for (const { terminal } of [mine, theirs]) terminal.close();
      else process.kill(bench.backend.hostPid ?? 0, 'SIGKILL');
      await until(() => bench.service.count === 0);
      const running = how === 'exited' ? [behind] : mine.pids;
      expect([...running, ...theirs.pids].every(isRunning)).toBe(true);
      bench.service.revoke(ALICE.peerId);
      await until(() => !running.some(isRunning));
      expect(theirs.pids.map(isRunning)).toEqual([true, true]);
    },
  );

  it('go on when the terminal is closed and the agent ends', async () => {
    const { terminal, pids } = await withBoth();
    left.push(...pids);
    terminal.close();
    await until(() => bench.service.count === 0);
    await bench.service.close();
    expect(pids.map(isRunning)).toEqual([true, true]);
  });
});

describe('the PTY host process', () => {
  it('is missed when it is killed, and started again for the next terminal', async () => {
    const terminal = await open(bench, TELLS_PID);
    const pid = await pidOf(terminal);
    const hostPid = bench.backend.hostPid ?? 0;
    process.kill(hostPid, 'SIGKILL');
    expect(await terminal.read()).toBeNull();
    expect(await terminal.ended).toEqual({ exitCode: null, signal: null, code: 'terminal.host-lost' });
    await until(() => !isRunning(pid));
    const next = await open(bench, ['echo', 'again']);
    expect(new TextDecoder().decode(await readAll(next))).toBe('again\r\n');
    expect(bench.backend.hostPid).not.toBe(hostPid);
  });

  it('is not started for ever: after five losses terminals are refused', async () => {
    for (let loss = 0; loss < 5; loss += 1) {
      const terminal = await open(bench, ['cat']);
      process.kill(bench.backend.hostPid ?? 0, 'SIGKILL');
      await readAll(terminal);
    }
    await expect(open(bench, ['cat'])).rejects.toMatchObject({ code: 'terminal.host-failed' });
  });

  it('ends with the agent, and takes its terminals along', async () => {
    const terminal = await open(bench, ['sh', '-c', 'trap "" HUP; echo "pid $$;"; while :; do sleep 0.05; done']);
    const pid = await pidOf(terminal);
    const hostPid = bench.backend.hostPid ?? 0;
    await bench.service.close();
    expect(isRunning(pid)).toBe(false);
    expect(isRunning(hostPid)).toBe(false);
    await readAll(terminal);
    expect((await terminal.ended).code).toBe('terminal.shutdown');
  });
});

/** For what the system does in its own time and tells nobody; fails by the test's time-out. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
