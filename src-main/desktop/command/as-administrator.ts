/** The words with which macOS asks for a password and then runs these commands, each of them a list of words. */
export function asAdministrator(commands: readonly (readonly string[])[]): readonly [string, ...string[]] {
  const script = commands.map((words) => words.map(quoted).join(' ')).join(' && ');
  return ['/usr/bin/osascript', '-e', `do shell script ${appleText(script)} with administrator privileges`];
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** For AppleScript, which knows two signs that have to be told. */
function appleText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}
