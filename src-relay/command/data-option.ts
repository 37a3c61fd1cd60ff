import { homedir } from 'node:os';
import { Option } from 'commander';
import { defaultDataDirectory } from './default-data-directory.ts';

/** Creates the option `--data`, which the relay and its subcommands share; `CLAWREACH_RELAY_DATA` replaces a missing one. */
export function dataOption(environment: NodeJS.ProcessEnv): Option {
  return new Option('--data <DIR>', 'database, keys and admission token')
    .env('CLAWREACH_RELAY_DATA')
    .default(defaultDataDirectory({ platform: process.platform, environment, home: homedir() }));
}
