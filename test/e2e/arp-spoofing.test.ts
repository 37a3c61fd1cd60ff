import { execFile, execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE, ROOT } from '#test/support/e2e/commands.ts';
import { until } from '#test/support/e2e/until.ts';
import { LocalNetwork, localNetworkProblem } from '#test/support/lan/namespaces.ts';

const PROXY_PORT = 9999;

/** Why the attack can't be made here; undefined if it can. */
function attackProblem(): string | undefined {
  const problem = localNetworkProblem();
  if (problem !== undefined) return problem;
  for (const program of ['python3', 'nft'])
    if (spawnSync(program, ['--version']).status !== 0) return `${program} is missing`;
  return undefined;
}

const problem = attackProblem();
if (problem !== undefined) console.warn(`ARP spoofing is not tested: ${problem}`);

describe.skipIf(problem !== undefined)('someone in between by ARP spoofing', () => {
  let directory: string;
  const children: ChildProcess[] = [];
  let network: LocalNetwork;

  /** Runs a command of a machine to its end. @returns the last JSON line that it printed */
  async function command(machine: string, words: readonly string[], environment: Record<string, string> = {}) {
    const [program, ...rest] = [...network.on(machine), NODE, join(ROOT, 'dist/clawreach.js')];
    const all = [...rest, ...words, '--json', `--profile=${join(directory, machine)}`];
    return await new Promise<Record<string, unknown>>((resolve) => {
      const child = execFile(
        program,
        all,
        { env: { ...process.env, CLAWREACH_DISCOVERY: 'on', ...environment } },
        (_error, stdout, stderr) => {
          const last =
            `${stdout}\n${stderr}`
              .trim()
              .split('\n')
              .findLast((line) => line.startsWith('{')) ?? '{}';
          resolve(JSON.parse(last) as Record<string, unknown>);
        },
      );
      child.stdin?.end();
    });
  }

  /** Starts a program that runs until the end of the test, and waits for a line. */
  async function background(machine: string, words: readonly string[], line?: string): Promise<() => string> {
    const [program = '', ...rest] = [...network.on(machine), ...words];
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += String(chunk);
      });
    if (line !== undefined) await until(line, async () => (output.includes(line) ? true : undefined));
    return () => output;
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'clawreach-arp-'));
    network = LocalNetwork.create(['office', 'laptop', 'mallory']);
    for (const name of ['office', 'laptop']) await command(name, ['run', '--detach', `--name=${name}`]);
  }, 60_000);
  afterAll(async () => {
    for (const name of ['office', 'laptop']) await command(name, ['stop']);
    for (const child of children) child.kill();
    network.close();
    rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  it.each(['pass', 'change'] as const)(
    'joins neither side: mode %s [S-PAIR-18]',
    async (mode) => {
      const [office, laptop] = [network.addressOf('office'), network.addressOf('laptop')];
      const [program = '', ...rest] = network.on('mallory');
      const root = (...words: readonly string[]): void => void execFileSync(program, [...rest, ...words]);
      if (mode === 'pass') {
        root('sysctl', '-qw', 'net.ipv4.ip_forward=1');
        root('nft', 'add table ip spoof');
        root('nft', 'add chain ip spoof pre { type nat hook prerouting priority -100 ; }');
        root('nft', `add rule ip spoof pre ip daddr ${office} tcp dport 7473 redirect to :${PROXY_PORT}`);
        await background('mallory', ['python3', join(ROOT, 'test/support/lan/arp-spoof.py'), office, laptop, 'eth0']);
      }
      // A system believes only replies about addresses that it has asked for.
      const reading = execFileSync(program, [...rest, 'cat', '/sys/class/net/eth0/address'], {
        encoding: 'utf8',
      }).trim();
      const [onLaptop = '', ...atLaptop] = network.on('laptop');
      await until('the forged address', async () => {
        spawnSync(onLaptop, [...atLaptop, 'bash', '-c', `timeout 1 bash -c '</dev/tcp/${office}/7473'`]);
        const known = execFileSync(onLaptop, [...atLaptop, 'ip', 'neigh', 'show', office], { encoding: 'utf8' });
        return known.includes(reading) ? true : undefined;
      });
      const port = PROXY_PORT + (mode === 'pass' ? 0 : 1);
      const proxy = [NODE, join(ROOT, 'test/support/lan/redirected-proxy.mjs'), String(port), office, '7473', mode];
      const intercepted = await background('mallory', proxy, 'ready');
      if (mode === 'change') {
        root('nft', 'flush chain ip spoof pre');
        root('nft', `add rule ip spoof pre ip daddr ${office} tcp dport 7473 redirect to :${port}`);
        for (const name of ['office', 'laptop'])
          await command(name, ['forget', name === 'office' ? 'laptop' : 'office', '--yes']);
      }
      const [starter, ...args] = [...network.on('office'), NODE, join(ROOT, 'dist/clawreach.js'), 'pair', '--json'];
      const inviting = spawn(starter, [
        ...args,
        `--profile=${join(directory, 'office')}`,
        '--words-confirmed-elsewhere',
      ]);
      children.push(inviting);
      let shown = '';
      for (const stream of [inviting.stdout, inviting.stderr])
        stream.on('data', (chunk: Buffer) => {
          shown += String(chunk);
        });
      const code = await until('the code', async () => /"code":"(....-....)"/.exec(shown)?.[1]);
      const joined = await command('laptop', ['pair', '--words-confirmed-elsewhere'], { CLAWREACH_PAIR_CODE: code });
      expect(intercepted()).toContain('intercepted');
      // What is passed on unchanged is seen as bytes only: both have the same words, and each the key of the other.
      await until('the end at office', async () => (/"event":"paired"|"error"/.test(shown) ? true : undefined));
      const isPaired = mode === 'pass';
      const words = isPaired ? JSON.stringify(joined['words']) : 'no words';
      expect({ here: 'error' in joined, there: shown.includes('"error"'), same: shown.includes(words) }).toEqual({
        here: !isPaired,
        there: !isPaired,
        same: isPaired,
      });
    },
    120_000,
  );
});
