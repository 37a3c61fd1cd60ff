/** Program that has set a terminal's title. */
export type TitleOwner =
  /** The shell, or no one. */
  | Readonly<{ kind: 'shell' }>
  /** Not known until the machine names the program in the foreground. */
  | Readonly<{ kind: 'unknown' }>
  | Readonly<{ kind: 'program'; program: string }>;

/** Owner of the title of a new terminal. */
export const SHELL_TITLE: TitleOwner = { kind: 'shell' };
const UNKNOWN: TitleOwner = { kind: 'unknown' };

/** Title of a prompt, such as `mira@office: ~/project`. */
const PROMPT = /^\S{1,64}@[^\s:]{1,255}:/u;
/** Programs in which a prompt's title is that of another machine. */
const REMOTE: ReadonlySet<string> = new Set(['ssh', 'mosh', 'mosh-client', 'telnet', 'clawreach']);

/**
 * Returns the owner of a title that has just been set. A program that changes its title often keeps it.
 * @param running program in the foreground besides the shell, as the machine named it last; undefined for a shell
 */
export function ownerOfTitle(title: string, owner: TitleOwner, running: string | undefined): TitleOwner {
  return owner.kind === 'program' && owner.program === running && !PROMPT.test(title) ? owner : UNKNOWN;
}

/**
 * Returns the owner of a title after the machine has named the program in the foreground. A prompt's title is the shell's, also where it comes late, as
 * with the screen of a resumed terminal; only a program that shows another machine has such a title itself.
 * @param running program in the foreground besides the shell; undefined for a shell
 */
export function ownerAfterAnswer(title: string, owner: TitleOwner, running: string | undefined): TitleOwner {
  if (running === undefined) return SHELL_TITLE;
  if (owner.kind !== 'unknown') return owner;
  return PROMPT.test(title) && !REMOTE.has(running) ? SHELL_TITLE : { kind: 'program', program: running };
}
