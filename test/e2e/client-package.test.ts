import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PATH = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);

function npm(cwd: string, ...words: readonly string[]): string {
  const home = temporaryDirectory();
  const env = { PATH, HOME: home, npm_config_cache: join(home, 'cache') };
  return execFileSync('npm', words, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

it('the client for JavaScript is packed from a fresh checkout with code, types and licence, and installs', () => {
  const checkout = temporaryDirectory();
  const client = join(checkout, 'clients', 'typescript');
  for (const name of ['package.json', 'tsconfig.json', join('scripts', 'clients.ts')])
    cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  cpSync(join(ROOT, 'clients', 'typescript'), client, {
    recursive: true,
    filter: (path) => !path.endsWith(join('typescript', 'dist')),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  npm(client, 'pack', '--pack-destination', checkout);
  const tarball = readdirSync(checkout).find((name) => name.endsWith('.tgz')) ?? '';
  const program = join(temporaryDirectory(), 'program');
  mkdirSync(program);
  writeFileSync(join(program, 'package.json'), '{ "private": true, "type": "module" }\n');
  npm(program, 'install', '--offline', '--ignore-scripts', '--no-audit', join(checkout, tarball));
  const installed = join(program, 'node_modules', 'clawreach-messages');
  expect(readdirSync(installed).toSorted()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
  expect(readdirSync(join(installed, 'dist'))).toEqual(expect.arrayContaining(['index.js', 'index.d.ts']));
  writeFileSync(
    join(program, 'program.js'),
    "import { AgentLink, SendError } from 'clawreach-messages'; console.log(typeof AgentLink, typeof SendError);",
  );
  expect(execFileSync(process.execPath, ['program.js'], { cwd: program, encoding: 'utf8' })).toBe(
    'function function\n',
  );
});

it.each(['typescript', 'python'])('the client for %s has the licence of the project', (name) => {
  expect(readFileSync(join(ROOT, 'clients', name, 'LICENSE'), 'utf8')).toBe(
    readFileSync(join(ROOT, 'LICENSE'), 'utf8'),
  );
});
