/**
 * `node test/bench/command-start.ts [--quick] [--built]`: what it takes to start a command, beside `node -e 0`, in turns: processor time of the whole
 * process, user and system, and wall time. `list`, `status` and `connect` ask an agent that runs already. Linux.
 */
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { readFlags } from '#test/support/command-words.ts';
import { connectArguments, startAgents } from './agents.ts';
import { build, buildPrograms } from './build.ts';
import { runToEnd } from './keys.ts';
import { median } from './measure.ts';
import { startRelayProcess } from './paths.ts';
import { endAll } from './processes.ts';

const words = readFlags(['quick', 'built'], 'Usage: node test/bench/command-start.ts [--quick] [--built]');
const quick = words.has('quick');
const rounds = quick ? 2 : 7;
/** Of each command in a round: the system counts processor time in hundredths of a second. */
const starts = quick ? 4 : 10;
const launcher = join(new URL('../..', import.meta.url).pathname, 'bin/clawreach.js');

await (words.has('built') ? buildPrograms() : build());
process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
const processor = cpus()[0]?.model ?? 'unknown';
console.log(
  `${processor}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${rounds} rounds of ${starts}\n`,
);

const relay = await startRelayProcess();
const agents = await startAgents(relay.url);
const ofAgent = (name: string): readonly string[] => [launcher, name, '--profile', agents.nearProfile];
const commands = [
  { name: 'node -e 0', line: ['-e', '0'] },
  { name: 'clawreach --version', line: [launcher, '--version'] },
  { name: 'clawreach --help', line: [launcher, '--help'] },
  { name: 'clawreach list', line: ofAgent('list') },
  { name: 'clawreach status', line: ofAgent('status') },
  { name: 'clawreach connect far -- true', line: connectArguments(agents) },
].map((command) => ({ ...command, processor: [] as number[], wall: [] as number[] }));

// Files in the cache of the system, and the first link between the two.
for (const { line } of commands) await runToEnd(process.execPath, line);
for (let round = 0; round < rounds; round += 1) {
  for (const command of commands) {
    const used = endedChildrenSeconds();
    const began = performance.now();
    for (let start = 0; start < starts; start += 1) await runToEnd(process.execPath, command.line);
    command.wall.push((performance.now() - began) / starts);
    command.processor.push(((endedChildrenSeconds() - used) * 1000) / starts);
  }
}
await agents.close();

console.log('| command | processor, ms | × `node -e 0` | wall, ms |\n| --- | --- | --- | --- |');
const [bare] = commands;
for (const { name, processor: used, wall } of commands) {
  const ratio = median(used.map((value, round) => value / (bare?.processor[round] ?? Number.NaN)));
  console.log(`| \`${name}\` | ${median(used).toFixed(0)} | ${ratio.toFixed(2)} | ${median(wall).toFixed(0)} |`);
}
process.exit(0);

/** User and system time of the processes that this one has started and that are over, seconds. */
function endedChildrenSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // Behind the name, which may have anything in it, begins field 3: proc_pid_stat(5), cutime and cstime are 16 and 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
