import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAgents } from './agents.ts';
import { median } from './measure.ts';
import type { SshReference } from './ssh.ts';

const MIB = 1024 * 1024;
const launcher = new URL('../../bin/clawreach.js', import.meta.url).pathname;

type Program = Readonly<{ name: string; file: string; words(command: string): readonly string[] }>;

export type CommandBench = Readonly<{
  relay: Readonly<{ url: string }>;
  ssh: SshReference | undefined;
  rounds: number;
  bulkBytes: number;
}>;

/** Whole commands without a terminal, by pipes of the shell, beside `ssh`: bytes down, up, and there and back. */
export async function measureCommands({ relay, ssh, rounds, bulkBytes }: CommandBench): Promise<void> {
  const relayed = await startAgents(relay.url);
  const direct = await startAgents(relay.url, 'direct-only');
  const ours = (name: string, profile: string): Program => ({
    name,
    file: process.execPath,
    words: (command) => [launcher, 'connect', '--profile', profile, 'far', '--', 'sh', '-c', command],
  });
  const programs: Program[] = [ours('ClawReach', relayed.nearProfile), ours('ClawReach, direct', direct.nearProfile)];
  if (ssh !== undefined) {
    const { targetArguments } = ssh;
    const directly = [...targetArguments.slice(0, -1), 'direct'];
    programs.push({ name: 'ssh -J', file: 'ssh', words: (command) => [...targetArguments, command] });
    programs.push({ name: 'ssh', file: 'ssh', words: (command) => [...directly, command] });
  }
  const folder = mkdtempSync(join(tmpdir(), 'clawreach-bench-commands-'));
  const file = join(folder, 'bytes');
  const descriptor = openSync(file, 'w');
  for (let written = 0; written < bulkBytes; written += MIB) writeSync(descriptor, new Uint8Array(MIB).fill(0x61));
  closeSync(descriptor);
  const shapes = [
    ['down', `head -c ${bulkBytes} /dev/zero`, '/dev/null'],
    ['up', 'cat >/dev/null', file],
    ['there and back', 'cat', file],
    ['`true`', 'true', '/dev/null'],
  ] as const;
  console.log('\nCommands without a terminal\n');
  for (const [what, command, input] of shapes) {
    const times = new Map<string, number[]>(programs.map(({ name }) => [name, []]));
    // The first round warms up.
    for (let round = 0; round <= rounds; round += 1) {
      for (const program of programs) {
        const took = await runOnce(program, command, input);
        if (round > 0) times.get(program.name)?.push(took);
      }
    }
    const figure = (name: string): number => median(times.get(name) ?? []);
    const isBulk = what !== '`true`';
    const shown = programs.map(({ name }) => {
      const took = figure(name);
      return `${name} ${isBulk ? `${((bulkBytes / MIB / took) * 1000).toFixed(0)} MiB/s` : `${took.toFixed(0)} ms`}`;
    });
    console.log(`${what}: ${shown.join(', ')}`);
    if (ssh !== undefined)
      console.log(
        `  speed × ssh -J ${(figure('ssh -J') / figure('ClawReach')).toFixed(2)}, directly × ssh ${(figure('ssh') / figure('ClawReach, direct')).toFixed(2)}`,
      );
  }
  rmSync(folder, { recursive: true, force: true });
  await relayed.close();
  await direct.close();
}

/** ms from the start of the program to its end. */
function runOnce(program: Program, command: string, input: string): Promise<number> {
  const [from, to] = [openSync(input, 'r'), openSync('/dev/null', 'w')];
  const begun = performance.now();
  // Output to a pipe, as it is used; `cat` costs the same for all.
  const child = spawn('/bin/sh', ['-c', '"$@" | cat >/dev/null', 'sh', program.file, ...program.words(command)], {
    stdio: [from, to, 'inherit'],
  });
  closeSync(from);
  closeSync(to);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve(performance.now() - begun);
      else reject(new Error(`${program.name}: ${command} ended with ${code}`));
    });
  });
}
