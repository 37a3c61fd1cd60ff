/**
 * `npm run test:mutations`: removes the guards of `scripts/mutations/table` one by one, each in a copy of the project, and runs the tests that are named
 * for it. A guard is killed when each of these tests fails without it, and they pass with it; one that survives is not tested, and the run ends with 1.
 * `-- --only TEXT` takes those whose file, text, property ids or tests contain TEXT; `--workers N` (2); `--list` only shows them; `--table FILE` takes another table; `--part 2/6` the second sixth.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { failUsage, readOptions } from '#test/support/command-words.ts';
import { mutate, titlePattern, type Guard } from './mutations/guard.ts';
import { say } from './support/say.ts';

/** What is copied for each worker; `node_modules` and `dist` are shared, since no mutation is in them. */
const COPIED = [
  'src-browser',
  'src-main',
  'src-node',
  'src-relay',
  'src-renderer',
  'src-shared',
  'test',
  'scripts',
  'docs',
  'bin',
  'build',
];
const FILES = [
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  'vite.config.ts',
  'electron-builder.yml',
  'README.md',
];
const SHARED = ['node_modules', 'dist', 'assets'];
/** A test that waits for what never comes has failed after that long, ms. */
const TEST_TIMEOUT = 30_000;
/** One run of the test runner, ms. */
const RUN_TIMEOUT = 240_000;

/** Titles of tests with how they came out. */
type Outcome = Readonly<{ title: string; status: string }>;
type Ran = Readonly<{ outcomes: readonly Outcome[]; problem: string | undefined }>;
type Verdict = Readonly<{ guard: Guard; survived: string | undefined }>;

