import { profileOfConfig } from './host/index.ts';

/**
 * Matches a flag of the relay connector, an earlier Go program whose command line is still accepted. Go programs accept
 * one dash as well as two.
 */
const FLAG = /^--?(pair|name|api|config|shell)(?:=(.*))?$/s;

/**
 * Translates the command line of the relay connector, `clawreach --pair CODE --name N --api URL --config FILE --shell PATH`, into a ClawReach
 * command: `pair` if it has `--pair`, else `run`. Returns any other command line unchanged. Called by program.ts before the command line is parsed.
 * Touches the disk only through `isFile`.
 * @param isFile tells whether a path is a file, which decides what `--config` means
 */
export async function translateConnectorFlags(
  line: readonly string[],
  isFile: (path: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const flags = new Map<string, string>();
  const others: string[] = [];
  for (let index = 0; index < line.length; index += 1) {
    const word = line[index] ?? '';
    const match = FLAG.exec(word);
    if (match === null) {
      if (word !== '--json' && word !== '--insecure') return line;
      others.push(word);
      continue;
    }
    const [, name = '', joined] = match;
    const value = joined ?? line[index + 1];
    if (value === undefined) return line;
    if (joined === undefined) index += 1;
    flags.set(name, value);
  }
  if (flags.size === 0) return line;
  const code = flags.get('pair');
  const config = flags.get('config');
  const option = (name: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`${name}=${value}`];
  return [
    ...(code === undefined ? ['run'] : ['pair', code, '--connector']),
    ...option('--name', flags.get('name')),
    ...option('--relay', flags.get('api')),
    ...option('--profile', config === undefined ? undefined : profileOfConfig(config, await isFile(config))),
    ...option('--shell', flags.get('shell')),
    ...others,
  ];
}
