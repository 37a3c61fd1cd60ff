import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';
import { listen, TestSshd } from '#test/support/ssh/sshd.ts';

const HAS_SSHD = existsSync('/usr/sbin/sshd');
const MIB = 1024 * 1024;

type Ended = Readonly<{ code: number | null; stdout: Buffer; stderr: string }>;

/** Runs a program of the system as a person does in a shell. */
function run(
  words: readonly [string, ...string[]],
  options: Readonly<{ environment: Readonly<Record<string, string>>; input?: Buffer | string; folder?: string }>,
): Promise<Ended> {
  const [file, ...rest] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, { env: options.environment, cwd: options.folder, stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr }));
  });
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(!HAS_SSHD)('programs that use ssh', { timeout: 120_000 }, () => {
  let stage: Stage;
  let office: Device;
  let laptop: Device;
  let sshd: TestSshd;
  let config: string;
  let work: string;

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    office = stage.device('office');
    laptop = stage.device('laptop');
    await office.runAgent(relay, { first: true });
    await laptop.runAgent(relay, { first: true });
    await office.pairWith(laptop, ['--allow', 'forward']);
    sshd = await TestSshd.start({ extra: ['Subsystem sftp internal-sftp'] });
    work = join(stage.directory, 'work');
    mkdirSync(work);
    // What a person has in it already, with the port and key of this server.
    config = join(stage.environment['HOME'] ?? '', '.ssh', 'config');
    mkdirSync(join(config, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(config, sshd.configOfPerson(join(stage.directory, 'known_hosts')), { mode: 0o600 });
    await laptop.ok('ssh-config', '--install');
  }, 120_000);
  afterAll(async () => {
    await sshd.close();
    await stage.close();
  });

  const here = (words: readonly [string, ...string[]], input?: Buffer | string, folder?: string): Promise<Ended> =>
    run(words, {
      environment: {
        ...stage.environment,
        GIT_SSH_COMMAND: `ssh -F ${config}`,
        GIT_CONFIG_NOSYSTEM: '1',
        ANSIBLE_LOCALHOST_WARNING: 'false',
      },
      ...(input === undefined ? {} : { input }),
      ...(folder === undefined ? {} : { folder }),
    });
  const ssh = (...words: readonly string[]): [string, ...string[]] => ['ssh', '-F', config, ...words];

  it('ssh runs a command there, with exact bytes and its exit code, through a name of ssh-config', async () => {
    const bytes = randomBytes(3 * MIB);
    const { code, stdout, stderr } = await here(ssh('office.claw', 'cat; echo bad >&2; exit 7'), bytes);
    expect({ code, stderr }).toEqual({ code: 7, stderr: 'bad\n' });
    expect(hashOf(stdout)).toBe(hashOf(bytes));
    // The key of the server belongs to the machine, not to a name.
    const known = readFileSync(join(stage.directory, 'known_hosts'), 'utf8');
    const { peerId } = await office.status().then(({ device }) => device);
    expect(known.split(' ')[0]).toContain(`clawreach-${peerId.toLowerCase()}`);
  });

  it('scp, sftp and rsync copy there and back', async () => {
    const bytes = randomBytes(2 * MIB);
    writeFileSync(join(work, 'photo.bin'), bytes);
    const there = join(work, 'there');
    mkdirSync(there);
    const remote = `office.claw:${there}`;
    for (const words of [
      ['scp', '-F', config, join(work, 'photo.bin'), `${remote}/scp.bin`],
      ['rsync', '-e', `ssh -F ${config}`, join(work, 'photo.bin'), `${remote}/rsync.bin`],
    ] as const) {
      const { code, stderr } = await here([...words]);
      expect({ words, code, stderr }).toMatchObject({ code: 0, stderr: '' });
    }
    const batch = `put ${join(work, 'photo.bin')} ${there}/sftp.bin\nget ${there}/scp.bin ${work}/back.bin\n`;
    expect(await here(['sftp', '-F', config, '-b', '-', 'office.claw'], batch)).toMatchObject({ code: 0 });
    for (const name of ['there/scp.bin', 'there/rsync.bin', 'there/sftp.bin', 'back.bin'])
      expect([name, hashOf(readFileSync(join(work, name)))]).toEqual([name, hashOf(bytes)]);
  });

  it('clawreach send leaves the same as scp -p does: contents, names and times', async () => {
    await office.ok('rights', 'laptop', '--allow', 'send');
    const tree = join(work, 'album');
    mkdirSync(join(tree, 'a b', 'empty'), { recursive: true });
    writeFileSync(join(tree, 'one.raw'), randomBytes(3 * MIB + 1));
    writeFileSync(join(tree, 'a b', 'ünï.txt'), 'text');
    writeFileSync(join(tree, 'a b', '.hidden'), '');
    const names = ['.', 'a b', 'a b/.hidden', 'a b/empty', 'a b/ünï.txt', 'one.raw'];
    // Inside out, since what is made in a folder changes its time.
    for (const [index, name] of names.toReversed().entries()) {
      const time = 1_400_000_000 + 86_400 * index;
      utimesSync(join(tree, name), time, time);
    }
    const factsOf = (folder: string): readonly unknown[] =>
      names.map((name) => {
        const facts = statSync(join(folder, name));
        const contents = facts.isFile()
          ? hashOf(readFileSync(join(folder, name)))
          : readdirSync(join(folder, name)).toSorted();
        return [name, facts.mtimeMs, contents];
      });
    const copied = await here(['scp', '-F', config, '-r', '-p', tree, `office.claw:${join(work, 'by scp')}`]);
    expect(copied).toMatchObject({ code: 0, stderr: '' });
    await laptop.ok('send', tree, 'office');
    const [received] = (await office.json('transfers')) as readonly Readonly<{ folder: string }>[];
    expect(factsOf(join(received?.folder ?? '', 'album'))).toEqual(factsOf(tree));
    expect(factsOf(join(work, 'by scp'))).toEqual(factsOf(tree));
  });

  it('VS Code Remote-SSH finds the host, and its server there, through a port for SOCKS', async () => {
    const shown = (await here(ssh('-G', 'office.claw'))).stdout.toString();
    const { peerId } = await office.status().then(({ device }) => device);
    expect(shown).toMatch(new RegExp(`^proxycommand .* proxy .*${peerId} `, 'm'));
    expect(shown).toContain(`hostkeyalias clawreach-${peerId.toLowerCase()}\n`);
    const socks = await freePort();
    // As the extension does: a script comes to a shell, starts the server, and says where that listens.
    const words = ['-v', '-T', '-D', `127.0.0.1:${socks}`, '-o', 'ConnectTimeout=15', 'office.claw', 'sh'];
    const [file, ...rest] = ssh(...words);
    const session = spawn(file, rest, { env: stage.environment, stdio: ['pipe', 'pipe', 'ignore'] });
    onTestFinished(() => void session.kill());
    const ended = once(session, 'exit');
    let said = '';
    session.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const program = `require("node:http").createServer((q, s) => s.end("from " + q.url)).listen(0, "127.0.0.1", function () {
      console.log("listeningOn==" + this.address().port + "== pid " + process.pid); })`;
    session.stdin.end(`'${process.execPath}' -e '${program}'\n`);
    const [, port, pid] = await until(
      'the server there',
      () => /listeningOn==(\d+)== pid (\d+)/.exec(said) ?? undefined,
    );
    onTestFinished(() => void process.kill(Number(pid)));
    const answers = await Promise.all(
      [1, 2, 3].map((number) =>
        here(['curl', '-sS', '--socks5-hostname', `127.0.0.1:${socks}`, `http://127.0.0.1:${port}/${number}`]),
      ),
    );
    expect(answers.map(({ stdout, stderr }) => `${stdout.toString()}${stderr}`)).toEqual([
      'from /1',
      'from /2',
      'from /3',
    ]);
    session.kill();
    await ended;
  });

  it('git clones from there and pushes', async () => {
    const bare = join(work, 'project.git');
    const clone = join(work, 'clone');
    expect(await here(['git', 'init', '-q', '--bare', '-b', 'main', bare])).toMatchObject({ code: 0 });
    const cloned = await here(['git', 'clone', '-q', `office.claw:${bare}`, clone]);
    expect(cloned).toMatchObject({ code: 0 });
    writeFileSync(join(clone, 'notes.txt'), 'first line\n');
    for (const words of [
      ['add', '.'],
      ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '-q', '-m', 'Notes'],
      ['push', '-q', 'origin', 'HEAD:main'],
    ])
      expect(await here(['git', ...words], undefined, clone)).toMatchObject({ code: 0 });
    const { stdout } = await here(['git', '--git-dir', bare, 'show', 'main:notes.txt']);
    expect(stdout.toString()).toBe('first line\n');
  });

  it.skipIf(!existsSync('/usr/bin/ansible'))('ansible reaches it', async () => {
    const words = ['ansible', 'all', '-i', 'office.claw,', '-m', 'ping', '--ssh-common-args', `-F ${config}`] as const;
    const { code, stdout, stderr } = await here([...words]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout.toString()).toMatch(/office\.claw \| SUCCESS[\s\S]*"ping": "pong"/);
  });

  it('the file of hosts is kept current, and a name stays with its machine', async () => {
    const file = join(laptop.profile, 'ssh_config');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await laptop.ok('rename', 'office', 'Büro; rm -rf ~');
    await until('the new name', () =>
      readFileSync(file, 'utf8').includes('Host buro-rm-rf.claw\n') ? true : undefined,
    );
    await laptop.ok('rename', 'Büro; rm -rf ~', 'office');
    await until('the old name', () => (readFileSync(file, 'utf8').includes('Host office.claw\n') ? true : undefined));
    const text = readFileSync(file, 'utf8');
    expect(text.match(/^Host /gm)).toHaveLength(1);
    expect(await here(ssh('office.claw', 'true'))).toMatchObject({ code: 0 });
  });

  it('ssh-config --remove leaves the configuration as it was', async () => {
    const before = readFileSync(config, 'utf8');
    await laptop.ok('ssh-config', '--remove');
    const without = readFileSync(config, 'utf8');
    expect(without.startsWith('Host *.claw\n')).toBe(true);
    expect(existsSync(join(laptop.profile, 'ssh_config'))).toBe(false);
    await laptop.ok('ssh-config', '--install');
    await laptop.ok('ssh-config', '--install');
    expect(readFileSync(config, 'utf8')).toBe(before);
  });

  describe('clawreach connect in the place of ssh', () => {
    let shell: string;
    beforeAll(async () => {
      await office.ok('rights', 'laptop', '--allow', 'terminal');
      // Programs start it by its name, and give it their own words.
      shell = join(work, 'clawreach');
      const words = [process.execPath, ...laptop.words('--version')].slice(0, -1).map((word) => `'${word}'`);
      writeFileSync(shell, `#!/bin/sh\nCLAWREACH_PROFILE='${laptop.profile}' exec ${words.join(' ')} "$@"\n`, {
        mode: 0o755,
      });
    });

    it('rsync copies a tree there and back, with blanks in its names', async () => {
      const tree = join(work, 'my tree');
      mkdirSync(join(tree, 'a b'), { recursive: true });
      const bytes = randomBytes(3 * MIB);
      writeFileSync(join(tree, 'a b', "it's $HOME"), bytes);
      const e = ['-a', '-e', `${shell} connect`];
      const out = await here(['rsync', ...e, `${tree}/`, `office:${join(work, 'the other')}/`]);
      expect(out).toMatchObject({ code: 0, stderr: '' });
      const back = await here(['rsync', ...e, '-s', `office:${join(work, 'the other')}/`, join(work, 'back again/')]);
      expect(back).toMatchObject({ code: 0, stderr: '' });
      expect(hashOf(readFileSync(join(work, 'back again', 'a b', "it's $HOME")))).toBe(hashOf(bytes));
    });

    it('git clones and pushes', async () => {
      const bare = join(work, 'my project.git');
      const clone = join(work, 'second clone');
      expect(await here(['git', 'init', '-q', '--bare', '-b', 'main', bare])).toMatchObject({ code: 0 });
      const environment = { ...stage.environment, GIT_SSH_COMMAND: `${shell} connect`, GIT_CONFIG_NOSYSTEM: '1' };
      const git = (...words: readonly string[]): Promise<Ended> => run(['git', ...words], { environment });
      expect(await git('clone', '-q', `office:${bare}`, clone)).toMatchObject({ code: 0 });
      writeFileSync(join(clone, 'notes.txt'), 'first line\n');
      const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
      expect(await git('-C', clone, 'add', '.')).toMatchObject({ code: 0 });
      expect(await git('-C', clone, ...author, 'commit', '-q', '-m', 'Notes')).toMatchObject({ code: 0 });
      expect(await git('-C', clone, 'push', '-q', 'origin', 'HEAD:main')).toMatchObject({ code: 0 });
      expect((await git('--git-dir', bare, 'show', 'main:notes.txt')).stdout.toString()).toBe('first line\n');
    });

    it('tar goes there, and a machine that is unknown ends with 255', async () => {
      const target = join(work, 'unpacked');
      mkdirSync(target);
      const packed = await here(['tar', 'c', '-C', join(work, 'my tree'), '.']);
      const sent = await here([shell, 'connect', 'office', '--', 'tar', 'x', '-C', target], packed.stdout);
      expect(sent).toMatchObject({ code: 0, stderr: '' });
      expect(existsSync(join(target, 'a b', "it's $HOME"))).toBe(true);
      expect(await here([shell, 'connect', 'nobody', 'true'])).toMatchObject({ code: 255 });
      expect(await here([shell, 'connect', 'office', 'exit 4'])).toMatchObject({ code: 4 });
      const asUser = await here(['rsync', '-e', `${shell} connect`, join(work, 'photo.bin'), 'root@office:x']);
      expect(asUser.stderr).toContain('Machines have no user names here');
    });
  });

  describe('nc and proxy', () => {
    let server: Server;
    let port: number;
    beforeAll(async () => {
      // Answers once it has read all, as a program that needs the end of its input.
      server = createServer({ allowHalfOpen: true }, (socket) => {
        const parts: Buffer[] = [];
        socket.on('data', (chunk) => {
          if (chunk.toString().startsWith('reset')) socket.resetAndDestroy();
          else parts.push(chunk);
        });
        socket.on('error', () => undefined);
        socket.on('end', () => socket.end(`${Buffer.concat(parts).length} ${hashOf(Buffer.concat(parts))}\n`));
      });
      port = await listen(server);
    });
    afterAll(() => server.close());

    it('pass on the end of the input, and then the answer', async () => {
      const bytes = randomBytes(5 * MIB);
      for (const words of [
        ['nc', 'office', `127.0.0.1:${port}`],
        ['nc', 'office', `${port}`],
        ['proxy', 'office', `${port}`],
      ]) {
        const { code, stdout, stderr } = await here([process.execPath, ...laptop.words(...words)], bytes);
        expect({ words, code, stderr, stdout: stdout.toString() }).toEqual({
          words,
          code: 0,
          stderr: '',
          stdout: `${bytes.length} ${hashOf(bytes)}\n`,
        });
      }
    });

    it('say that a connection was reset, and that nothing listens', async () => {
      const reset = await here([process.execPath, ...laptop.words('nc', 'office', `${port}`)], 'reset');
      expect(reset.code).toBe(1);
      expect(reset.stderr).toContain('The connection was reset.');
      const closed = await here([process.execPath, ...laptop.words('nc', 'office', '1')], 'x');
      expect(closed.code).toBe(1);
      expect(closed.stderr).toContain('refused');
      const nobody = await here([process.execPath, ...laptop.words('proxy', 'nobody')], 'x');
      expect(nobody.code).toBe(4);
    });

    it('need the permission or the target', async () => {
      await office.ok('rights', 'laptop', '--deny', 'forward');
      const denied = await here([process.execPath, ...laptop.words('proxy', 'office', `${port}`)], 'x');
      expect(denied.code).toBe(5);
      expect(denied.stderr).toContain(`clawreach targets laptop --allow localhost:${port}`);
      await office.ok('rights', 'laptop', '--allow', 'forward');
    });
  });
});
