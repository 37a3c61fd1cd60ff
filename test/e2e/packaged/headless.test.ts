import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headlessScript } from '#node/install-script/index.ts';
import { NODE, ROOT } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { createReleaseKey } from '#test/support/releases.ts';
import { canBoot, ServerMachine } from '#test/support/server/machine.ts';
import { completeMetadata, signMetadata } from '../../../scripts/updates/metadata.ts';

if (!canBoot) process.stderr.write('No root, debootstrap or namespaces here: install.sh on a server is left out.\n');

const PORT = 8443;
const OPTIONS = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'].flatMap((option) => [
  '-o',
  option,
]);
const METADATA = process.arch === 'x64' ? 'latest-linux.yml' : `latest-linux-${process.arch}.yml`;

describe.skipIf(!canBoot)('a server without a screen and without Node, after one command', () => {
  const stage = new Stage();
  const machine = new ServerMachine(join(stage.directory, 'server'));
  const key = createReleaseKey();
  const files = new Map<string, Buffer>();
  const children: ChildProcess[] = [];
  const sshKey = join(stage.directory, 'key');
  let server: Server | undefined;
  let origin = '';
  let archive = '';
  let laptop: Device;

  const ssh = (user: string, command: string): string[] => [
    '-i',
    sshKey,
    ...OPTIONS,
    `${user}@${machine.address}`,
    command,
  ];
  /** Runs a command there to its end; what it printed, with its errors. */
  const run = (user: string, command: string): Promise<Readonly<{ code: number; text: string }>> =>
    new Promise((resolve) => {
      execFile('ssh', ssh(user, command), { encoding: 'utf8', timeout: 120_000 }, (error, out, errors) =>
        resolve({ code: Number(error?.code ?? 0), text: out + errors }),
      );
    });
  const oneCommand = (words = '', variables = ''): string =>
    `curl -fsSL ${origin}/install.sh | ${variables} sh${words === '' ? '' : ` -s -- ${words}`}`;

  /** Starts a command there that goes on; what it has said until now. */
  function start(user: string, command: string): () => string {
    const child = spawn('ssh', ssh(user, command), { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    return () => said;
  }

  /** Runs the one command, enters its code as the window does, and confirms the words on both sides. */
  async function pairBy(user: string, environment: string, words: string, at: string | undefined): Promise<void> {
    const said = start(user, oneCommand(words, environment));
    const code = await until('a code', () => /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(said())?.[0], 120_000).catch(
      (error: unknown) => {
        throw new Error(said(), { cause: error });
      },
    );
    const client = await laptop.connect();
    try {
      const joined = await client.call('pairing.join', {
        codeOrLink: code,
        allow: [],
        ...(at === undefined ? {} : { at }),
      });
      await client.call('pairing.confirm', { peer: joined.peer.peerId, words: joined.words });
      await until('the words there', () => (said().includes(joined.words.join('  ')) ? true : undefined));
      expect(
        await run(user, `PATH=$PATH:~/.local/bin clawreach confirm laptop --words '${joined.words.join(' ')}'`),
      ).toMatchObject({
        code: 0,
      });
    } finally {
      client.close();
    }
  }

  function publish(change: (text: string) => string = (text) => text): void {
    const written = change(readFileSync(join(archive, METADATA), 'utf8'));
    const text = Buffer.from(completeMetadata(METADATA, [written], { base: origin, now: new Date(), days: 180 }));
    files.set(METADATA, text);
    files.set(`${METADATA}.sig`, Buffer.from(signMetadata(text, [key.private])));
    for (const name of readdirSync(archive).filter((file) => file.endsWith('.tar.gz')))
      files.set(name, readFileSync(join(archive, name)));
    files.set('install.sh', Buffer.from(headlessScript({ feed: origin, keys: [key.public] }, '0.0.1')));
  }

  beforeAll(async () => {
    const release = join(stage.directory, 'release');
    execFileSync(NODE, [join(ROOT, 'test/support/packaged/command-package.ts'), release], { stdio: 'pipe' });
    archive = join(release, 'artifacts');
    await machine.start();
    const here = machine.address.replace(/2$/, '1');
    origin = `https://${here}:${PORT}`;
    const pems = await generate([{ name: 'commonName', value: here }], {
      keySize: 2048,
      algorithm: 'sha256',
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: here }] },
      ],
    });
    mkdirSync(join(machine.root, 'usr/local/share/ca-certificates'), { recursive: true });
    writeFileSync(join(machine.root, 'usr/local/share/ca-certificates/test.crt'), pems.cert);
    machine.run('update-ca-certificates');
    server = createServer({ key: pems.private, cert: pems.cert }, (request, response) => {
      const content = files.get((request.url ?? '').slice(1));
      response.writeHead(content === undefined ? 404 : 200).end(content);
    }).listen(PORT, here);
    await once(server, 'listening');
    publish();
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', sshKey]);
    machine.authorize(readFileSync(`${sshKey}.pub`, 'utf8'));
    const home = join(machine.root, 'home/ada/.ssh');
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(join(home, 'authorized_keys'), readFileSync(`${sshKey}.pub`));
    for (const path of [home, join(home, 'authorized_keys')]) chownSync(path, 1000, 1000);
    laptop = stage.device('laptop');
    await laptop.ok('run', '--detach', '--name', 'laptop');
  }, 900_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    machine.stop();
    server?.close();
    // Ends the agent, and removes the folder also where the beginning has failed.
    await stage.close();
  });

  it('installs nothing that was tampered with, and says why [S-HEADLESS-1]', async () => {
    const name = [...files.keys()].find((file) => file.endsWith('.tar.gz')) ?? '';
    const whole = files.get(name) ?? Buffer.alloc(0);
    const damaged = Buffer.from(whole);
    damaged[damaged.length - 1000] = (damaged[damaged.length - 1000] ?? 0) ^ 1;
    files.set(name, damaged);
    expect(await run('ada', oneCommand())).toMatchObject({
      code: 1,
      text: expect.stringContaining('not the one that was signed'),
    });
    publish((text) => text.replace(/^version: .*$/m, 'version: 0.0.0'));
    expect(await run('ada', oneCommand())).toMatchObject({
      code: 1,
      text: expect.stringContaining('older than 0.0.1'),
    });
    publish();
    files.set(METADATA, Buffer.from(String(files.get(METADATA)).replace(/sha512: .*/, `sha512: ${'A'.repeat(86)}==`)));
    expect(await run('ada', oneCommand())).toMatchObject({
      code: 1,
      text: expect.stringContaining('no signature by a known key'),
    });
    publish();
    expect(await run('ada', `curl -fsSL ${origin}/install.sh | head -c 9000 | sh`)).toMatchObject({ code: 2 });
    expect(machine.has('home/ada/.local')).toBe(false);
    expect(machine.has('opt/clawreach')).toBe(false);
  });

  it('shows a code to an ordinary user, is paired without a relay, and opens a terminal', async () => {
    expect(await run('ada', 'command -v node clawreach')).toMatchObject({ code: 1, text: '' });
    // As the script says where the user may not do it.
    expect(await run('root', 'loginctl enable-linger ada')).toMatchObject({ code: 0 });
    await pairBy('ada', '', '--name web1 --allow terminal', `${machine.address}:7473`);
    const said = await laptop.ok('connect', 'web1', '-tt', '--', 'sh', '-c', 'id -un; tty');
    expect(said).toMatch(/ada\s+\/dev\/pts\/\d+/);
    expect(await run('ada', 'systemctl --user is-active clawreach')).toMatchObject({ code: 0 });
  });

  it('is left as it is by the same command, also with other words', async () => {
    const before = (await run('ada', 'systemctl --user show clawreach -p MainPID')).text;
    expect(await run('ada', oneCommand('--name other'))).toMatchObject({
      code: 0,
      text: expect.stringContaining('paired already'),
    });
    expect((await run('ada', 'systemctl --user show clawreach -p MainPID')).text).toBe(before);
  });

  it('is as before without ClawReach, but for keys and settings, after --uninstall', async () => {
    expect(await run('ada', oneCommand('--uninstall'))).toMatchObject({
      code: 0,
      text: expect.stringContaining('Removed'),
    });
    for (const path of ['lib/clawreach', 'bin/clawreach', 'bin/clawreach-relay'])
      expect(machine.has(`home/ada/.local/${path}`)).toBe(false);
    expect(machine.has('home/ada/.config/systemd/user/clawreach.service')).toBe(false);
    expect(await run('ada', 'pgrep -u ada clawreach')).toMatchObject({ code: 1 });
    expect(machine.has('home/ada/.config/clawreach/settings.json')).toBe(true);
  });

  it('runs a relay from the same package, and is paired through it as root', async () => {
    expect(await run('root', oneCommand('--no-pair'))).toMatchObject({ code: 0 });
    const relay = start('root', `clawreach-relay --data /root/relay --listen ${machine.address}:7474`);
    const facts = await until('the relay', () => {
      const [, pin] = /^tls pin +(\S+)/m.exec(relay()) ?? [];
      const [, token] = /^admission token +(\S+)/m.exec(relay()) ?? [];
      return pin === undefined || token === undefined ? undefined : { pin, token };
    }).catch((error: unknown) => {
      throw new Error(relay(), { cause: error });
    });
    const url = `wss://${machine.address}:7474`;
    const environment = { CLAWREACH_ADMISSION: facts.token };
    expect(await laptop.run(['config', 'relay', url, '--pin', facts.pin], { environment })).toMatchObject({ code: 0 });
    const words = `--relay ${url} --pin ${facts.pin} --name web2 --allow terminal`;
    await pairBy('root', `CLAWREACH_ADMISSION=${facts.token}`, words, undefined);
    expect(await laptop.ok('connect', 'web2', '--', 'id', '-un')).toBe('root\n');
  });
});
