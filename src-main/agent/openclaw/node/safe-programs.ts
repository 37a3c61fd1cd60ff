import { plainName } from './launchers.ts';

type Readers = Readonly<{ exact: ReadonlySet<string>; any: ReadonlySet<string> }>;

/**
 * Programs that read, reckon and print, for each system by its own manual and source: the same name is another program elsewhere. On macOS `arch` starts
 * programs and `base64` writes files. `exact`: none of their options, operands and settings makes them start another program or load code, so that exactly the
 * same words do the same again. Whoever adds one reads its manual to the end first: `sort --compress-program`, `diff --paginate`, `strings --plugin` and
 * `file -z` start or load something, and `getent -s` loads a library of its folder.
 *
 * `any`: whatever their arguments are, they write nothing and show no contents of files or of the environment. `wc --files0-from`, `who FILE` and
 * `lscpu --sysroot` would; `df FILE` opens it.
 */
const READERS: Readonly<Partial<Record<NodeJS.Platform, Readers>>> = {
  linux: {
    exact: words(`
      arch base32 base64 basename cat cksum cmp comm cut date df dirname du echo expr factor false fold free grep groups head hostid hostname
      id join last lastlog logname ls lsblk lscpu md5sum namei nl nproc numfmt od paste pathchk pgrep pidof printenv printf ps pwd readlink realpath
      seq sha1sum sha224sum sha256sum sha384sum sha512sum b2sum sleep stat sum tac tail test tr true tty uname unexpand expand
      uptime users vdir dir vmstat w wc who whoami
    `),
    any: words(`
      arch basename dirname echo false free groups hostid id logname nproc printf pwd seq sleep stat true tty uname uptime vmstat w whoami
    `),
  },
  darwin: {
    exact: words(`
      basename cat cksum comm cut date df dirname du echo expand expr false fold grep groups head hostname id join last logname ls nl od paste
      pathchk printenv printf ps pwd readlink realpath seq sleep stat sum sw_vers tail test tr true tty uname unexpand uptime users vm_stat w wc who
      whoami
    `),
    any: words(
      'basename dirname echo false groups id logname printf pwd seq sleep stat sw_vers true tty uname vm_stat whoami',
    ),
  },
};
/** In System32 of Windows. Not `tasklist`, `systeminfo` and `getmac`: they ask WMI through COM, whose libraries each user can register others for. */
const EXACT_ON_WINDOWS = words('whoami hostname ipconfig');
/** One file that is many programs, by the name it is called by. */
const MANY_IN_ONE = words('busybox toybox coreutils');

const SHELLS = words('sh dash bash ash');
/** `-e`, `-eux`: what a script does at an error or with unset variables, and whether it prints its lines. */
const SHELL_OPTION = /^-[eux]{1,3}$/;
const PYTHON = /^python3(?:\.\d{1,2})?$/;
/** Of Python without loading anything more than what `-I` leaves. */
const PYTHON_OPTION = /^-[IBEsuSOq]{1,8}$/;

/** A program, by the name of its file and the name it is called by. */
export type Named = Readonly<{ path: string; calledAs: string; platform: NodeJS.Platform }>;

/** Tells whether it does the same again with exactly the same words, or whatever the words are. */
export function readerOf({ path, calledAs, platform }: Named): 'any' | 'exact' | undefined {
  const name = plainName(path);
  if (platform === 'win32') return name === calledAs && EXACT_ON_WINDOWS.has(name) ? 'exact' : undefined;
  if (name !== calledAs && !MANY_IN_ONE.has(name)) return undefined;
  const readers = readersOn(platform);
  return readers.any.has(calledAs) ? 'any' : readers.exact.has(calledAs) ? 'exact' : undefined;
}

/** Names of the programs of a system that `readerOf` knows. */
export function readersOn(platform: NodeJS.Platform): Readers {
  return READERS[platform] ?? { exact: new Set(), any: new Set() };
}

/** Tells whether a name may stand in a rule that leaves the arguments open, on any system: whether it counts on this one is seen at each run. */
export function mayHaveAnyArguments(name: string): boolean {
  return Object.values(READERS).some(({ any }) => any.has(plainName(name)));
}

/**
 * Finds the script in the words that an interpreter is given.
 * @param words without the interpreter itself
 * @returns its index; undefined where the interpreter is not known well enough, or one of its options is not
 */
export function scriptIndex({ path, calledAs, platform }: Named, words: readonly string[]): number | undefined {
  if (platform === 'win32') return undefined;
  const name = plainName(path);
  const isShell = SHELLS.has(calledAs) && (SHELLS.has(name) || MANY_IN_ONE.has(name));
  // On macOS `python3` starts another program, which the tools for developers bring along.
  const isPython = platform === 'linux' && PYTHON.test(calledAs) && PYTHON.test(name);
  if (!isShell && !isPython) return undefined;
  const option = isShell ? SHELL_OPTION : PYTHON_OPTION;
  let index = 0;
  while (option.test(words[index] ?? '')) index += 1;
  // Without -I Python looks for modules beside the script, and finds them there before its own.
  if (isPython && !words.slice(0, index).some((word) => word.includes('I'))) return undefined;
  const script = words[index];
  return script === undefined || script === '' || /^[-+]/.test(script) ? undefined : index;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
