import { chmodSync, mkdirSync, writeFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { spawn } from 'node-pty';
import { listTerminals } from '#agent/terminals/index.ts';
import { buildHost, open, readAll, readUntil, startBench, type } from './setup.ts';
import type { Bench } from './setup.ts';

let host: Awaited<ReturnType<typeof buildHost>>;
let bench: Bench;
beforeAll(async () => {
  host = await buildHost();
  bench = startBench(host.entry);
});
afterAll(async () => {
  await bench.close();
  host.remove();
});

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The same command on a terminal without us. */
function runLocally(file: string, args: string[]): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const pty = spawn(file, args, { cols: 80, rows: 24, name: 'xterm-256color', encoding: null });
    pty.onData((data: string | Buffer) => chunks.push(Buffer.from(data as Buffer)));
    pty.onExit(() => {
      resolve(Buffer.concat(chunks));
    });
  });
}

describe('a program on a terminal of another device', () => {
  it('gives every byte of 200 000 lines, in order', async () => {
    const terminal = await open(bench, ['seq', '1', '200000']);
    const remote = await readAll(terminal);
    const local = await runLocally('seq', ['1', '200000']);
    expect(remote.length).toBe(local.length);
    expect(Buffer.from(remote).equals(local)).toBe(true);
    await expect(terminal.ended).resolves.toEqual({ exitCode: 0, signal: null, code: null });
  });

  it('tells the exit code', async () => {
    for (const code of [0, 3, 127, 255]) {
      const terminal = await open(bench, ['sh', '-c', `printf done; exit ${code}`]);
      expect(text(await readAll(terminal))).toBe('done');
      expect(await terminal.ended).toEqual({ exitCode: code, signal: null, code: null });
    }
  });

  it('tells the signal that ended it', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL', 'SIGSEGV']) {
      const terminal = await open(bench, ['sh', '-c', `printf done; kill -${signal.slice(3)} $$`]);
      expect(text(await readAll(terminal))).toBe('done');
      expect(await terminal.ended).toEqual({ exitCode: null, signal, code: null });
    }
  });

  it('has the size of the viewer, also after a resize', async () => {
    const terminal = await open(bench, ['sh', '-c', 'stty size; read line; stty size'], { cols: 132, rows: 50 });
    await readUntil(terminal, '50 132\r\n');
    terminal.resize(91, 33);
    await terminal.write(type('\n'));
    expect(text(await readAll(terminal))).toContain('33 91\r\n');
  });

  it('passes multi-byte, wide and combining characters as bytes, and erases whole ones', async () => {
    const sample = 'Grüße 漢字 👩‍💻 e\u0301\u0302 ﷽';
    const terminal = await open(bench, [
      'sh',
      '-c',
      'stty -a | grep -o "[-]*iutf8"; read line; printf %s "$line" | od -An -tx1',
    ]);
    await readUntil(terminal, 'iutf8\r\n');
    await terminal.write(type('xüä\u007f\n'));
    expect(text(await readAll(terminal))).toContain('78 c3 bc\r\n');
    const echo = await open(bench, ['printf', '%s', sample]);
    expect(text(await readAll(echo))).toBe(sample);
  });

  it('gives end-of-file when the viewer has no more input', async () => {
    const terminal = await open(bench, ['sh', '-c', 'stty -echo; echo ready; exec cat']);
    await readUntil(terminal, 'ready\r\n');
    await terminal.write(type('one\ntwo'));
    terminal.endInput();
    expect(text(await readAll(terminal))).toBe('one\r\ntwo');
    expect(await terminal.ended).toEqual({ exitCode: 0, signal: null, code: null });
  });

  it("runs with the viewer's TERM, in the home folder, without what is ours [S-TERM-3]", async () => {
    const terminal = await open(bench, ['sh', '-c', 'pwd; env'], { term: 'screen' });
    const output = text(await readAll(terminal));
    expect(output.split('\r\n')[0]).toBe(bench.home);
    expect(output).toContain('TERM=screen\r\n');
    expect(output).toContain('TERM_PROGRAM=ClawReach\r\n');
    expect(output).not.toContain('COLORTERM');
    const colours = await open(bench, ['sh', '-c', 'echo "<$COLORTERM>"'], { term: 'xterm-256color' });
    expect(text(await readAll(colours))).toContain('<truecolor>');
    expect(output).toContain('LANG=C.UTF-8\r\n');
    expect(output).not.toMatch(/CLAWREACH|NODE_OPTIONS/);
  });

  it('begins in the folder that was asked for; where there is none such a shell begins in the home folder, and a command not at all [S-ASK-2]', async () => {
    const inside = join(bench.home, 'a folder');
    mkdirSync(inside);
    const run = async (directory: string): Promise<string> =>
      text(await readAll(await open(bench, ['sh', '-c', 'echo "$PWD $(pwd)"'], { directory }))).trim();
    expect(await run(inside)).toBe(`${inside} ${inside}`);
    // Not in a link, which may lead elsewhere by the time that a program looks.
    symlinkSync(inside, join(bench.home, 'link'));
    expect(await run(join(bench.home, 'link'))).toBe(`${inside} ${inside}`);
    const nowhere = join(bench.home, 'nowhere');
    await expect(run(nowhere)).rejects.toMatchObject({ code: 'terminal.no-folder' });
    const shell = await open(bench, undefined, { directory: nowhere });
    await shell.write(Buffer.from('echo "it is $(pwd)."; exit\r'));
    expect(text(await readAll(shell))).toContain(`it is ${bench.home}.`);
    await expect(run('relative')).rejects.toMatchObject({ code: 'terminal.params' });
    await expect(run('//host/share')).rejects.toMatchObject({ code: 'terminal.params' });
  });

  it('inherits no descriptor of another terminal [S-TERM-3]', async () => {
    const other = await open(bench, ['cat']);
    const terminal = await open(bench, ['sh', '-c', 'ls /proc/self/fd']);
    // ls itself opens 3.
    expect(
      text(await readAll(terminal))
        .trim()
        .split(/\s+/),
    ).toEqual(['0', '1', '2', '3']);
    other.close();
    await other.ended;
  });

  it('refuses a program that is not there, and params that are not right', async () => {
    await expect(open(bench, ['no-such-program-here'])).rejects.toMatchObject({ code: 'terminal.command-not-found' });
    await expect(open(bench, ['cat'], { cols: 0 })).rejects.toMatchObject({ code: 'terminal.params' });
    const stream = bench.alice.session.open('pty', { action: 'open', cols: 80, rows: '24', term: 'x' });
    await expect(stream.opened).rejects.toMatchObject({ code: 'link.refused', details: { code: 'terminal.params' } });
  });
});

