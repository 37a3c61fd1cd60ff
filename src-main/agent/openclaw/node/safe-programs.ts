import { plainProgramName } from './code-runners.ts';

type Readers = Readonly<{ exact: ReadonlySet<string>; any: ReadonlySet<string> }>;

/**
 * Programs that only read, compute and print, checked for each system against its own manual and source, since a name
 * can mean another program elsewhere: on macOS `arch` starts programs and `base64` writes files. `exact`: no option,
 * operand or setting makes the program start another program or load code, so that the same arguments do the same
 * again. Before adding one, read its whole manual: `sort --compress-program`, `diff --paginate`, `strings --plugin`
 * and `file -z` start or load something, and `getent -s` loads a library of its folder.
 *
 * `any`: with any arguments, the program writes nothing and shows no contents of files or of the environment. `wc
 * --files0-from`, `who FILE` and `lscpu --sysroot` would; `df FILE` opens it.
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
/**
 * Programs in System32 of Windows. Excludes `tasklist`, `systeminfo` and `getmac`: they use WMI through COM, and each
 * user can register other libraries for it.
 */
const EXACT_ON_WINDOWS = words('whoami hostname ipconfig');
/** Files that are many programs, depending on the name they are called by. */
const MANY_IN_ONE = words('busybox toybox coreutils');

const SHELLS = words('sh dash bash ash');
/** Harmless shell options such as `-e` and `-eux`: handling of errors and unset variables, and tracing. */
const SHELL_OPTION = /^-[eux]{1,3}$/;
const PYTHON = /^python3(?:\.\d{1,2})?$/;
/** Python options that load nothing beyond `-I`. */
const PYTHON_OPTION = /^-[IBEsuSOq]{1,8}$/;

/** Program, by its file and the name it is called by. */
export type Named = Readonly<{ path: string; calledAs: string; platform: NodeJS.Platform }>;

/**
 * Classifies a program: safe with `any` arguments, safe with the `exact` same arguments, or undefined. Pure; used when a run is inspected and when a
 * rule is saved.
 */
export function readerOf({ path, calledAs, platform }: Named): 'any' | 'exact' | undefined {
  const name = plainProgramName(path);
  if (platform === 'win32') return name === calledAs && EXACT_ON_WINDOWS.has(name) ? 'exact' : undefined;
  if (name !== calledAs && !MANY_IN_ONE.has(name)) return undefined;
  const readers = readersOn(platform);
  return readers.any.has(calledAs) ? 'any' : readers.exact.has(calledAs) ? 'exact' : undefined;
}

/** Returns the programs that `readerOf` knows on a system. */
export function readersOn(platform: NodeJS.Platform): Readers {
  return READERS[platform] ?? { exact: new Set(), any: new Set() };
}

/** Reports whether a rule for any arguments may name this program, on any system. Each run checks again for its own system. */
export function mayHaveAnyArguments(name: string): boolean {
  return Object.values(READERS).some(({ any }) => any.has(plainProgramName(name)));
}

/**
 * Finds the script among an interpreter's arguments.
 * @param words the arguments without the interpreter
 * @returns the
 * script's index; undefined if the interpreter or one of its options isn't known well enough
 */
export function scriptIndex({ path, calledAs, platform }: Named, words: readonly string[]): number | undefined {
  if (platform === 'win32') return undefined;
  const name = plainProgramName(path);
  const isShell = SHELLS.has(calledAs) && (SHELLS.has(name) || MANY_IN_ONE.has(name));
  // On macOS `python3` starts another program, which comes with the developer tools.
  const isPython = platform === 'linux' && PYTHON.test(calledAs) && PYTHON.test(name);
  if (!isShell && !isPython) return undefined;
  const option = isShell ? SHELL_OPTION : PYTHON_OPTION;
  let index = 0;
  while (option.test(words[index] ?? '')) index += 1;
  // Without -I Python searches modules beside the script before its own.
  if (isPython && !words.slice(0, index).some((word) => word.includes('I'))) return undefined;
  const script = words[index];
  return script === undefined || script === '' || /^[-+]/.test(script) ? undefined : index;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
