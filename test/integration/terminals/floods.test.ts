import { readdirSync, readFileSync } from 'node:fs';
import { spawn } from 'node-pty';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TerminalConnection } from '#agent/terminals/index.ts';
import { systemClock } from '#node/clock/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ScreenProbe } from '#test/support/screen-probe.ts';
import { buildHost, open, readAll, readUntil, SIZE, startBench, type } from './setup.ts';
import type { Bench } from './setup.ts';

let host: Awaited<ReturnType<typeof buildHost>>;
let bench: Bench;
let pendingTimers = 0;
const countingClock: Clock = {
  ...systemClock,
  setTimer: (delay, callback) => {
    let open = true;
    const close = (): void => {
      if (open) pendingTimers -= 1;
      open = false;
    };
    pendingTimers += 1;
    const timer = systemClock.setTimer(delay, () => {
      close();
      callback();
    });
    return {
      cancel: () => {
        close();
        timer.cancel();
      },
    };
  },
};

beforeAll(async () => {
  host = await buildHost();
});
afterAll(() => {
  host.remove();
});
beforeEach(() => {
  bench = startBench(host.entry, { clock: countingClock });
});
afterEach(async () => {
  await bench.close();
  if (pendingTimers !== 0) throw new Error(`${pendingTimers} timers are left`);
});

const FLOOD = ['sh', '-c', 'echo "pid $$;"; exec yes 0123456789012345678901234567890123456789'];
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

async function pidOf(terminal: TerminalConnection): Promise<number> {
  return Number(/pid (\d+);/.exec(await readUntil(terminal, ';'))?.[1]);
}

function bytesWrittenBy(pid: number): number {
  return Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function children(pid: number): string {
  return readdirSync(`/proc/${pid}/task`)
    .map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'))
    .join('')
    .trim();
}

/** How much the program has written once it writes no more. */
async function settledOutput(pid: number): Promise<number> {
  for (let before = bytesWrittenBy(pid); ;) {
    await pause(100);
    const now = bytesWrittenBy(pid);
    if (now === before && now > 0) return now;
    before = now;
  }
}

describe('a flood of output', () => {
  it('stops while nobody reads, and memory stays bounded [S-TERM-7]', async () => {
    const terminal = await open(bench, FLOOD);
    const pid = await pidOf(terminal);
    const written = await settledOutput(pid);
    // Stream window 256 KiB, high-water mark 100 000, one write of 64 KiB in each of viewer and service, and what the kernel holds.
    expect(written).toBeLessThan(1_048_576);
    const hostPid = bench.backend.hostPid ?? 0;
    console.info(
      `not read: program wrote ${written} bytes, host ${Math.round(residentBytes(hostPid) / 1e6)} MB resident`,
    );
    expect(residentBytes(hostPid)).toBeLessThan(200_000_000);
    // It goes on when somebody reads.
    for (let read = 0; read < 4_000_000;) read += (await terminal.read())?.length ?? Number.NaN;
    expect(bytesWrittenBy(pid)).toBeGreaterThan(3_500_000);
    terminal.close();
  });

  it('does not hold input back: Ctrl-C acts though nothing is read [S-TERM-7]', async () => {
    const terminal = await open(bench, FLOOD);
    const pid = await pidOf(terminal);
    await settledOutput(pid);
    await terminal.write(Uint8Array.of(3));
    const left = await readAll(terminal);
    expect(left.length).toBeLessThan(1_048_576);
    expect(await terminal.ended).toEqual({ exitCode: null, signal: 'SIGINT', code: null });
  });

  it('is dropped for the screen of now when its viewer has seen enough: whole lines, and the prompt', async () => {
    const terminal = await open(bench, ['sh', '-i']);
    await terminal.write(type("PS1='there>'; stty -echo; yes \"$(printf '%0200d' 7)\"\r"));
    // Somebody who reads some of it, and then no more.
    for (let read = 0; read < 3_000_000;) read += (await terminal.read())?.length ?? Number.NaN;
    let redraws = 0;
    terminal.onRedraw = () => (redraws += 1);
    await terminal.write(Uint8Array.of(3));
    terminal.catchUp?.(1_000_000);
    const probe = new ScreenProbe(SIZE.cols, SIZE.rows);
    let shown: readonly string[] = [];
    while (shown.at(-1) !== 'there>') {
      const bytes = await terminal.read();
      if (bytes === null) throw new Error('the shell has ended');
      // What was read before it is of no use any more.
      if (redraws === 0) continue;
      await probe.feed(bytes);
      shown = probe.lines();
    }
    expect(redraws).toBe(1);
    // Two rows and a half make a line; the last one was cut off by the interrupt.
    const odd = shown.slice(0, -1).filter((row) => !/^0{80}$|^0{39}7$/.test(row));
    expect(odd.length).toBeLessThanOrEqual(2);
    for (const row of odd) expect(row).toMatch(/^0*7?(?:\^C)?$/);
    probe.dispose();
    terminal.close();
  });

  it('ends soon after Ctrl-C while it is read', async () => {
    const times: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      const terminal = await open(bench, FLOOD);
      for (let read = 0; read < 3_000_000;) read += (await terminal.read())?.length ?? Number.NaN;
      const start = performance.now();
      await terminal.write(Uint8Array.of(3));
      await readAll(terminal);
      times.push(performance.now() - start);
      expect((await terminal.ended).signal).toBe('SIGINT');
    }
    console.info(
      `Ctrl-C under a flood, to the end of all output: ${times.map((time) => time.toFixed(1)).join(', ')} ms`,
    );
    expect(Math.min(...times)).toBeLessThan(500);
  });

  it('of input waits for the program, and can still be hung up', async () => {
    const terminal = await open(bench, ['sh', '-c', 'stty raw -echo; echo ready; exec sleep 1000']);
    await readUntil(terminal, 'ready');
    let written = 0;
    const stuck = (async () => {
      for (;;) {
        await terminal.write(new Uint8Array(65_536).fill(0x61));
        written += 65_536;
      }
    })();
    stuck.catch(() => undefined);
    for (let before = -1; before !== written;) {
      before = written;
      await pause(100);
    }
    expect(written).toBeLessThan(2_000_000);
    terminal.close();
    await terminal.ended;
    await expect(stuck).rejects.toMatchObject({ code: /^(link.reset|terminal.ended)$/ as unknown as string });
    while (bench.service.count > 0) await pause(10);
  });
});

