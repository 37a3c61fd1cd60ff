/**
 * `npm run test:soak`: the program of test/e2e/chaos for fifty seeds, and what came of it in docs/RELIABILITY.md.
 * `npm run test:soak -- --seeds 5 --first 100 --mebibytes 64 --no-document` for less.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { networkProblem } from '#test/support/faults/index.ts';
import { findingsOf, runChaos, tabulate, tell, type ChaosReport } from '#test/support/faults/chaos/index.ts';
import { say } from './support/say.ts';

const LINES = 1_000_000;
const BEGIN = '<!-- soak: begin -->';
const END = '<!-- soak: end -->';
const root = new URL('..', import.meta.url).pathname;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '50' },
    first: { type: 'string', default: '1' },
    mebibytes: { type: 'string', default: '256' },
    'no-document': { type: 'boolean', default: false },
  },
});
const [seeds, first, mebibytes] = [Number(values.seeds), Number(values.first), Number(values.mebibytes)];

const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.ts')], { cwd: root, stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);
const problem = networkProblem();
if (problem !== undefined) say(`${problem}: paths through the relay alone`);

const reports: ChaosReport[] = [];
const findings: string[] = [];
const begun = performance.now();
for (let seed = first; seed < first + seeds; seed += 1) {
  try {
    const options = { seed, size: mebibytes * 1024 * 1024, lines: LINES, paths: problem === undefined };
    const report = await runChaos(options);
    reports.push(report);
    const found = findingsOf(report, LINES);
    findings.push(...found.map((finding) => `seed ${seed}: ${finding}`));
    say(`seed ${seed}: ${found.length === 0 ? 'whole' : 'BROKEN'}, ${seconds(report.took)}`);
    for (const line of [...report.inflicted.map((inflicted) => tell(inflicted)), ...found]) say(`  ${line}`);
  } catch (error) {
    findings.push(`seed ${seed}: ${firstLine(error)}`);
    say(`seed ${seed}: BROKEN: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
const summary = summarise();
say(`\n${summary}`);
if (!values['no-document']) document(summary);
process.exitCode = findings.length === 0 ? 0 : 1;

function summarise(): string {
  const faults = reports.reduce((sum, { inflicted }) => sum + inflicted.length, 0);
  const lost = (which: 'transfer' | 'terminal'): number =>
    reports.reduce((sum, { interruptions }) => sum + interruptions[which].length, 0);
  const gibibytes = (reports.length * mebibytes) / 1024;
  return [
    `${new Date().toISOString().slice(0, 10)}, Linux ${release()}, ${availableParallelism()} cores, Node ${process.versions.node}; commit ${commit()}.`,
    '',
    `- Seeds ${first} to ${first + seeds - 1}: ${reports.length} of ${seeds} runs came to their end, in ${seconds(performance.now() - begun)}; ${mebibytes} MiB and ${LINES} lines each${problem === undefined ? '' : `, through the relay alone (${problem})`}.`,
    `- ${faults} faults, ${gibibytes.toFixed(1)} GiB and ${reports.length} million lines carried.`,
    `- Sessions lost with an agent that was killed: ${lost('transfer')} of the transfer, which went on at its offset, and ${lost('terminal')} of the terminal, which was taken up again.`,
    `- Bytes or lines missing, double or changed, other shells, other losses of a session: ${findings.length === 0 ? 'none' : findings.length}.`,
    ...findings.map((finding) => `  - ${finding}`),
    '',
    ...tabulate(reports),
  ].join('\n');
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

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(0)} s`;
}
