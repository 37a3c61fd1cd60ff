import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellOfTwoPeople } from '#test/support/browser/two-people.ts';
import { findChromium, launchChromium } from '#test/support/chromium/launch.ts';
import { ROOT } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';
import { canMakeDebian, copyDebian, environmentIn, makeDebian, runIn } from '#test/support/packaged/debian.ts';
import { Dockerfile } from '#test/support/packaged/dockerfile.ts';
import { findProgram } from '#test/support/forwards/programs.ts';

const HOSTING = join(ROOT, 'hosting');
const canRun = canMakeDebian && findProgram('caddy') !== undefined;
if (!canRun) process.stderr.write('No root, debootstrap or Caddy here: the steps of hosting a relay are left out.\n');

type Compose = Readonly<{
  services: Readonly<
    Record<string, Readonly<{ environment?: Readonly<Record<string, string>>; ports: readonly string[] }>>
  >;
}>;

/** As compose fills in variables: `${NAME}`, `${NAME:-default}`, `${NAME:?reason}`. */
function fillIn(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind?: string, other = '') => {
    const value = variables[name] ?? '';
    if (value !== '') return value;
    if (kind === '?') throw new Error(`${name}: ${other}`);
    return kind === '-' ? other : '';
  });
}

describe.skipIf(!canRun)('a relay hosted by the steps of the documents, in a plain Debian', () => {
  const stage = new Stage();
  const dockerfile = new Dockerfile();
  const compose = load(readFileSync(join(HOSTING, 'compose.yaml'), 'utf8')) as Compose;
  const processes: ChildProcess[] = [];
  let image = '';
  let origin = '';
  let authority: Buffer;
  let relay: ChildProcess;
  let relayPort = 0;
  let office: Device;
  let laptop: Device;

  /** Starts the image's entry point as its user, with the variables of the compose file. */
  async function startRelay(words: readonly string[] = []): Promise<string> {
    const variables = { CLAWREACH_DOMAIN: origin.replace('https://', '') };
    const given = Object.entries(compose.services['relay']?.environment ?? {});
    const environment = Object.fromEntries(given.map(([name, value]) => [name, fillIn(value, variables)]));
    relay = spawn(
      'chroot',
      [
        '--userspec=node:node',
        image,
        'sh',
        '-c',
        `cd ${dockerfile.folder}; exec "$@"`,
        'sh',
        ...dockerfile.wordsOf('ENTRYPOINT'),
        ...words,
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          ...environmentIn(),
          ...dockerfile.environment,
          ...environment,
          CLAWREACH_RELAY_LISTEN: `127.0.0.1:${relayPort}`,
          CLAWREACH_RELAY_LOG_LEVEL: 'error',
        },
      },
    );
    processes.push(relay);
    let said = '';
    relay.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
    await until('the relay to start', () => (said.includes('\ndata ') ? true : undefined));
    return said;
  }

  async function ask(path: string): Promise<Readonly<{ status: number; text: string }>> {
    const outgoing = request(`${origin}${path}`, { ca: authority, headers: { 'X-Forwarded-For': '203.0.113.9' } });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [NodeJS.ReadableStream & { statusCode: number }];
    let text = '';
    for await (const part of response) text += String(part);
    return { status: response.statusCode, text };
  }

  beforeAll(async () => {
    const base = join(stage.directory, 'debian');
    makeDebian(base);
    const begin = (name: string): string => {
      const root = join(stage.directory, `stage-${name}`);
      copyDebian(base, root);
      return root;
    };
    image = dockerfile.follow(begin, (command, root, folder) => void runIn(root, folder, command));

    // The certificate is of Caddy's own authority: the name is of this machine only.
    relayPort = await freePort();
    origin = `https://localhost:${await freePort()}`;
    const home = join(stage.directory, 'caddy');
    mkdirSync(home);
    const config = join(home, 'Caddyfile');
    const own = `{\n\tskip_install_trust\n\tadmin off\n\thttp_port ${await freePort()}\n}\n`;
    writeFileSync(config, `${own}import ${join(HOSTING, 'Caddyfile')}\n`);
    const environment = compose.services['caddy']?.environment ?? {};
    const domain = fillIn(environment['CLAWREACH_DOMAIN'] ?? '', { CLAWREACH_DOMAIN: origin.replace('https://', '') });
    processes.push(
      spawn('caddy', ['run', '--config', config, '--adapter', 'caddyfile'], {
        stdio: 'ignore',
        env: {
          PATH: process.env['PATH'],
          HOME: home,
          XDG_DATA_HOME: home,
          CLAWREACH_DOMAIN: domain,
          CLAWREACH_UPSTREAM: `127.0.0.1:${relayPort}`,
        },
      }),
    );
    const root = join(home, 'caddy/pki/authorities/local/root.crt');
    await until('the certificate', () => (existsSync(root) ? true : undefined));
    authority = readFileSync(root);
    writeFileSync(join(stage.directory, 'authority.pem'), authority);
  }, 900_000);
  afterAll(async () => {
    try {
      await stage.close();
    } finally {
      for (const child of processes) child.kill('SIGKILL');
    }
  });

  it('starts with the variables of the compose file, and serves two machines behind Caddy', async () => {
    const said = await startRelay();
    expect(said).toContain(origin.replace('https', 'wss'));
    await expect.poll(() => ask('/healthz').catch(() => undefined)).toEqual({ status: 200, text: 'ok\n' });
    expect((await ask('/metrics')).status).toBe(403);
    const token = /admission token (\S+)/.exec(said)?.[1] ?? '';
    const environment = { NODE_EXTRA_CA_CERTS: join(stage.directory, 'authority.pem') };
    const url = origin.replace('https', 'wss');
    ({ office, laptop } = await stage.pairedDevices({ options: ['--relay', url], token }, { environment }));
    expect(await laptop.ok('connect', 'office', '--', 'echo', 'through Caddy')).toContain('through Caddy');
  });

  describe.skipIf(findChromium() === undefined)('has two people, who share a machine', () => {
    let browser: Browser;
    let firstLink = '';
    beforeAll(async () => {
      firstLink = readFileSync(join(image, 'data/first-account.txt'), 'utf8').trim();
      browser = await launchChromium();
    });
    afterAll(() => browser.close());
    tellOfTwoPeople(() => ({ browser, origin, firstLink, office }));
  });

  it('is the same relay again from a backup of its data folder, which was made while it ran', async () => {
    const command = `su node -s /bin/sh -c 'cd ${dockerfile.folder} && node bin/clawreach-relay.js backup /data/copy --data /data'`;
    expect(runIn(image, dockerfile.folder, command)).toContain('To restore');
    relay.kill('SIGTERM');
    await once(relay, 'exit');
    runIn(image, '/data', 'mkdir ../lost; find . -maxdepth 1 -type f -exec mv {} ../lost/ \\;');
    await startRelay(['--data', '/data/copy']);
    for (const device of [office, laptop]) await device.untilOnline();
    expect(await laptop.ok('connect', 'office', '--', 'echo', 'after the loss')).toContain('after the loss');
  });
});
