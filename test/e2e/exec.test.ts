import { spawn } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, existsSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, type Ended } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { HAS_PROCESS_TABLE, isRunning } from '#test/support/e2e/process-table.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { TcpFaultProxy } from '#test/support/faults/index.ts';
import { TestSshd } from '#test/support/ssh/sshd.ts';

const HAS_SSHD = existsSync('/usr/sbin/sshd');
const MIB = 1024 * 1024;
/** Of a transfer of 96 MiB both ways, on a machine that does other things; ms. */
const LONG = 300_000;
/** Far more than everything between the command and its reader holds, bytes. */
const FLOOD = 64 * MIB;
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_byte, index) => index));
/** What a terminal would take for itself: end of file, interrupts, stops, escapes and line ends. */
const CONTROLS = Buffer.concat([
  EVERY_BYTE,
  Buffer.from('\r\n\n\r~.\r~d\u0003\u0004\u001a\u001c\u0011\u0013'),
  EVERY_BYTE,
]);

/** The same through `ssh host SCRIPT` and `clawreach connect NAME -- sh -c SCRIPT`. */
type Shape = readonly [what: string, script: string | undefined, input?: Buffer | string];

const SHAPES: readonly Shape[] = [
  ['three million bytes', 'head -c 3000000 /dev/zero'],
  ['output, errors and an exit code', 'echo out; echo err >&2; exit 7'],
  ['every byte out', String.raw`i=0; while [ $i -lt 256 ]; do printf "\\$(printf %03o $i)"; i=$((i+1)); done`],
  ['every byte through, and what a terminal would take for itself', 'cat', CONTROLS],
  ['the end of an input', 'wc -c; echo after', Buffer.alloc(1_000_001, 'x')],
  ['an empty input', 'cat; echo over', ''],
  ['a command that reads only the beginning', 'head -c 5', Buffer.alloc(5_000_000, 'y')],
  [
    'a command that closes its input and goes on',
    'exec 0<&-; sleep 0.3; echo closed; exit 4',
    Buffer.alloc(5_000_000, 'z'),
  ],
  ['streams that are opened by name', 'cat /dev/stdin; echo error >/dev/stderr; echo more >/dev/stdout', 'by name\n'],
  ['no terminal', 'tty; for n in 0 1 2; do test -t $n || echo $n is none; done'],
  ['much of both outputs', 'seq 1 200000 | tee /dev/stderr; exit 255'],
  ['what goes on in the background and holds the output', '(sleep 1; echo late) & echo early'],
  [
    'what goes on in the background and lets go of it',
    'sleep 600 >/dev/null 2>&1 </dev/null & echo $! >"$PIDS"; echo done',
  ],
  ['a death by SIGTERM', 'kill -TERM $$'],
  ['a death by SIGKILL', 'kill -KILL $$'],
  ['a shell that reads its commands', undefined, 'echo sum $((40 + 2))\necho wrong >&2\nexit 3\n'],
  ['a shell without commands', undefined, ''],
];

