/**
 * `npm run test:soak`: the program of test/e2e/chaos for fifty seeds, and what came of it in docs/RELIABILITY.md.
 * `npm run test:soak -- --seeds 5 --first 100 --mebibytes 64 --no-document` or `-- --seeds 771-773` for less. With `--journal FILE` every run is kept
 * there, and one that was interrupted goes on with the seeds that are missing. Words that it does not know end it with 2, a run without a seed with 1.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, release } from 'node:os';
import { join } from 'node:path';
import { failUsage, readOptions } from '#test/support/command-words.ts';
import { networkProblem } from '#test/support/faults/index.ts';
import { findingsOf, runChaos, tabulate, type ChaosReport } from '#test/support/faults/chaos/index.ts';
import { say } from './support/say.ts';
import { readSoakRun, SOAK_USAGE, type SoakRun } from './support/soak-arguments.ts';

/** One seed: its report, or what kept it from its end. */
type Run = Readonly<{ seed: number; report: ChaosReport | null; failure: string | null; took: number }>;

const LINES = 1_000_000;
const BEGIN = '<!-- soak: begin -->';
const END = '<!-- soak: end -->';
const root = new URL('..', import.meta.url).pathname;

const values = readOptions(
  {
    seeds: { type: 'string' },
    first: { type: 'string' },
    mebibytes: { type: 'string' },
    journal: { type: 'string' },
    'no-document': { type: 'boolean', default: false },
  },
  SOAK_USAGE,
);
const { seeds, mebibytes } = readRun();
const { journal } = values;

const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.ts')], { cwd: root, stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);
const problem = networkProblem();
if (problem !== undefined) say(`${problem}: paths through the relay alone`);

const runs = journal === undefined || !existsSync(journal) ? [] : readJournal(journal);
for (const seed of seeds) {
  if (runs.some((run) => run.seed === seed)) continue;
  const run = await runSeed(seed);
  runs.push(run);
  if (journal !== undefined) appendFileSync(journal, `${JSON.stringify(run)}\n`);
  const found = findings(run);
  say(`seed ${seed}: ${found.length === 0 ? 'whole' : 'BROKEN'}, ${seconds(run.took)}`);
  for (const line of found) say(`  ${line}`);
}
const summary = summarise(runs.sort((one, other) => one.seed - other.seed));
say(`\n${summary}`);
if (!values['no-document']) document(summary);
const wanted = runs.filter(({ seed }) => seeds.includes(seed));
process.exitCode = wanted.length === seeds.length && runs.every((run) => findings(run).length === 0) ? 0 : 1;

function readRun(): SoakRun {
  try {
    return readSoakRun(values);
  } catch (error) {
    if (error instanceof RangeError) return failUsage(`${error.message}\n${SOAK_USAGE}`);
    throw error;
  }
}

async function runSeed(seed: number): Promise<Run> {
  const begun = performance.now();
  const took = (): number => performance.now() - begun;
  try {
    const options = { seed, size: mebibytes * 1024 * 1024, lines: LINES, paths: problem === undefined };
    const report = await runChaos({ ...options, say: (line) => say(`  ${line}`) });
    return { seed, report, failure: null, took: took() };
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, report: null, failure, took: took() };
  }
}

function findings({ seed, report, failure }: Run): readonly string[] {
  const found = report === null ? [(failure ?? '').split('\n').slice(0, 2).join(' ')] : findingsOf(report, LINES);
  return found.map((finding) => `seed ${seed}: ${finding}`);
}

function summarise(all: readonly Run[]): string {
  const reports = all.flatMap(({ report }) => report ?? []);
  const found = all.flatMap((run) => findings(run));
  const faults = reports.reduce((sum, { inflicted }) => sum + inflicted.length, 0);
  const lost = (which: 'transfer' | 'terminal'): number =>
    reports.reduce((sum, { interruptions }) => sum + interruptions[which].length, 0);
  const [from, to] = [all[0]?.seed, all.at(-1)?.seed];
  const alone = problem === undefined ? '' : `, through the relay alone (${problem})`;
  const time = all.reduce((sum, { took }) => sum + took, 0);
  return [
    `${new Date().toISOString().slice(0, 10)}, Linux ${release()}, ${availableParallelism()} cores, Node ${process.versions.node}; commit ${commit()}.`,
    '',
    `- ${all.length} seeds (${from} to ${to}), ${reports.length} came to their end, ${seconds(time)} in all; ${mebibytes} MiB and ${LINES} lines each${alone}.`,
    `- ${faults} faults while ${((reports.length * mebibytes) / 1024).toFixed(1)} GiB and ${reports.length} million lines were carried.`,
    `- Sessions that ended with an agent that was killed: ${lost('transfer')} of transfers, which went on at their offset, and ${lost('terminal')} of terminals, which were taken up again.`,
    `- Bytes or lines missing, double or changed, other shells, other losses of a session: ${found.length === 0 ? 'none' : found.length}.`,
    ...found.map((finding) => `  - ${finding}`),
    '',
    ...tabulate(reports),
  ].join('\n');
}

function readJournal(file: string): Run[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Run);
}

function document(text: string): void {
  const file = join(root, 'docs', 'RELIABILITY.md');
  const before = readFileSync(file, 'utf8');
  const [head, rest] = [before.split(BEGIN)[0] ?? '', before.split(END)[1] ?? ''];
  writeFileSync(file, `${head}${BEGIN}\n\n${text}\n\n${END}${rest}`);
}

function commit(): string {
  return spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim() || 'unknown';
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(0)} s`;
}
