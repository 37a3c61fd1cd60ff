import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { canMakeDebian, copyDebian, environmentIn, makeDebian, runIn } from '#test/support/packaged/debian.ts';
import { Dockerfile } from '#test/support/packaged/dockerfile.ts';

if (!canMakeDebian) process.stderr.write('No root or debootstrap here: the steps of the container are left out.\n');

const CODE = /[0-9A-Z]{4}-[0-9A-Z]{4}/;

describe.skipIf(!canMakeDebian)(
  'a machine in a container, made by the steps of its Dockerfile in a plain Debian',
  () => {
    const stage = new Stage();
    const dockerfile = new Dockerfile('hosting/machine/Dockerfile');
    const children: ChildProcess[] = [];
    let image = '';
    let relay: StageRelay;

    /** Starts what the container starts, as its user; resolves with all it has said, which grows. */
    async function start(): Promise<Readonly<{ child: ChildProcess; log: () => string }>> {
      const words = [
        ...dockerfile.wordsOf('ENTRYPOINT'),
        ...dockerfile.wordsOf('CMD'),
        '--name',
        'web1',
        ...relay.options,
      ];
      const child = spawn(
        'chroot',
        ['--userspec=clawreach:clawreach', image, 'sh', '-c', `cd ${dockerfile.folder}; exec "$@"`, 'sh', ...words],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: {
            PATH: environmentIn()['PATH'],
            ...dockerfile.environment,
            HOME: dockerfile.folder,
            CLAWREACH_DISCOVERY: 'off',
            CLAWREACH_ADMISSION: relay.token,
          },
        },
      );
      children.push(child);
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (said += text));
      await until('it to start', () => (said.includes('profile /data') ? true : undefined)).catch((error: unknown) => {
        throw new Error(said, { cause: error });
      });
      return { child, log: () => said };
    }

    beforeAll(async () => {
      relay = await stage.startRelay();
      const base = join(stage.directory, 'debian');
      makeDebian(base);
      const begin = (name: string): string => {
        const root = join(stage.directory, `stage-${name}`);
        copyDebian(base, root);
        // The images have what npm builds with, or no Node at all.
        if (name === 'build') {
          const tools = 'python3 make g++ binutils libnode-dev';
          runIn(root, '/', `apt-get update && apt-get install --yes --no-install-recommends ${tools}`);
          runIn(root, '/', 'mkdir -p /usr/local/include && cp -a /usr/include/node /usr/local/include/');
        } else runIn(root, '/', 'userdel --remove node; rm -rf /usr/local/bin/* /usr/local/lib/node_modules');
        return root;
      };
      image = dockerfile.follow(begin, (command, root, folder) => void runIn(root, folder, command));
      mkdirSync(join(image, 'dev/pts'), { recursive: true });
      runIn(
        image,
        '/',
        'mount -t proc proc /proc && mount -t devpts devpts /dev/pts -o newinstance,ptmxmode=0666,gid=5 && ln -sf pts/ptmx /dev/ptmx',
      );
    }, 900_000);
    afterAll(async () => {
      try {
        for (const child of children) child.kill('SIGKILL');
        if (image !== '') runIn(image, '/', 'umount /dev/pts /proc || true');
      } finally {
        await stage.close();
      }
    }, 300_000);

    it('shows a code in its log, is paired by it, and runs a terminal of its ordinary user', async () => {
      const { child, log } = await start();
      const code = await until('a code', () => CODE.exec(log())?.[0]);
      const laptop = stage.device('laptop');
      await laptop.joined(code, '--name', 'laptop', ...relay.options);
      await until('the words', () => (log().includes('Both screens must show the same four words') ? true : undefined));
      const words = /words:\s+(\w+)  (\w+)  (\w+)  (\w+)/.exec(log())?.slice(1).join(' ') ?? '';
      // As `docker exec` does, in the same container.
      const inside = (command: string): string =>
        runIn(image, '/', `su clawreach -s /bin/sh -c 'CLAWREACH_PROFILE=/data ${command}'`);
      inside(`clawreach confirm laptop --words "${words}"`);
      inside('clawreach rights laptop --allow terminal');
      const said = await laptop.ok('connect', 'web1', '-tt', '--', 'sh', '-c', 'id -un; tty; pwd');
      expect(said).toMatch(/clawreach\s+\/dev\/pts\/\d+\s+\/home\/clawreach/);
      expect(statSync(join(image, 'data')).mode & 0o777).toBe(0o700);
      child.kill('SIGTERM');
      await once(child, 'exit');
      await laptop.stop();
    });

    it('is the same machine when it starts again, and shows no code then', async () => {
      const { child, log } = await start();
      await until('its status', () => (/: online/.test(log()) ? true : undefined));
      expect(log()).not.toMatch(CODE);
      expect(log()).not.toContain('Pairing code');
      child.kill('SIGTERM');
      await once(child, 'exit');
    });

    it('has no Node, compiler or sources, and programs that its user cannot change', () => {
      expect(runIn(image, '/', 'command -v node npm gcc || true')).toBe('');
      expect(existsSync(join(image, 'build'))).toBe(false);
      expect(lstatSync(join(image, 'opt/clawreach/clawreach')).uid).toBe(0);
      expect(() => runIn(image, '/', "su clawreach -s /bin/sh -c 'touch /opt/clawreach/x'")).toThrow(
        'Permission denied',
      );
    });
  },
);
