/** Program that has set a terminal's title. */
export type TitleOwner =
  /** The shell, or no one. */
  | Readonly<{ kind: 'shell' }>
  /** Not known until the machine names the program in the foreground. `before`: the program that it named last; undefined for a shell. */
  | Readonly<{ kind: 'unknown'; before: string | undefined }>
  | Readonly<{ kind: 'program'; program: string }>;

/** Owner of the title of a new terminal. */
export const SHELL_TITLE: TitleOwner = { kind: 'shell' };

/** Title of a prompt, such as `mira@office: ~/project`. */
const PROMPT = /^\S{1,64}@[^\s:]{1,255}:/u;

/**
 * Returns the owner of a title that has just been set. A program that changes its title often keeps it.
 * @param running program in the foreground besides the shell, as the machine named it last; undefined for a shell
 */
export function ownerOfTitle(title: string, owner: TitleOwner, running: string | undefined): TitleOwner {
  if (owner.kind === 'program' && owner.program === running && !PROMPT.test(title)) return owner;
  return { kind: 'unknown', before: running };
}

/**
 * Returns the owner of a title after the machine has named the program in the foreground. A shell sets its title before it starts a program, so the
 * first answer that names a program gives it the title unless that is a prompt's. A title that was set while the program was known to run is its own,
 * whatever it looks like: `ssh` shows the prompt of another machine.
 * @param running program in the foreground besides the shell; undefined for a shell
 */
export function ownerAfterAnswer(title: string, owner: TitleOwner, running: string | undefined): TitleOwner {
  if (running === undefined) return SHELL_TITLE;
  if (owner.kind !== 'unknown') return owner;
  return owner.before !== running && PROMPT.test(title) ? SHELL_TITLE : { kind: 'program', program: running };
}
