import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { track } from './processes.ts';

/** Microseconds, sorted, from a key written to `ssh -tt` to its echo by the kernel of the target. */
export async function measureSshKeystrokes(
  targetArguments: readonly string[],
  count: number,
): Promise<readonly number[]> {
  const child = spawn('ssh', ['-tt', ...targetArguments, 'echo ready; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  track(child);
  let seen = '';
  while (!seen.includes('ready')) seen += String((await once(child.stdout, 'data'))[0]);
  const samples: number[] = [];
  for (let round = 0; round < count + 20; round += 1) {
    const started = performance.now();
    child.stdin.write('a');
    await once(child.stdout, 'data');
    if (round >= 20) samples.push((performance.now() - started) * 1000);
  }
  child.kill();
  return samples.sort((a, b) => a - b);
}

/**
 * Runs a command to its end.
 * @param output whether what it says is shown
 */
export async function runToEnd(command: string, arguments_: readonly string[], output = false): Promise<void> {
  const child = spawn(command, arguments_, { stdio: output ? ['ignore', 'inherit', 'inherit'] : 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}