/** Where the system tells it as files. */
describe.skipIf(process.platform !== 'linux')('what runs in a terminal', () => {
  const running = (): Promise<readonly (string | undefined)[]> =>
    listTerminals(bench.alice.session).then((list) => list.map(({ program }) => program));
  const eventually = { timeout: 60_000 };

  it('is told by name while it is in the foreground, and is nothing while the shell waits', async () => {
    const terminal = await open(bench);
    onTestFinished(() => terminal.close());
    // It waits itself: dash 0.5.12 loses a Ctrl-C that comes while it starts a program of its script.
    writeFileSync(join(bench.home, 'build.sh'), '#!/bin/sh\nread line\n');
    chmodSync(join(bench.home, 'build.sh'), 0o700);
    for (const [line, program] of [
      ['sleep 1000', 'sleep'],
      // Its group is led by one that has ended.
      ['true | sleep 1000', 'sleep'],
      ['./build.sh', 'build.sh'],
      ['sh', 'sh'],
    ] as const) {
      await expect.poll(running, eventually).toEqual([undefined]);
      await terminal.write(type(`${line}\n`));
      await expect.poll(running, eventually).toEqual([program]);
      await terminal.write(type(program === 'sh' ? 'exit\n' : '\u0003'));
    }
    // In the background it is not in the way of the prompt.
    await terminal.write(type('sleep 1000 & echo "be""hind"\n'));
    await readUntil(terminal, 'behind');
    await expect.poll(running, eventually).toEqual([undefined]);
    await terminal.write(type('kill %1; exec sleep 1000\n'));
    await expect.poll(running, eventually).toEqual(['sleep']);
    terminal.close();
    await terminal.ended;
    await expect.poll(running, eventually).toEqual([]);
  });

  it('is what a terminal was opened for, as long as that runs', async () => {
    const terminal = await open(bench, ['sh', '-c', 'echo ready; read line; exec sh']);
    await readUntil(terminal, 'ready');
    await expect.poll(running, eventually).toEqual(['sh']);
    terminal.close();
    await terminal.ended;
    await expect.poll(running, eventually).toEqual([]);
  });
});
