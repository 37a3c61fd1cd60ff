import { shellQuoted } from '#shared/shell-quoting.ts';

/**
 * Returns an AppleScript command that asks for an administrator's password and then runs the given commands, each a list of words. Used by
 * `CommandInstaller` on macOS. Pure.
 */
export function asAdministrator(commands: readonly (readonly string[])[]): readonly [string, ...string[]] {
  const script = commands.map((words) => words.map(shellQuoted).join(' ')).join(' && ');
  return ['/usr/bin/osascript', '-e', `do shell script ${appleText(script)} with administrator privileges`];
}

/** Quotes text for AppleScript, in which only two characters need an escape. */
function appleText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}
