import { parseTerminalParams } from '#shared/terminal/index.ts';

/** What a peer wants of the terminals here, and which right that needs. */
export type TerminalWish =
  | Readonly<{ right: 'terminal' | 'view'; detail: string }>
  /** Which are shared with it: told to everybody who is not refused, without a question. */
  | 'shared'
  /** To list what it was let into already and looks at now. */
  | 'watched'
  /** It ends what it has shared itself, which takes nothing from anybody. */
  | 'unshare'
  /** It shares something with this device, or no more: no right is needed to say so. */
  | 'notice'
  /** To look on where nothing is shared with it: nobody is asked about that. */
  | 'unknown'
  /** To come back to one of its own, which ended when the right was taken back: it may have missed that end with its path. */
  | 'revoked';

export type TerminalNames = Readonly<{
  /** The name of the other device that has this terminal, where it may be taken over. */
  heldBy(terminal: string): string | undefined;
  /** The name of who has it, where it is shared with the one who asks. */
  holderOf(terminal: string): string | undefined;
  /** Whether it was of the one who asks, and ended when the right was taken back. */
  wasRevoked(terminal: string): boolean;
}>;

/** What a person is asked about; undefined for params that are not valid. */
export function describeTerminal(params: unknown, names: TerminalNames): TerminalWish | undefined {
  try {
    const parsed = parseTerminalParams(params);
    switch (parsed.action) {
      case 'open':
        return terminalWish(
          parsed.command === undefined ? 'open a terminal' : `run: ${parsed.command.map(quoted).join(' ')}`,
        );
      case 'attach': {
        if (names.wasRevoked(parsed.terminal)) return 'revoked';
        const holder = names.heldBy(parsed.terminal);
        return terminalWish(
          holder === undefined ? 'take up a terminal left running' : `take over a terminal of ${holder}`,
        );
      }
      case 'list':
        return parsed.watched === true ? 'watched' : terminalWish('list its terminals');
      case 'share':
        return terminalWish('share a terminal');
      case 'unshare':
        return 'unshare';
      case 'view': {
        const holder = names.holderOf(parsed.terminal);
        if (holder === undefined) return 'unknown';
        return { right: 'view', detail: `look on at a terminal of ${holder}` };
      }
      case 'shared':
        return 'shared';
      case 'notice':
        return 'notice';
    }
  } catch {
    return undefined;
  }
}

function terminalWish(detail: string): TerminalWish {
  return { right: 'terminal', detail };
}

/** A word as a shell would need it: it must be seen where one ends, and what is not the command's must not look as if it followed. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
