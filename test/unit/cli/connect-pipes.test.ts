import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppChannel, AppConnection, CallInput } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createFakeHost, createPeer, type FakeHost } from '#test/support/cli-host.ts';
import { settle } from '#test/support/fake-clock.ts';

/** A command on a peer, played by the test. */
class FakeCommand {
  opened: CallInput<'exec.open'> | undefined;
  readonly signals: string[] = [];
  #connection: AppConnection | undefined;
  #channels: Readonly<{ stdin: AppChannel; stdout: AppChannel; stderr: AppChannel }> | undefined;

  open(input: CallInput<'exec.open'>, connection: AppConnection) {
    this.opened = input;
    this.#connection = connection;
    const [stdin, stdout, stderr] = [connection.openChannel(), connection.openChannel(), connection.openChannel()];
    this.#channels = { stdin, stdout, stderr };
    return { exec: 'e-1', stdin: stdin.id, stdout: stdout.id, stderr: stderr.id };
  }

  get channels() {
    if (this.#channels === undefined) throw new Error('not open');
    return this.#channels;
  }

  async input(): Promise<string> {
    let text = '';
    for (;;) {
      const bytes = await this.channels.stdin.read();
      if (bytes === null) return text;
      text += Buffer.from(bytes).toString();
    }
  }

  end(end: Readonly<{ exitCode?: number; signal?: string; code?: string }>): void {
    const { stdout, stderr } = this.channels;
    stdout.end();
    stderr.end();
    this.#connection?.emit('terminal.ended', {
      channel: stdout.id,
      exitCode: end.exitCode ?? null,
      signal: end.signal ?? null,
      code: end.code ?? null,
    });
  }

  breakConnection(): void {
    this.#connection?.close();
  }
}

type Ends = Readonly<{ stdin?: boolean; stdout?: boolean }>;

async function start(
  words: readonly string[],
  { stdin = false, stdout = false }: Ends = {},
  refusal?: ClawReachError,
): Promise<{ host: FakeHost; command: FakeCommand; exit: Promise<number>; terminals: () => number }> {
  const command = new FakeCommand();
  const host = createFakeHost(
    {
      'peers.get': async () => createPeer(),
      'exec.open': async (input, { connection, progress }) => {
        progress('connecting');
        if (refusal !== undefined) throw refusal;
        return command.open(input, connection);
      },
      'exec.signal': async ({ signal }) => {
        command.signals.push(signal);
        return {};
      },
      'terminal.open': () => Promise.reject(new ClawReachError('terminal.spawn', 'a terminal was wanted')),
    },
    { variables: { TERM: 'xterm' } },
  );
  host.stdin.isTTY = stdin;
  host.stdout.isTTY = stdout;
  const exit = runCommandLine(['connect', ...words], host);
  await settle(10);
  return { host, command, exit, terminals: () => host.calls.filter(({ call }) => call === 'terminal.open').length };
}

