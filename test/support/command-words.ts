import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** Ends a program of `scripts` or `test/bench` whose words make no sense, before it does anything: a run of nothing must not look like a success. */
export function failUsage(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

/** Options of this process' command line; ends the process with 2 for an unknown word, and prints `usage` for `--help`. */
export function readOptions<Options extends ParseArgsOptionsConfig>(options: Options, usage: string) {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs({ options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    return failUsage(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** Those of `names` that are given as `--name`. */
export function readFlags<Name extends string>(names: readonly Name[], usage: string): ReadonlySet<Name> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'boolean' as const }]));
  const given: Readonly<Record<string, unknown>> = readOptions(options, usage);
  return new Set(names.filter((name) => given[name] === true));
}