describe('a command without a terminal', () => {
  let stage: Stage;
  let office: Device;
  let laptop: Device;
  let proxy: TcpFaultProxy;
  let sshd: TestSshd | undefined;

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    proxy = await TcpFaultProxy.start({ target: { port: relay.port } });
    const options = relay.options.map((word) => word.replace(String(relay.port), String(proxy.port)));
    office = stage.device('office');
    laptop = stage.device('laptop');
    await office.runAgent(relay, { first: true, environment: { PIDS: join(stage.directory, 'pids') } });
    await laptop.runAgent({ options, token: relay.token }, { first: true });
    for (const device of [office, laptop]) await device.ok('network', '--listen', 'outbound-only');
    await office.pairWith(laptop);
    if (HAS_SSHD) sshd = await TestSshd.start({ extra: ['PermitUserEnvironment no', 'AcceptEnv PIDS'] });
  });
  afterEach(async () => {
    proxy.heal();
    proxy.resume();
    await stage.restore();
  });
  afterAll(async () => {
    await sshd?.close();
    await stage.close();
    await proxy.close();
  });

  /** Its words and the process that runs them. */
  function through(command: readonly string[]): readonly string[] {
    return ['connect', 'office', ...(command.length === 0 ? [] : ['--', ...command])];
  }

  function shell(script: string | undefined): readonly string[] {
    return script === undefined ? [] : ['sh', '-c', script];
  }

  function sshWords(server: TestSshd, ...words: readonly string[]): readonly string[] {
    const options = {
      Port: server.port,
      IdentityFile: server.keyFile,
      IdentitiesOnly: 'yes',
      UserKnownHostsFile: join(server.folder, 'known'),
      StrictHostKeyChecking: 'accept-new',
      LogLevel: 'ERROR',
      SendEnv: 'PIDS',
    };
    return [
      ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
      `${server.user}@127.0.0.1`,
      ...words,
    ];
  }

  /** @param input undefined: `/dev/null` */
  function run(
    program: readonly [string, ...string[]],
    input: Buffer | string | undefined,
  ): Promise<Ended & { errors: string }> {
    const [file, ...words] = program;
    const environment = { ...stage.environment, PIDS: join(stage.directory, 'pids') };
    return new Promise((resolve, reject) => {
      const child = spawn(file, words, {
        env: environment,
        stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
      child.once('error', reject);
      child.once('close', (code, signal) => {
        const bytes = Buffer.concat(out);
        const errors = Buffer.concat(err).toString('latin1');
        resolve({ code, signal, bytes, stdout: '', stderr: errors, errors });
      });
    });
  }

  function clawreach(words: readonly string[]): [string, ...string[]] {
    return [process.execPath, ...laptop.words(...words)];
  }

  it.runIf(HAS_SSHD).each(SHAPES.map(([what, script, input]) => ({ what, script, input })))(
    'as with ssh: $what',
    async ({ script, input }) => {
      if (sshd === undefined) throw new Error('no sshd');
      const forgetBackground = (): void => {
        const file = join(stage.directory, 'pids');
        if (!existsSync(file)) return;
        const pid = Number(readFileSync(file, 'utf8'));
        expect(isRunning(pid), 'what was left in the background goes on').toBe(true);
        process.kill(pid, 'SIGKILL');
        writeFileSync(file, '');
      };
      const plain = script?.includes('PIDS') === true;
      // ssh gives the script to the login shell, which is another one than sh.
      const reference = await run(
        [
          'ssh',
          ...sshWords(sshd, ...(script === undefined ? [] : [`exec sh -c '${script.replaceAll("'", `'\\''`)}'`])),
        ],
        input,
      );
      if (plain) forgetBackground();
      const ours = await run(clawreach(through(shell(script))), input);
      if (plain) forgetBackground();
      expect({ bytes: digest(ours.bytes), length: ours.bytes.length }).toEqual({
        bytes: digest(reference.bytes),
        length: reference.bytes.length,
      });
      // What a shell says of a command that it does not know begins with its own name.
      const errors = (text: string): string => (script === undefined ? String(text === '') : text);
      expect(errors(ours.errors)).toBe(errors(reference.errors));
      // ssh says 255 for every death by a signal; we say which, as a shell does.
      const died = { TERM: 143, KILL: 137 }[/kill -(\w+) \$\$/.exec(script ?? '')?.[1] ?? ''];
      expect([reference.code, ours.code]).toEqual(died === undefined ? [reference.code, reference.code] : [255, died]);
    },
  );

  it(
    '96 MiB of every byte value go there and come back, as with ssh, and no memory grows with them',
    async () => {
      const size = 96 * MIB;
      const file = join(stage.directory, 'large');
      writeRandom(file, size);
      const expected = await digestOf(file);
      const pids = [(await office.status()).pid, (await laptop.status()).pid];
      const before = pids.map(resident);
      let most = before;
      const programs: readonly (readonly [string, readonly [string, ...string[]]])[] = [
        ['clawreach', clawreach(through(['cat']))],
        ...(sshd === undefined ? [] : ([['ssh', ['ssh', ...sshWords(sshd, 'cat')]]] as const)),
      ];
      for (const [name, [program, ...words]] of programs) {
        const begun = performance.now();
        const input = openSync(file, 'r');
        const child = spawn(program, words, { env: { ...stage.environment }, stdio: [input, 'pipe', 'pipe'] });
        closeSync(input);
        const ended = new Promise((resolve) => {
          child.once('close', resolve);
        });
        const hash = createHash('sha256');
        let length = 0;
        let errors = '';
        child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
        for await (const chunk of child.stdout ?? []) {
          const bytes = chunk as Buffer;
          hash.update(bytes);
          if ((length += bytes.length) % (4 * MIB) < bytes.length && name === 'clawreach')
            most = pids.map((pid, index) => Math.max(resident(pid), most[index] ?? 0));
        }
        expect(await ended).toBe(0);
        expect({ name, length, errors, digest: hash.digest('hex') }).toEqual({
          name,
          length: size,
          errors: '',
          digest: expected,
        });
        console.info(`${name}: 96 MiB there and back in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
      }
      if (!HAS_PROCESS_TABLE) return;
      const grown = most.map((bytes, index) => Math.round((bytes - (before[index] ?? 0)) / MIB));
      console.info(`the agents grew by ${grown.join(' and ')} MiB`);
      for (const growth of grown) expect(growth).toBeLessThan(80);
    },
    LONG,
  );

  it('an upload is the file, byte by byte', async () => {
    const file = join(stage.directory, 'upload');
    writeRandom(file, 20 * MIB + 1);
    const copy = join(stage.directory, 'uploaded');
    const { code, bytes } = await run(clawreach(through(['sh', '-c', 'cat > "$1"', 'sh', copy])), readFileSync(file));
    expect({ code, said: bytes.length }).toEqual({ code: 0, said: 0 });
    expect(await digestOf(copy)).toBe(await digestOf(file));
  });

  it(
    'an upload whose link breaks again and again is the file all the same',
    async () => {
      const file = join(stage.directory, 'broken');
      writeRandom(file, 40 * MIB);
      const before = proxy.statistics.accepted;
      proxy.cutAfter(3 * MIB, 'up');
      const running = run(clawreach(through(['sh', '-c', 'sha256sum; echo over >&2'])), readFileSync(file));
      await until('the first cut', () => (proxy.statistics.accepted > before ? true : undefined));
      proxy.cutAfter(5 * MIB, 'up');
      const { code, bytes, errors } = await running;
      expect(bytes.toString().split(' ')[0]).toBe(await digestOf(file));
      expect({ code, errors }).toEqual({ code: 0, errors: 'over\n' });
      expect(proxy.statistics.accepted).toBeGreaterThanOrEqual(before + 1);
    },
    LONG,
  );

  it(
    'a download whose link breaks is the file all the same',
    async () => {
      const file = join(stage.directory, 'down');
      writeRandom(file, 40 * MIB);
      proxy.cutAfter(3 * MIB, 'down');
      const { code, bytes } = await run(clawreach(through(['cat', file])), undefined);
      expect({ code, digest: digest(bytes) }).toEqual({ code: 0, digest: await digestOf(file) });
    },
    LONG,
  );

  it(
    'what nobody reads waits there, and standard error comes all the same',
    async () => {
      const child = laptop.start(through(['sh', '-c', `echo begun >&2; head -c ${FLOOD} /dev/zero; echo written >&2`]));
      child.child.stdout?.pause();
      await child.said(/begun/, 'stderr');
      await until(
        'the flood to stand still',
        stands(() => office.status().then(({ pid }) => written(pid))),
      );
      expect(child.stderr).toBe('begun\n');
      child.child.stdout?.resume();
      const { code, bytes, stderr } = await child.ended;
      expect({ code, stderr, length: bytes.length }).toEqual({
        code: 0,
        stderr: 'begun\nwritten\n',
        length: FLOOD,
      });
    },
    LONG,
  );

  it('a reader that has seen enough ends the command', async () => {
    const words = laptop.words('connect', 'office', '--', 'yes').map((word) => `'${word}'`);
    const { stdout, stderr } = await runCommand(
      ['-c', `"$NODE" ${words.join(' ')} | head -n 1; echo "\${PIPESTATUS[0]}"`],
      { program: 'bash', environment: { ...stage.environment, NODE: process.execPath } },
    );
    expect(stdout).toBe('y\n141\n');
    expect(stderr).toBe('');
  });

  it('who writes to a command that reads no more is told so by its pipe', async () => {
    const words = laptop
      .words('connect', 'office', '--', 'sh', '-c', 'head -n 1; exec 0<&-; sleep 600')
      .map((word) => `'${word}'`);
    const { stdout } = await runCommand(
      [
        '-c',
        `set -m; (yes; echo "yes ended with $?" >&2) 2>"$0" | "$NODE" ${words.join(' ')} & while ! grep -q ended "$0" 2>/dev/null; do sleep 0.1; done; kill -TERM %1; wait %1 2>/dev/null; cat "$0"`,
        join(stage.directory, 'told'),
      ],
      { program: 'bash', environment: { ...stage.environment, NODE: process.execPath } },
    );
    expect(stdout).toContain('yes ended with 141');
  });

  describe('signals', () => {
    const handler =
      'for s in INT TERM HUP; do trap "echo got $s; exit 9" $s; done; echo "pid $$."; while :; do sleep 0.1; done';

    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s reaches the command, which decides', async (signal) => {
      const running = laptop.start(through(['sh', '-c', handler]));
      await running.said(/pid \d+\./);
      const { code, stdout } = await running.end(signal);
      expect(stdout).toContain(`got ${signal.slice(3)}\n`);
      expect(code).toBe(9);
    });

    it('what does nothing about them dies of them, with all of its group', async () => {
      const running = laptop.start(through(['sh', '-c', 'sleep 600 & echo "pid $! $$."; wait']));
      const [, child, leader] = await running.said(/pid (\d+) (\d+)\./);
      expect((await running.end('SIGTERM')).code).toBe(143);
      await gone(Number(child), Number(leader));
    });

    it('three of them end it whatever it does', async () => {
      const running = laptop.start(
        through(['sh', '-c', 'trap "echo no" INT; trap "" TERM HUP; echo "pid $$."; while :; do sleep 0.1; done']),
      );
      const [, pid] = await running.said(/pid (\d+)\./);
      for (let times = 1; times <= 2; times += 1) {
        running.child.kill('SIGINT');
        await running.said(new RegExp(`(no\\n){${times}}`));
      }
      // Two that come at once count as one.
      await until('the end', () => running.isOver || (running.child.kill('SIGINT'), undefined));
      expect((await running.ended).code).toBe(130);
      await gone(Number(pid));
    });

    it.runIf(HAS_PROCESS_TABLE)(
      'kill -9 of the command here ends the one there, and what it has started [S-TERM-4]',
      async () => {
        const running = laptop.start(
          through(['sh', '-c', 'trap "" HUP; sleep 600 & echo "pid $! $$."; while :; do sleep 1; done']),
        );
        const [, child, leader] = await running.said(/pid (\d+) (\d+)\./);
        await running.end('SIGKILL');
        await gone(Number(child), Number(leader));
        await expect.poll(async () => (await office.status()).terminals.serving).toBe(0);
      },
    );

    it('an upload that is cut off by kill -9 does not end as if it were whole [S-TERM-6]', async () => {
      const mark = join(stage.directory, 'whole');
      const running = laptop.start(
        through(['sh', '-c', 'echo on >&2; cat >/dev/null && echo whole > "$1"', 'sh', mark]),
        { input: undefined as never },
      );
      await running.end('SIGKILL');
      const child = spawn(
        process.execPath,
        [...laptop.words(...through(['sh', '-c', 'echo on >&2; cat >/dev/null && echo whole > "$1"', 'sh', mark]))],
        { env: { ...stage.environment }, stdio: ['pipe', 'ignore', 'pipe'] },
      );
      await new Promise((resolve) => child.stderr.once('data', resolve));
      child.stdin.write('half of it');
      child.kill('SIGKILL');
      await expect.poll(async () => (await office.status()).terminals.serving).toBe(0);
      expect(existsSync(mark)).toBe(false);
    });
  });

  it.runIf(HAS_PROCESS_TABLE)('the right taken back ends the command at once, and says so [S-TERM-4]', async () => {
    const running = laptop.start(through(['sh', '-c', 'trap "" HUP; echo "pid $$."; while :; do sleep 1; done']));
    const [, pid] = await running.said(/pid (\d+)\./);
    await office.ok('rights', 'laptop', '--deny', 'terminal');
    try {
      const { code, stderr } = await running.ended;
      expect(stderr).toContain('[terminal.revoked]');
      expect(code).toBe(255);
      await gone(Number(pid));
      expect((await laptop.run(through(['true']))).code).toBe(255);
    } finally {
      await office.ok('rights', 'laptop', '--allow', 'terminal');
    }
  });

  it.runIf(HAS_PROCESS_TABLE)(
    'the right taken back ends what a finished command left in the background; a stop of the agent does not [S-TERM-2]',
    async () => {
      const leave = async (): Promise<number> => {
        const script = '(trap "" HUP; exec sleep 600) >/dev/null 2>&1 </dev/null & echo $!';
        const { code, stdout } = await laptop.run(through(['sh', '-c', script]));
        expect(code).toBe(0);
        return Number(stdout);
      };
      const revoked = await leave();
      expect(isRunning(revoked)).toBe(true);
      await office.ok('rights', 'laptop', '--deny', 'terminal');
      await gone(revoked);
      await office.ok('rights', 'laptop', '--allow', 'terminal');
      const left = await leave();
      try {
        await office.ok('stop');
        expect(isRunning(left)).toBe(true);
      } finally {
        process.kill(left, 'SIGKILL');
      }
    },
  );

  it.runIf(HAS_PROCESS_TABLE)('commands end with the agent that runs them [S-TERM-4]', async () => {
    const running = laptop.start(through(['sh', '-c', 'echo "pid $$."; exec sleep 600']));
    const [, pid] = await running.said(/pid (\d+)\./);
    await office.ok('stop');
    await gone(Number(pid));
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(/\[(?:terminal\.shutdown|(?:link|relay|peer)\.[a-z.-]+)\]/);
    expect(code).not.toBe(0);
  });

  it('is shown where it runs and where it was started from', async () => {
    const running = laptop.start(through(['sh', '-c', 'echo on; exec sleep 600']));
    await running.said(/on/);
    expect((await office.status()).terminals.serving).toBe(1);
    expect(await laptop.json('terminals', 'office')).toMatchObject([{ title: 'sh', attached: true, noTerminal: true }]);
    expect(await laptop.ok('terminals', 'office')).toMatch(/sh +sh +\S.* +- +yes +this machine/);
    expect(await office.ok('history')).toMatch(/laptop.*sh/);
    const [{ terminal = '' } = {}] = (await laptop.json('terminals', 'office')) as readonly { terminal?: string }[];
    const attached = await laptop.run(['connect', 'office', '-tt', '--terminal', terminal]);
    expect(attached.stderr).toContain('[terminal.unknown]');
    await running.end('SIGTERM');
    const audit = await office.ok('audit', '--json', '-n', '20');
    expect(audit).toContain(`"terminal.opened"`);
    expect(audit).toContain(terminal);
  });

  describe('the choice of a terminal', () => {
    it('-tt opens one without any here, and -T none', async () => {
      const forced = await laptop.run(['connect', '-q', '-tt', 'office', '--', 'tty']);
      expect(forced.stdout).toMatch(/^\/dev\/\S+\r\n$/);
      const window = laptop.window(['connect', '-q', '-T', 'office', '--', 'sh', '-c', 'tty; exit 3']);
      expect(await window.ended()).toMatchObject({ code: 3 });
      expect(window.text()).toContain('not a tty');
    });

    it('-t opens one where the input here is one, wherever the output goes', async () => {
      const none = await laptop.run(['connect', '-t', 'office', '--', 'tty']);
      expect(none.stdout).toBe('not a tty\n');
      expect(none.stderr).toContain('-tt');
      const file = join(stage.directory, 'said');
      const window = laptop.shell();
      for (const [option, said] of [
        ['', /^not a tty\n$/],
        ['-t', /^\/dev\/\S+\r\n$/],
      ] as const) {
        window.type(`clear; clawreach connect -q ${option} office -- tty >${file}; echo "code=$?"\r`);
        await window.until('the end', (text) => /(?:^|\n)code=\d+\n/.test(text));
        expect(readFileSync(file, 'utf8')).toMatch(said);
        window.type('clear\r');
        await window.until('a clear screen', (text) => !text.includes('code='));
      }
    });

    it('a command at a terminal has one, as ever', async () => {
      const window = laptop.window(['connect', '-q', 'office', '--', 'tty']);
      await window.ended();
      expect(window.text()).toMatch(/^\/dev\//);
    });

    it('what needs a terminal says so where there is none', async () => {
      const recorded = await laptop.run(['connect', 'office', '--record', '--', 'true']);
      expect(recorded.stderr).toContain('[usage.no-terminal]');
      expect(recorded.code).toBe(2);
    });

    it('-n leaves the input to others', async () => {
      const words = laptop.words('connect', '-n', 'office', '--', 'cat').map((word) => `'${word}'`);
      const { stdout } = await runCommand(
        ['-c', `printf 'a\\nb\\n' | while read line; do "$NODE" ${words.join(' ')}; echo "read $line"; done`],
        { program: 'bash', environment: { ...stage.environment, NODE: process.execPath } },
      );
      expect(stdout).toBe('read a\nread b\n');
    });
  });
});

async function gone(...pids: readonly number[]): Promise<void> {
  if (!HAS_PROCESS_TABLE) return;
  await until('the processes to end', () => (pids.some(isRunning) ? undefined : true));
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Bytes of every value without a pattern, the same each time. */
function writeRandom(file: string, size: number): void {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  const descriptor = openSync(file, 'w');
  for (let left = size; left > 0; left -= Math.min(left, MIB))
    writeFileSync(descriptor, cipher.update(Buffer.alloc(Math.min(left, MIB))));
  closeSync(descriptor);
}

/** Bytes of memory of a process. */
function resident(pid: number): number {
  if (!HAS_PROCESS_TABLE) return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** Bytes that a process has written so far, to whatever. */
function written(pid: number): number {
  return HAS_PROCESS_TABLE ? Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]) : 0;
}

/** A probe for `until` that answers when a number has not grown much for some looks. */
function stands(read: () => Promise<number>): () => Promise<true | undefined> {
  let before = -Infinity;
  let times = 0;
  return async () => {
    const now = await read();
    times = now - before < MIB / 4 ? times + 1 : 0;
    before = now;
    return times >= 5 ? true : undefined;
  };
}
