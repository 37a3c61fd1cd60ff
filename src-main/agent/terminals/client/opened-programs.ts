import type { OpenTerminalParams } from './client.ts';

/** Most terminals whose programs are remembered. */
const MOST = 512;
/** Name of a login shell, which only the other machine knows. */
const LOGIN_SHELL = 'shell';

/**
 * Programs of terminals that this device has opened on peers, so that the history names them when it attaches again. In memory; the terminal opened first
 * is forgotten first.
 */
export class OpenedPrograms {
  readonly #programs = new Map<string, string>();

  /** Returns the program of a terminal that was just opened or attached to; empty if another device or an earlier agent has opened it. */
  of(terminal: string, { command, shell, terminal: attached }: OpenedParams): string {
    if (attached !== undefined) return this.#programs.get(terminal) ?? '';
    const program = nameOf(command?.[0] ?? shell ?? LOGIN_SHELL);
    this.#programs.set(terminal, program);
    const [oldest] = this.#programs.keys();
    if (this.#programs.size > MOST && oldest !== undefined) this.#programs.delete(oldest);
    return program;
  }
}

type OpenedParams = Pick<OpenTerminalParams, 'command' | 'shell' | 'terminal'>;

/** Returns the name of a program without its folder, on any system. */
function nameOf(file: string): string {
  return file.replace(/^.*[\\/](?=[^\\/])/, '');
}
