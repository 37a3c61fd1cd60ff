import { isPlainApi } from '#shared/plain-relay/index.ts';
import { profileOfConfig } from './host/index.ts';

/**
 * Matches a flag of the relay connector, an earlier Go program whose command line is still accepted. Go programs accept
 * one dash as well as two.
 */
const FLAG = /^--?(pair|name|api|config|shell)(?:=(.*))?$/s;
/** Flags of the published connector that are commands of ours. */
const ACTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['status', ['status']],
  ['install-agent', ['service', 'install']],
  ['uninstall-agent', ['service', 'uninstall']],
]);
/** Matches our own options that such a command line may have too. */
const OWN_FLAG = /^--(?:json|insecure|relay-can-read)$/;
/** Matches those of them that have a value. */
const OWN_VALUE = /^--(?:pin|profile)(?:=(.*))?$/s;

/**
 * Translates the command line of the relay connector, `clawreach --pair CODE --name N --api URL --config FILE --shell PATH`, into a ClawReach
 * command: `pair` if it has `--pair`, or `plain-relay pair` if the path of `--api` is that of the documented functions; `status` for `--status`, `service`
 * for `--install-agent` and `--uninstall-agent`; else `run`. The path alone
 * decides, so that a code of ours never goes to a plain relay. Returns any other command line unchanged. Called by program.ts before the command line is parsed.
 * Touches the disk only through `isFile`.
 * @param isFile tells whether a path is a file, which decides what `--config` means
 */
export async function translateConnectorFlags(
  line: readonly string[],
  isFile: (path: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const flags = new Map<string, string>();
  const others: string[] = [];
  let action: readonly string[] | undefined;
  for (let index = 0; index < line.length; index += 1) {
    const word = line[index] ?? '';
    const match = FLAG.exec(word);
    if (match === null) {
      const named = ACTIONS.get(word.replace(/^--?/, ''));
      if (named !== undefined && word.startsWith('-') && action === undefined) {
        action = named;
        continue;
      }
      const own = OWN_VALUE.exec(word);
      if (own === null && !OWN_FLAG.test(word)) return line;
      others.push(word);
      if (own === null || own[1] !== undefined) continue;
      const value = line[index + 1];
      if (value === undefined) return line;
      others.push(value);
      index += 1;
      continue;
    }
    const [, name = '', joined] = match;
    const value = joined ?? line[index + 1];
    if (value === undefined) return line;
    if (joined === undefined) index += 1;
    flags.set(name, value);
  }
  if (flags.size === 0 && action === undefined) return line;
  const code = flags.get('pair');
  const config = flags.get('config');
  const option = (name: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`${name}=${value}`];
  if (action !== undefined) {
    // Other flags would have no effect.
    if ([...flags.keys()].some((name) => name !== 'config')) return line;
    const profile = config === undefined ? undefined : profileOfConfig(config, await isFile(config));
    return [...action, ...option('--profile', profile), ...others];
  }
  const api = flags.get('api');
  if (code !== undefined && api !== undefined && isPlainApi(api))
    return [
      'plain-relay',
      'pair',
      code,
      '--connector',
      ...option('--api', api),
      ...option('--name', flags.get('name')),
      // The file will exist.
      ...option('--profile', config === undefined ? undefined : profileOfConfig(config, true)),
      ...option('--config', config),
      ...option('--shell', flags.get('shell')),
      ...others,
    ];
  const isConfig = config !== undefined && (await isFile(config));
  return [
    ...(code === undefined ? ['run'] : ['pair', code, '--connector']),
    ...option('--name', flags.get('name')),
    ...option('--relay', flags.get('api')),
    ...option('--profile', config === undefined ? undefined : profileOfConfig(config, isConfig)),
    ...option('--connector-config', code === undefined && isConfig ? config : undefined),
    ...option('--shell', flags.get('shell')),
    ...others,
  ];
}
