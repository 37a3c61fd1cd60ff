import { profileOfConfig } from './host/index.ts';

/** Matches a flag of the connector program whose command line is accepted too. Go programs take one dash as well as two. */
const FLAG = /^--?(pair|name|api|config|shell)(?:=(.*))?$/s;

/**
 * Translates a connector's command line, `clawreach --pair CODE --name N --api URL --config FILE --shell PATH`, into
 * our commands: `pair` if it has `--pair`, else `run`. A code on the command line causes a warning, since other users
 * can read it; `--pair -` reads it from standard input. Returns any other line unchanged.
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
