import { UsageError } from './errors.ts';

/** Option of ssh that forwards a port (`-L`, `-R`) or opens a proxy (`-D`), perhaps with its value. */
const SSH_OPTION = /^-([LRD])(.*)$/s;

/**
 * Turns ssh's spelling of a forward into the command that it means: `forward -L 9008:localhost:80 office` into `forward port office 9008:localhost:80`,
 * with `-R` and `--reverse`, and `forward -D 1081 office` into `forward add office --mode socks5 --listen 1081`. `add` or `port` may stand there too.
 * Returns other lines unchanged, and those with several such options. Pure.
 * @throws {UsageError} `usage.command-line` if the option has no value
 * @param at index of the command
 * @param known names of the commands below `forward`
 */
export function withSshForward(line: readonly string[], at: number, known: readonly string[]): readonly string[] {
  const named = line[at + 1] ?? '';
  if (line[at] !== 'forward' || (known.includes(named) && named !== 'add' && named !== 'port')) return line;
  // It opens no terminal anyway.
  const words = line.slice(at + (known.includes(named) ? 2 : 1)).filter((word) => word !== '-N');
  const index = words.findIndex((word) => SSH_OPTION.test(word));
  const [, option, glued = ''] = SSH_OPTION.exec(words[index] ?? '') ?? [];
  const value = glued === '' ? words[index + 1] : glued;
  const others = words.filter((_word, place) => place !== index && (glued !== '' || place !== index + 1));
  if (option === undefined || words.some((word) => word === '--help' || word === '-h')) return line;
  if (value === undefined || !(option === 'D' ? /^(?:.*:)?\d+$/s : /^\d+$|:/).test(value)) throw valueMissing(option);
  if (others.some((word) => SSH_OPTION.test(word))) return line;
  const head = line.slice(0, at + 1);
  if (option === 'D') return [...head, 'add', ...others, '--mode', 'socks5', '--listen', value];
  // A port alone is the same on both machines; without a machine it would be taken for one.
  const ports = value.includes(':') ? [value] : ['--local', value, '--remote', value];
  return [...head, 'port', ...others, ...ports, ...(option === 'R' ? ['--reverse'] : [])];
}

function valueMissing(option: string): UsageError {
  const [form, example, help] =
    option === 'D'
      ? ['[HOST:]PORT', '-D 1080 office', 'add']
      : ['[HOST:]PORT:HOST:PORT', `-${option} 8080:localhost:80 office`, 'port'];
  const reason = `-${option} needs ${form}, for example \`clawreach forward ${example}\`.`;
  return new UsageError('usage.command-line', reason, {
    details: { reason, help: `clawreach forward ${help} --help` },
  });
}
