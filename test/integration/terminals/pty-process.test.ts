import { describe, expect, it } from 'vitest';
import { spawnPty } from '#agent/terminals/pty-host/pty-process.ts';
import type { PtyProcess } from '#agent/terminals/pty-host/pty-process.ts';
import { systemClock } from '#node/clock/index.ts';

const SHELL = { file: '/bin/sh', cwd: '/', environment: { PATH: '/usr/bin:/bin', TERM: 'xterm' }, cols: 80, rows: 24 };

type Result = Readonly<{ output: string; exitCode: number; signal: number }>;

function run(
  script: string,
  use: (pty: PtyProcess) => void = () => undefined,
  onFirstOutput: () => void = () => undefined,
): Promise<Result> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    const pty = spawnPty(
      { ...SHELL, args: ['-c', script] },
      {
        data: (bytes) => {
          chunks.push(bytes);
          if (chunks.length === 1) onFirstOutput();
        },
        inputTaken: () => undefined,
        exited: (exitCode, signal) => {
          resolve({ output: Buffer.concat(chunks).toString('utf8'), exitCode, signal });
        },
      },
      systemClock,
    );
    use(pty);
  });
}

describe('a program under node-pty', () => {
  it('is heard to its last byte though it ends while nothing is read', async () => {
    // Fits into what the kernel holds, so the program ends; node-pty gives up its socket 200 ms later.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { output, exitCode } = await run('seq 1 700; exit 5', (pty) => {
        pty.pause();
      });
      expect(output).toBe(Array.from({ length: 700 }, (_line, index) => `${index + 1}\r\n`).join(''));
      expect(exitCode).toBe(5);
    }
  });

  it('is heard to its last byte when it ends at once, many times', async () => {
    for (let attempt = 0; attempt < 30; attempt += 1)
      expect(await run(`printf '%s' ${attempt}`)).toEqual({ output: String(attempt), exitCode: 0, signal: 0 });
  });

  it('is not hung up when it closes its terminal before it exits', async () => {
    for (let attempt = 0; attempt < 20; attempt += 1)
      expect(await run('exec cat /dev/null')).toEqual({ output: '', exitCode: 0, signal: 0 });
    const slow = await run('exec 0<&- 1>&- 2>&-; sleep 0.1; exit 4');
    expect(slow).toEqual({ output: '', exitCode: 4, signal: 0 });
  });

  it('ends though it leaves a child on its terminal', async () => {
    const { output } = await run('trap "" HUP; sleep 30 & printf "%s." $!');
    expect(output).toMatch(/^\d+\.$/);
    process.kill(Number.parseInt(output, 10), 'SIGKILL');
  });

  it('gets input of more than the kernel takes at once, whole', async () => {
    let terminal: PtyProcess | undefined;
    const { output } = await run(
      'stty raw -echo; printf ready; head -c 300000 | sha256sum',
      (pty) => {
        terminal = pty;
      },
      // Before `stty` has run, line editing would cut it.
      () => terminal?.write(Buffer.alloc(300_000, 'x')),
    );
    // head -c 300000 /dev/zero | tr '\\0' x | sha256sum
    expect(output).toContain('ready29927e273accc68286005017f7fa6e4f27bddb4db3083ff8b8d4c3667905b7fa');
  });

  it('takes nothing amiss after its end', async () => {
    let ended: PtyProcess | undefined;
    await run('exit 0', (pty) => {
      ended = pty;
    });
    ended?.write(Uint8Array.of(1));
    ended?.resize(1, 1);
    ended?.pause();
    ended?.resume();
    ended?.signal('SIGKILL');
    expect(ended?.pid).toBeGreaterThan(1);
  });
});