describe('connect without a terminal', () => {
  const COMMAND = ['office', '--', 'ls'];
  const SHELL = ['office'];
  it.each<readonly [readonly string[], Ends, 'a terminal' | 'none']>([
    [SHELL, {}, 'none'],
    [SHELL, { stdout: true }, 'none'],
    [SHELL, { stdin: true }, 'a terminal'],
    [SHELL, { stdin: true, stdout: true }, 'a terminal'],
    [COMMAND, {}, 'none'],
    [COMMAND, { stdin: true }, 'none'],
    [COMMAND, { stdout: true }, 'none'],
    [COMMAND, { stdin: true, stdout: true }, 'a terminal'],
    [['-t', ...COMMAND], { stdin: true }, 'a terminal'],
    [['-t', ...COMMAND], { stdout: true }, 'none'],
    [['-tt', ...COMMAND], {}, 'a terminal'],
    [['-t', '-t', ...SHELL], {}, 'a terminal'],
    [['-T', ...COMMAND], { stdin: true, stdout: true }, 'none'],
    [['-T', ...SHELL], { stdin: true, stdout: true }, 'none'],
    [['--terminal', 'f'.repeat(32), ...SHELL], {}, 'a terminal'],
  ])('%j, where these are a terminal here: %j, opens %s', async (words, ends, wanted) => {
    const { host, command, terminals, exit } = await start(words, ends);
    expect([terminals(), command.opened !== undefined]).toEqual(wanted === 'a terminal' ? [1, false] : [0, true]);
    if (wanted === 'none') command.end({ exitCode: 0 });
    expect(await exit).toBe(wanted === 'none' ? 0 : 1);
    expect(host.stderr.text.includes('[terminal.spawn]')).toBe(wanted === 'a terminal');
  });

  it.each<readonly [readonly string[], readonly string[]]>([
    [
      ['office', 'ls', '-x', '--json'],
      ['ls', '-x', '--json'],
    ],
    [
      ['office', 'ls', '--', '-x'],
      ['ls', '--', '-x'],
    ],
    [
      ['office', '--', 'ls', '--help'],
      ['ls', '--help'],
    ],
    [
      ['office', 'ls', '--help'],
      ['ls', '--help'],
    ],
    [
      ['-T', 'office', '--quiet', 'connect', '-T'],
      ['connect', '-T'],
    ],
    [
      ['--profile', 'x', 'office', 'grep', '-v', 'x'],
      ['grep', '-v', 'x'],
    ],
    [
      ['office', '-nq', '--profile=x', 'cat', '-n'],
      ['cat', '-n'],
    ],
  ])('%j runs %j there: like with ssh, options after the command are its own', async (words, wanted) => {
    const { command, exit } = await start(words);
    expect(command.opened?.command).toEqual(wanted);
    command.end({ exitCode: 0 });
    expect(await exit).toBe(0);
  });

  it.each<readonly [readonly string[], readonly string[]]>([
    [
      ['office', "git-upload-pack '/srv/my project.git'"],
      ['/bin/sh', '-c', "git-upload-pack '/srv/my project.git'"],
    ],
    [
      ['office', 'rsync', '--server', '-e.LsfxCIvu', '.', String.raw`my\ work`],
      ['/bin/sh', '-c', String.raw`rsync --server -e.LsfxCIvu . my\ work`],
    ],
    [
      ['office', 'sudo rsync', '--server', '.', 'x'],
      ['/bin/sh', '-c', 'sudo rsync --server . x'],
    ],
    [
      ['office', 'sh', '-c', 'cat > file'],
      ['sh', '-c', 'cat > file'],
    ],
    [
      ['office', 'my-rsync', '--server', 'a b'],
      ['my-rsync', '--server', 'a b'],
    ],
  ])('%j runs %j there, which a shell reads only where it has to', async (words, wanted) => {
    const { command, exit } = await start(words);
    expect(command.opened?.command).toEqual(wanted);
    command.end({ exitCode: 0 });
    expect(await exit).toBe(0);
  });

  it('carries three streams apart, and says nothing of its own', async () => {
    const { host, command, exit } = await start(COMMAND);
    expect(command.opened).toMatchObject({ command: ['ls'] });
    host.stdin.end('typed ~.\n\u0003');
    expect(await command.input()).toBe('typed ~.\n\u0003');
    await command.channels.stdout.write(Buffer.from('out'));
    await command.channels.stderr.write(Buffer.from('err'));
    command.end({ exitCode: 7 });
    expect(await exit).toBe(7);
    expect([host.stdout.text, host.stderr.text]).toEqual(['out', 'err']);
    expect(host.stdin.modes).toEqual([]);
  });

  it('shows all output before it ends, also what comes behind the end', async () => {
    const { host, command, exit } = await start(COMMAND);
    host.stdout.block();
    const written = command.channels.stdout.write(Buffer.from('x'.repeat(100_000)));
    await written;
    command.end({ exitCode: 0 });
    await settle(20);
    host.stdout.release();
    expect(await exit).toBe(0);
    expect(host.stdout.text).toHaveLength(100_000);
  });

  it('stops reading when the command takes no more, and waits for its end', async () => {
    const { host, command, exit } = await start(COMMAND);
    host.stdin.write('some');
    await settle();
    command.channels.stdin.close();
    await settle();
    expect(host.stdin.destroyed).toBe(true);
    command.end({ exitCode: 0 });
    expect(await exit).toBe(0);
  });

  it('closes the output there when nobody reads it here, and ends as the command does', async () => {
    const { host, command, exit } = await start(COMMAND);
    host.stdout.destroy();
    expect(await command.channels.stdout.read()).toBeNull();
    command.end({ signal: 'SIGPIPE' });
    expect(await exit).toBe(141);
  });

  it('reads nothing with -n', async () => {
    const { host, command, exit } = await start(['-n', ...COMMAND]);
    host.stdin.write('for others');
    expect(await command.input()).toBe('');
    expect(host.stdin.read()?.toString()).toBe('for others');
    command.end({ exitCode: 0 });
    expect(await exit).toBe(0);
  });

  it('passes signals on, and the third ends it', async () => {
    const { host, command, exit } = await start(COMMAND);
    for (const signal of ['SIGHUP', 'SIGTERM'] as const) {
      host.interrupt(signal);
      // A launcher and the terminal may both deliver it.
      host.interrupt(signal);
      await host.clock.advance(1000);
    }
    await settle();
    expect(command.signals).toEqual(['SIGHUP', 'SIGHUP', 'SIGTERM', 'SIGTERM']);
    host.interrupt('SIGINT');
    expect(await exit).toBe(130);
  });

  it('ends as the command does that dies of a signal', async () => {
    const { host, command, exit } = await start(COMMAND);
    host.interrupt('SIGINT');
    await settle();
    command.end({ signal: 'SIGINT' });
    expect(await exit).toBe(130);
  });

  it('gives up before it has begun with one', async () => {
    const host = createFakeHost({
      'peers.get': async () => createPeer(),
      'exec.open': () => new Promise(() => undefined),
    });
    const exit = runCommandLine(['connect', ...COMMAND], host);
    await settle(10);
    host.interrupt('SIGTERM');
    expect(await exit).toBe(143);
  });

  it.each([['link.session-lost'], ['terminal.revoked']] as const)(
    'says what ended it, and ends with 255: %s',
    async (code) => {
      const { host, command, exit } = await start(COMMAND);
      command.end({ code });
      expect(await exit).toBe(255);
      expect(host.stderr.text).toContain(`[${code}]`);
      expect(host.stderr.text).not.toContain('--terminal');
    },
  );

  it('says so when the agent is gone, and starts none', async () => {
    const { host, command, exit } = await start(COMMAND);
    host.agent.running = false;
    command.breakConnection();
    expect(await exit).toBe(255);
    expect(host.stderr.text).toContain('[control.lost]');
    expect(host.started).toEqual([]);
  });

  it('says what to do where the peer runs an older version', async () => {
    const { host, exit } = await start(COMMAND, {}, new ClawReachError('terminal.no-pipes', 'old'));
    expect(await exit).toBe(255);
    expect(host.stderr.text).toContain('older ClawReach');
    expect(host.stderr.text).toContain('-tt');
  });

  it.each([
    [['-t', '-T'], 'usage.command-line'],
    [['--record'], 'usage.no-terminal'],
    [['-T', '--terminal', 'f'.repeat(32)], 'usage.no-terminal'],
  ])('refuses %j', async (options, code) => {
    const { host, exit } = await start([...options, 'office']);
    expect(await exit).toBe(2);
    expect(host.stderr.text).toContain(`[${code}]`);
    expect(host.calls.filter(({ call }) => call.endsWith('.open'))).toEqual([]);
  });
});
