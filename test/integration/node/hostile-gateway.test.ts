import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { RunRequest } from '#agent/openclaw/operator/index.ts';
import { systemClock } from '#node/clock/index.ts';
import type { Clock } from '#shared/clock.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { createNode } from '#test/support/node.ts';

/*
 * A gateway that does what it likes: it has this machine as its node, with every switch on. Nothing runs that the person here was not shown, and
 * what runs is that.
 */

const LONG = { timeout: 60_000 };

function script(path: string, lines: string): void {
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Ended, and waited for by nobody yet.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === 'win32')('a hostile gateway', () => {
  test('runs nothing here by calling it approved [S-NODE-1]', async () => {
    const { channel, inbox, service } = createNode({ answer: 'reject' });
    const result = await channel.invoke('system.run', {
      command: ['true'],
      approved: true,
      approvalDecision: 'allow-always',
      systemRunPlan: { argv: ['true'], cwd: null },
    });
    expect(result.error?.code).toBe('SYSTEM_RUN_DENIED');
    expect(inbox.asked).toHaveLength(1);
    expect(service.runs().map(({ outcome }) => outcome)).toEqual(['denied']);
  });

  test(
    'gets its thousands of runs refused, eight waiting at a time and some dozens asked about [S-NODE-8]',
    LONG,
    async () => {
      const node = createNode({ answer: 'wait' });
      const { channel, inbox, service } = node;
      const ids = Array.from({ length: 10_000 }, (_, index) =>
        channel.start('system.run', { command: ['true', String(index)] }),
      );
      const last = await channel.result(ids.at(-1)?.id ?? '');
      expect(last.error?.code).toBe('UNAVAILABLE');
      await vi.waitFor(() => expect(inbox.asked).toHaveLength(8), { timeout: 30_000 });
      channel.close();
      const again = node.connect();
      for (let round = 0; round < 50; round += 1) {
        const { id } = again.start('system.run', { command: ['true', `again ${round}`] }, { timeoutMs: 60_000 });
        again.emit('node.invoke.cancel', { invokeId: id, nodeId: again.deviceId });
        expect((await again.result(id)).ok).toBe(false);
      }
      expect(inbox.asked.length).toBeLessThanOrEqual(32);
      expect(service.runs().length).toBeLessThanOrEqual(500);
      expect((await node.audited()).filter(({ event }) => event === 'node.run.denied').length).toBeLessThanOrEqual(201);
    },
  );

  test('cannot run other words than those that were prepared [S-NODE-2]', async () => {
    const { channel, inbox } = createNode({ answer: 'approve' });
    const prepared = await channel.invoke('system.run.prepare', { command: ['echo', 'hello'] });
    const { plan } = prepared.payload;
    const changed = await channel.invoke('system.run', { command: ['echo', 'other'], systemRunPlan: plan });
    expect(changed.error).toMatchObject({ code: 'SYSTEM_RUN_DENIED' });
    const elsewhere = await channel.invoke('system.run', { command: ['echo', 'hello'], cwd: '/', systemRunPlan: plan });
    expect(elsewhere.error).toMatchObject({ code: 'SYSTEM_RUN_DENIED' });
    expect(inbox.asked).toHaveLength(0);
    const same = await channel.invoke('system.run', { command: ['echo', 'hello'], systemRunPlan: plan });
    expect(same.payload).toMatchObject({ exitCode: 0, stdout: 'hello\n' });
  });

  test('gets nothing run when a link is turned to another program between the question and the start [S-NODE-2]', async () => {
    const folder = temporaryDirectory();
    const [good, evil, link] = [join(folder, 'good'), join(folder, 'evil'), join(folder, 'tool')];
    script(good, 'echo good');
    script(evil, `touch ${join(folder, 'evil-ran')}`);
    symlinkSync(good, link);
    const node = createNode({
      answer: async () => {
        rmSync(link);
        symlinkSync(evil, link);
        return 'approve';
      },
    });
    const result = await node.channel.invoke('system.run', { command: [link], cwd: folder });
    // What was shown is what runs: the file that the link led to then.
    expect(result.payload).toMatchObject({ exitCode: 0, stdout: 'good\n' });
    expect(existsSync(join(folder, 'evil-ran'))).toBe(false);
  });

  test.each<[string, (path: string, folder: string) => void]>([
    ['written to', (path, folder) => appendFileSync(path, `touch ${join(folder, 'evil-ran')}\n`)],
    [
      'replaced',
      (path, folder) => {
        script(`${path}.new`, `touch ${join(folder, 'evil-ran')}`);
        renameSync(`${path}.new`, path);
      },
    ],
    [
      'replaced by a link',
      (path, folder) => {
        script(join(folder, 'evil'), `touch ${join(folder, 'evil-ran')}`);
        rmSync(path);
        symlinkSync(join(folder, 'evil'), path);
      },
    ],
  ])('gets nothing run when the program is %s between the question and the start [S-NODE-2]', async (_how, change) => {
    const folder = temporaryDirectory();
    const path = join(folder, 'tool');
    script(path, 'echo good');
    const node = createNode({
      answer: async () => {
        change(path, folder);
        return 'approve';
      },
    });
    const result = await node.channel.invoke('system.run', { command: [path], cwd: folder });
    expect(result.error).toMatchObject({ code: 'SYSTEM_RUN_DENIED' });
    expect(existsSync(join(folder, 'evil-ran'))).toBe(false);
    expect((await node.audited()).map(({ event, fields }) => [event, fields['code'] ?? null])).toEqual([
      ['node.run.started', null],
      ['node.run.ended', 'program.changed'],
    ]);
  });

  test('gets nothing run when the script that an interpreter is given changes, or the folder is another [S-NODE-2]', async () => {
    const folder = temporaryDirectory();
    const work = join(folder, 'work');
    mkdirSync(work);
    writeFileSync(join(work, 'job.sh'), 'echo good\n');
    let change = (): void => writeFileSync(join(work, 'job.sh'), 'echo evil\n');
    const node = createNode({
      answer: async () => {
        change();
        return 'approve';
      },
    });
    const params = { command: ['sh', 'job.sh'], cwd: work };
    const prepared = await node.channel.invoke('system.run.prepare', params);
    expect(prepared.payload['plan']).toMatchObject({
      mutableFileOperand: { argvIndex: 1, path: join(work, 'job.sh'), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect((await node.channel.invoke('system.run', params)).error?.code).toBe('SYSTEM_RUN_DENIED');
    expect(node.inbox.asked[0]?.text).toContain(`File: ${join(work, 'job.sh')}`);
    // Prepared with other contents.
    const late = await node.channel.invoke('system.run', { ...params, systemRunPlan: prepared.payload['plan'] });
    expect(late.error?.code).toBe('SYSTEM_RUN_DENIED');
    expect(node.inbox.asked).toHaveLength(1);
    change = () => {
      renameSync(work, `${work}.before`);
      mkdirSync(work);
      writeFileSync(join(work, 'job.sh'), 'echo evil\n');
    };
    expect((await node.channel.invoke('system.run', params)).error?.code).toBe('SYSTEM_RUN_DENIED');
  });

  test('cannot choose by the environment what is loaded or found, and what it sets is shown [S-NODE-3]', async () => {
    const node = createNode({ answer: 'approve' });
    const env = {
      LD_PRELOAD: '/tmp/evil.so',
      NODE_OPTIONS: '--require /tmp/evil.js',
      PATH: '/tmp/evil',
      Path: '/tmp/evil',
      BASH_ENV: '/tmp/evil',
      GIT_SSH_COMMAND: 'evil',
      HTTPS_PROXY: 'http://evil',
      LANG: 'C',
      BUILD_NUMBER: 'secret 17',
      LANGUAGE: '../../tmp/evil',
      LC_ALL: '/tmp/evil',
      TERM: '../evil',
      TZ: ':/tmp/evil',
    };
    const result = await node.channel.invoke('system.run', { command: ['env'], env });
    const variables = String(result.payload['stdout']).trim().split('\n');
    expect(variables.filter((line) => !line.startsWith('CLAWREACH_RUN=')).sort()).toEqual([
      'BUILD_NUMBER=secret 17',
      'LANG=C',
      'PATH=/usr/local/bin:/usr/bin:/bin',
    ]);
    const [asked] = node.inbox.asked;
    expect(asked?.environment).toEqual(['LANG=C', "BUILD_NUMBER='secret 17'"]);
    expect(asked).toMatchObject({ decisions: ['approve', 'reject'], onceReason: 'environment' });
    const { text } = asked ?? {};
    for (const name of ['LD_PRELOAD', 'LANGUAGE', 'LC_ALL', 'TERM', 'TZ']) expect(text).toContain(name);
    expect(JSON.stringify(asked)).not.toContain('evil');
    expect(JSON.stringify(await node.audited())).not.toMatch(/secret 17|evil/);
  });

  test(
    'cannot fill the memory with output, and the text is never cut inside a character [S-NODE-7]',
    LONG,
    async () => {
      const { channel } = createNode({ answer: 'approve' });
      const result = await channel.invoke('system.run', {
        command: ['sh', '-c', "yes '😀é' | head -c 30000000; echo problem >&2"],
      });
      const { stdout, stderr } = result.payload as { stdout: string; stderr: string };
      expect(stdout.length + stderr.length).toBeLessThan(200_100);
      expect(stdout).toMatch(/\n… \(truncated, \d+ more characters\)$/);
      expect(stdout.isWellFormed()).toBe(true);
      expect(stdout).not.toContain('\ufffd');
      expect(stderr).toBe('problem\n');
    },
  );

  test(
    'leaves no grandchild behind: not in the background, in another session, or without its environment [S-NODE-7]',
    LONG,
    async () => {
      const folder = temporaryDirectory();
      const { channel } = createNode({ answer: 'approve' });
      const lines = [
        `sh -c 'echo $$ >> ${folder}/pids; exec sleep 600' &`,
        `setsid sh -c 'echo $$ >> ${folder}/pids; exec sleep 600' &`,
        `env -i sh -c 'echo $$ >> ${folder}/pids; exec /bin/sleep 600' &`,
        `(trap '' TERM HUP; echo started >> ${folder}/pids; sleep 600) &`,
        `while [ "$(wc -l < ${folder}/pids)" -lt 4 ]; do sleep 0.05; done`,
      ];
      const result = await channel.invoke('system.run', { command: ['sh', '-c', lines.join('\n')], cwd: folder });
      expect(result.payload).toMatchObject({ exitCode: 0 });
      const pids = readFileSync(join(folder, 'pids'), 'utf8')
        .split('\n')
        .map(Number)
        .filter((pid) => pid > 1);
      expect(pids).toHaveLength(3);
      expect(pids.filter(isAlive)).toEqual([]);
    },
  );

  test.each(['cancel', 'deadline', 'time', 'person', 'disconnect'] as const)(
    'has the whole group ended: %s [S-NODE-7]',
    LONG,
    async (how) => {
      const folder = temporaryDirectory();
      let timeIsUp = (): void => undefined;
      const clock: Clock = {
        ...systemClock,
        setTimer: (delay, callback) => {
          if (delay === 77_777) timeIsUp = callback;
          return systemClock.setTimer(delay, callback);
        },
      };
      const { channel, service } = createNode({ answer: 'approve', clock });
      // Only one of them has to be killed: that takes two seconds.
      const deaf = how === 'cancel' ? "trap '' TERM; " : '';
      const command = ['sh', '-c', `${deaf}sleep 600 & echo $! $$ > ${folder}/pids; wait; sleep 600`];
      const { id } = channel.start(
        'system.run',
        { command, ...(how === 'time' ? { timeoutMs: 77_777 } : {}) },
        { timeoutMs: how === 'deadline' ? 77_777 : 600_000 },
      );
      const pids = await vi.waitFor(
        () => {
          const found = readFileSync(join(folder, 'pids'), 'utf8').trim().split(' ').map(Number);
          expect(found).toHaveLength(2);
          return found;
        },
        { timeout: 30_000 },
      );
      if (how === 'cancel') channel.emit('node.invoke.cancel', { invokeId: id, nodeId: channel.deviceId });
      if (how === 'person') service.cancel(service.runs()[0]?.id ?? 0);
      if (how === 'disconnect') channel.close();
      if (how === 'deadline' || how === 'time') timeIsUp();
      await vi.waitFor(() => expect(service.runs()[0]?.outcome).not.toBe('running'), { timeout: 30_000 });
      expect(pids.filter(isAlive)).toEqual([]);
      expect(service.runs()[0]?.outcome).toBe(how === 'deadline' || how === 'time' ? 'timed-out' : 'cancelled');
      // Nobody is there to be told.
      if (how === 'disconnect') return;
      const { payload, error } = await channel.result(id);
      const ended = [error?.code, payload['success'], payload['timedOut'], payload['exitCode']];
      expect(ended).toEqual(
        how === 'deadline' ? ['TIMEOUT', undefined, undefined, undefined] : [undefined, false, how === 'time', null],
      );
    },
  );

  test('is not shown a folder outside by a link, by dots, hidden, or by its absence [S-NODE-9]', async () => {
    const folder = temporaryDirectory();
    const [home, secret, profile] = [join(folder, 'home'), join(folder, 'secret'), join(folder, 'home', 'profile')];
    for (const path of [home, secret, profile, join(home, '.ssh'), join(home, 'projects', 'one')])
      mkdirSync(path, { recursive: true });
    mkdirSync(join(secret, 'keys'));
    symlinkSync(secret, join(home, 'way-out'));
    symlinkSync(join(home, '.ssh'), join(home, 'ssh'));
    symlinkSync(join(home, 'projects'), join(home, 'work'));
    const { channel } = createNode({ home, privateFolders: [profile] });
    const shown = await channel.invoke('fs.listDir', { path: '~' });
    expect(shown.payload).toEqual({
      path: home,
      parent: null,
      home,
      entries: [
        { name: 'projects', path: join(home, 'projects') },
        { name: 'work', path: join(home, 'work') },
      ],
    });
    const below = await channel.invoke('fs.listDir', { path: join(home, 'work') });
    expect(below.payload).toMatchObject({ path: join(home, 'projects'), parent: home });
    for (const path of [
      '/root/.ssh',
      join(home, 'ssh'),
      join(home, 'way-out'),
      join(home, 'way-out', 'keys'),
      `${home}/projects/../../secret`,
      join(home, '.ssh'),
      profile,
      'projects',
      join(folder, 'not-there'),
      `${home}\0`,
    ]) {
      const result = await channel.invoke('fs.listDir', { path });
      expect([path, result.ok, result.error?.code]).toEqual([path, false, 'INVALID_REQUEST']);
      expect(result.error?.message).not.toContain(folder);
    }
  });

  test('cannot hide words from the person with control characters, or with a name of its own [S-NODE-2]', async () => {
    const { channel, inbox } = createNode({ answer: 'reject' });
    const asked = async (params: object): Promise<RunRequest | undefined> => {
      await channel.invoke('system.run', params);
      return inbox.asked.at(-1);
    };
    const first = await asked({ command: ['echo', 'safe\r\u001b[2Krm', '\u202egnp.exe', 'a b', "it's", '\u00a0'] });
    expect(first?.command).toBe(String.raw`echo $'safe\u000d\u001b[2Krm' $'\u202egnp.exe' 'a b' 'it'\''s' $'\u00a0'`);
    const second = await asked({ command: ['sh', '-c', 'rm -rf /tmp/x'], rawCommand: 'ls' });
    expect(second?.command).toBe("sh -c 'rm -rf /tmp/x'");
    expect(second?.text).toContain('The gateway calls it: ls');
    expect(second?.severity).toBe('critical');
    const third = await asked({ command: ['true'], agentId: 'main\u001b]0;x\u0007' });
    expect(third?.who).not.toMatch(/\p{Cc}/u);
  });

  test.each<[string, unknown]>([
    ['no words', { command: [] }],
    ['an empty word', { command: [''] }],
    ['too many words', { command: Array.from({ length: 2000 }, () => 'x') }],
    ['huge words', { command: ['echo', 'x'.repeat(100_000)] }],
    ['words that are none', { command: 'rm -rf /' }],
    ['NUL', { command: ['echo', 'a\0b'] }],
    ['half a character', { command: ['echo', '\ud83d'] }],
    ['half a character in a variable', { command: ['true'], env: { A: '\ude00' } }],
    ['a variable that is none', { command: ['true'], env: { 'A=B': 'x' } }],
    [
      'too many variables',
      { command: ['true'], env: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`V${n}`, ''])) },
    ],
    ['a folder that is not there', { command: ['true'], cwd: '/nowhere/at/all' }],
    ['a relative folder', { command: ['true'], cwd: 'etc' }],
    ['a program that is not there', { command: ['no-such-program-here'] }],
    ['a folder as a program', { command: ['/tmp'] }],
    ['nothing', null],
    ['more than a megabyte', { command: ['true'], more: 'x'.repeat(1_100_000) }],
  ])('gets INVALID_REQUEST for %s, and nobody is asked [S-NODE-8]', async (_what, params) => {
    const { channel, inbox } = createNode({ answer: 'approve' });
    expect((await channel.invoke('system.run', params)).error?.code).toBe('INVALID_REQUEST');
    expect(inbox.asked).toEqual([]);
  });
});
