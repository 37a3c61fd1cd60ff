import { parseTerminalParams } from '#shared/terminal/index.ts';

/**
 * What a person is asked about; undefined for params that are not valid.
 * @param heldBy the name of the other device that has this terminal, where it may be taken over
 */
export function describeTerminal(
  params: unknown,
  heldBy: (terminal: string) => string | undefined,
): string | undefined {
  try {
    const parsed = parseTerminalParams(params);
    switch (parsed.action) {
      case 'open':
        return parsed.command === undefined ? 'open a terminal' : `run: ${parsed.command.map(quoted).join(' ')}`;
      case 'attach': {
        const holder = heldBy(parsed.terminal);
        return holder === undefined ? 'take up a terminal left running' : `take over a terminal of ${holder}`;
      }
      case 'list':
        return 'list its terminals';
    }
  } catch {
    return undefined;
  }
}

/** A word as a shell would need it: it must be seen where one ends, and what is not the command's must not look as if it followed. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
