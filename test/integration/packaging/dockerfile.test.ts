import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';
import { ROOT } from '#test/support/e2e/commands.ts';
import { freePort } from '#test/support/free-port.ts';
import { Dockerfile } from '#test/support/packaged/dockerfile.ts';

it('the Dockerfile copies all that a relay needs, and its health check passes', async () => {
  const dockerfile = new Dockerfile();
  const stages = temporaryDirectory();
  const begin = (stage: string): string => {
    const root = join(stages, stage);
    mkdirSync(root);
    return root;
  };
  const run = (command: string, root: string, folder: string): void => {
    const [program = '', ...args] = command.split(' ');
    // Libraries are those of this checkout.
    if (command.startsWith('npm install ')) symlinkSync(join(ROOT, 'node_modules'), join(root, folder, 'node_modules'));
    else if (program === 'node') execFileSync(process.execPath, args, { cwd: join(root, folder), stdio: 'pipe' });
    else if (!/^(?:npm prune|mkdir|chown|chmod) /.test(command)) throw new Error(`not followed here: ${command}`);
  };
  const image = join(dockerfile.follow(begin, run), dockerfile.folder);
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'],
    CLAWREACH_RELAY_DATA: temporaryDirectory(),
    CLAWREACH_RELAY_LISTEN: `127.0.0.1:${port}`,
    CLAWREACH_RELAY_TLS: 'off',
  };
  const options = { cwd: image, env, stdio: 'pipe' } as const;
  const relay = spawn(process.execPath, dockerfile.wordsOf('ENTRYPOINT').slice(1), { ...options, stdio: 'ignore' });
  onTestFinished(() => void relay.kill());
  const check = (): Buffer => execFileSync(process.execPath, dockerfile.wordsOf('HEALTHCHECK').slice(1), options);
  await expect.poll(check).toBeInstanceOf(Buffer);
  // The page is built and compressed as for a package: 15 s of a core.
}, 300_000);
