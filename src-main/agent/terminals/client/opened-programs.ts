import { commandLine } from '#shared/shell-quoting.ts';
import type { OpenTerminalParams } from './client.ts';

/** Most terminals whose programs are remembered. */
const MOST = 512;

/** Program of a terminal, the folder in which it was started, and what was learned of it later, as far as they are known. */
export type OpenedProgram = Readonly<{
  /** Command line, or name of a shell; empty while only the other machine knows it. */
  program: string;
  folder?: string | undefined;
  /** Programs that have run in it besides, the first one first. */
  others?: readonly string[] | undefined;
  /** Name that the person here has given it. */
  name?: string | undefined;
}>;

/**
 * Programs of terminals that this device has opened on peers, so that the history names them when it attaches again. In memory; the terminal opened first
 * is forgotten first.
 */
export class OpenedPrograms {
  readonly #programs = new Map<string, OpenedProgram>();

  /** Returns what is known of a terminal that was just opened or attached to. */
  of(terminal: string, { command, directory, shell, terminal: attached }: OpenedParams): OpenedProgram {
    if (attached !== undefined) return this.known(terminal);
    const program = command === undefined ? nameOf(shell ?? '') : commandLine(command);
    const opened = directory === undefined ? { program } : { program, folder: directory };
    this.learn(terminal, opened);
    return opened;
  }

  /** Returns what is known of a terminal. */
  known(terminal: string): OpenedProgram {
    return this.#programs.get(terminal) ?? { program: '' };
  }

  /** Remembers what is known of a terminal now. */
  learn(terminal: string, opened: OpenedProgram): void {
    this.#programs.set(terminal, opened);
    const [oldest] = this.#programs.keys();
    if (this.#programs.size > MOST && oldest !== undefined) this.#programs.delete(oldest);
  }
}

type OpenedParams = Pick<OpenTerminalParams, 'command' | 'directory' | 'shell' | 'terminal'>;

/** Returns the name of a program without its folder, on any system. */
function nameOf(file: string): string {
  return file.replace(/^.*[\\/](?=[^\\/])/, '');
}