describe('many terminals', () => {
  it('leave nothing behind: 200 opened and closed', async () => {
    await readAll(await open(bench, ['true']));
    // Until it has written down where it is.
    while (!readdirSync(bench.profile).some((name) => name.endsWith('.json'))) await pause(5);
    const hostPid = bench.backend.hostPid ?? 0;
    const before = { own: descriptors(process.pid), host: descriptors(hostPid), children: children(hostPid) };
    for (let batch = 0; batch < 10; batch += 1) {
      const terminals = await Promise.all(Array.from({ length: 20 }, () => open(bench, ['cat'])));
      expect(bench.service.count).toBe(20);
      await Promise.all(
        terminals.map(async (terminal, index) => {
          await terminal.write(type('x\n'));
          await readUntil(terminal, 'x\r\nx\r\n');
          // Half of them end by themselves.
          if (index % 2 === 0) terminal.close();
          else terminal.endInput();
          await readAll(terminal);
          await terminal.ended;
        }),
      );
      while (bench.service.count > 0) await pause(5);
    }
    while (children(hostPid) !== before.children) await pause(5);
    expect({ own: descriptors(process.pid), host: descriptors(hostPid), children: children(hostPid) }).toEqual(before);
    console.info(
      `after 200 terminals: host ${before.host} descriptors, ${Math.round(residentBytes(hostPid) / 1e6)} MB resident`,
    );
  });

  it('are limited for each peer', async () => {
    const terminals = await Promise.all(Array.from({ length: 32 }, () => open(bench, ['cat'])));
    await expect(open(bench, ['cat'])).rejects.toMatchObject({ code: 'terminal.too-many' });
    for (const terminal of terminals) terminal.close();
    while (bench.service.count > 0) await pause(5);
    await readAll(await open(bench, ['true']));
  });
});

describe('a keystroke', () => {
  it('comes back about as fast as from a terminal without us', async () => {
    const terminal = await open(bench, ['sh', '-c', 'stty raw -echo; echo ready; exec cat']);
    await readUntil(terminal, 'ready\n');
    const remote = await measure(async (key) => {
      await terminal.write(key);
      await terminal.read();
    });
    terminal.close();

    const pty = spawn('sh', ['-c', 'stty raw -echo; echo ready; exec cat'], { encoding: null });
    let heard: (() => void) | undefined;
    let ready = '';
    await new Promise<void>((resolve) => {
      pty.onData((data) => {
        ready += data;
        if (ready.includes('ready')) resolve();
        heard?.();
      });
    });
    const local = await measure(
      (key) =>
        new Promise<void>((resolve) => {
          heard = resolve;
          pty.write(Buffer.from(key));
        }),
    );
    await new Promise<void>((resolve) => {
      pty.onExit(() => {
        resolve();
      });
      pty.kill('SIGKILL');
    });
    console.info(
      `echo, ms: ours p50 ${remote.p50} p99 ${remote.p99}; node-pty alone p50 ${local.p50} p99 ${local.p99}`,
    );
    expect(Number(remote.p50)).toBeLessThan(20);
  });
});

async function measure(echo: (key: Uint8Array) => Promise<void>): Promise<Readonly<{ p50: string; p99: string }>> {
  const times: number[] = [];
  for (let key = 0; key < 500; key += 1) {
    const start = performance.now();
    await echo(Uint8Array.of(0x61));
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { p50: (times[250] ?? 0).toFixed(2), p99: (times[495] ?? 0).toFixed(2) };
}