const USAGE = 'Usage: npm run test:mutations -- [--only TEXT] [--workers N] [--list] [--table FILE] [--part N/M]';
const values = readOptions(
  {
    only: { type: 'string' },
    workers: { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
    table: { type: 'string' },
    part: { type: 'string', default: '1/1' },
  },
  USAGE,
);
const workers = Number(values.workers);
if (!Number.isInteger(workers) || workers < 1 || workers > 32) failUsage(`--workers: expected 1 to 32\n${USAGE}`);
const root = new URL('..', import.meta.url).pathname;
const table = resolve(values.table ?? join(root, 'scripts', 'mutations', 'table', 'index.ts'));
const { GUARDS: all } = (await import(table)) as Readonly<{ GUARDS: readonly Guard[] }>;
const [, part, parts] = /^(\d{1,3})\/(\d{1,3})$/.exec(values.part)?.map(Number) ?? [];
if (part === undefined || parts === undefined || part < 1 || part > parts)
  failUsage(`--part: expected N/M, such as 2/6\n${USAGE}`);
const chosen = all
  .filter((guard) => values.only === undefined || JSON.stringify(guard).includes(values.only))
  .filter((_, index, { length }) => Math.floor((index * parts) / length) === part - 1);
if (chosen.length === 0) failUsage(`no guard of the table has ${values.only ?? ''}\n${USAGE}`);

const moved = chosen.flatMap((guard) => {
  try {
    mutate(readFileSync(join(root, guard.file), 'utf8'), guard);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
});
if (moved.length > 0) {
  say(moved.join('\n'));
  process.exit(1);
}
if (values.list) {
  for (const { file, guard, tests } of chosen)
    say(`${file}: ${firstLine(guard)}\n  ${tests.map(([test]) => test).join(', ')}`);
  process.exit(0);
}

const begun = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'clawreach-mutations-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
// Those of one test file follow each other: its tests are run once as they are, before.
const byTests = Object.groupBy(chosen, ({ tests }) => tests.map(([file]) => file).join(' '));
const queue = Object.values(byTests).flatMap((guards) => (guards === undefined ? [] : [guards]));
const verdicts: Verdict[] = [];
await Promise.all(
  Array.from({ length: Math.min(workers, queue.length) }, async (_, number) => {
    const copy = copyProject(join(folder, String(number)));
    for (let guards = queue.shift(); guards !== undefined; guards = queue.shift()) await tryAll(copy, guards);
  }),
);
const survivors = verdicts.filter(({ survived }) => survived !== undefined);
const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
for (const { guard, survived } of survivors)
  say(`SURVIVED ${guard.file}: ${firstLine(guard.guard)}\n  ${survived ?? ''}`);
say(`\n${verdicts.length - survivors.length} guards killed, ${survivors.length} survived, in ${minutes} min`);
process.exitCode = survivors.length === 0 && verdicts.length === chosen.length ? 0 : 1;

async function tryAll(copy: string, guards: readonly Guard[]): Promise<void> {
  const tests = guards.flatMap((guard) => guard.tests);
  const whole = await runTests(copy, tests);
  for (const guard of guards) {
    const survived = whole.problem ?? (await tryWithout(copy, guard, whole.outcomes));
    verdicts.push({ guard, survived });
    const word = survived === undefined ? 'killed  ' : 'SURVIVED';
    say(`${String(verdicts.length).padStart(3)}/${chosen.length} ${word} ${guard.file}: ${firstLine(guard.guard)}`);
  }
}

/** Why the guard is not tested; undefined where it is. */
async function tryWithout(copy: string, guard: Guard, whole: readonly Outcome[]): Promise<string | undefined> {
  const titles = guard.tests.flatMap(([, ...names]) => names);
  for (const title of titles) {
    const rows = rowsOf(title, whole);
    if (rows.every(({ status }) => status !== 'passed' && status !== 'failed')) return `does not run here: "${title}"`;
    if (rows.some(({ status }) => status === 'failed')) return `fails with the guard, too: "${title}"`;
  }
  const path = join(copy, guard.file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, mutate(source, guard));
  try {
    const { outcomes, problem } = await runTests(copy, guard.tests);
    if (problem === 'time') return undefined;
    if (problem !== undefined) return `without it: ${problem}`;
    const passed = titles.filter((title) => !rowsOf(title, outcomes).some(({ status }) => status === 'failed'));
    return passed.length === 0 ? undefined : `passes without it: "${passed.join('", "')}"`;
  } finally {
    writeFileSync(path, source);
  }
}

function rowsOf(title: string, outcomes: readonly Outcome[]): readonly Outcome[] {
  const pattern = new RegExp(`^${titlePattern(title)}$`, 's');
  return outcomes.filter((outcome) => pattern.test(outcome.title));
}

/** The named tests alone, in a process of their own. `problem`: 'time', or why there are no outcomes. */
function runTests(copy: string, tests: Guard['tests']): Promise<Ran> {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const files = [...new Set(tests.map(([file]) => join('test', file)))];
  const names = tests.flatMap(([, ...titles]) => titles.map(titlePattern));
  const words = ['run', ...files, '-t', `(?:^| )(?:${[...new Set(names)].join('|')})$`, '--reporter=json'];
  const options = [`--outputFile=${report}`, `--testTimeout=${TEST_TIMEOUT}`, '--retry=0'];
  return new Promise((resolve, reject) => {
    const runner = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const child = spawn(process.execPath, [runner, ...words, ...options], {
      cwd: copy,
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, CI: undefined },
    });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, RUN_TIMEOUT);
    const end = (): void => void (child.pid !== undefined && child.kill('SIGKILL'));
    process.once('exit', end);
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      process.off('exit', end);
      resolve(isLate ? { outcomes: [], problem: 'time' } : readReport(report));
    });
  });
}

function readReport(file: string): Ran {
  if (!existsSync(file)) return { outcomes: [], problem: 'the test runner left no report' };
  const report = JSON.parse(readFileSync(file, 'utf8')) as {
    testResults: { message?: string; assertionResults: { title: string; status: string }[] }[];
  };
  const outcomes = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = report.testResults.find(({ assertionResults }) => assertionResults.length === 0);
  if (broken === undefined && outcomes.length > 0) return { outcomes, problem: undefined };
  return { outcomes, problem: `a test file does not load: ${firstLine(broken?.message ?? 'none was found')}` };
}

/** A copy of the project in which a mutation harms nobody. */
function copyProject(copy: string): string {
  mkdirSync(copy, { recursive: true });
  for (const name of [...COPIED, ...FILES]) cpSync(join(root, name), join(copy, name), { recursive: true });
  for (const name of SHARED) if (existsSync(join(root, name))) symlinkSync(join(root, name), join(copy, name));
  return copy;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
