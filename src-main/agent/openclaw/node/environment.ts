import type { Programs } from '#node/programs/index.ts';

/** Environment variables that a gateway requests for a program. */
export type RequestedEnvironment = Readonly<{
  /** Variables that are set; shown to the person. */
  variables: Readonly<Record<string, string>>;
  /** Names of variables that can change what the program does; no rule allows a run with them. */
  deciding: readonly string[];
  /** Names of variables that are never set, or not to this value. */
  refused: readonly string[];
}>;

const LOCALE = String.raw`(?:C|POSIX|[A-Za-z]{2,8}(?:_[A-Za-z0-9]{1,8})?)(?:\.[A-Za-z0-9-]{1,16})?(?:@[A-Za-z0-9]{1,16})?`;
const ONE_LOCALE = new RegExp(`^(?:${LOCALE})?$`);
const SEVERAL_LOCALES = new RegExp(`^(?:${LOCALE}(?::${LOCALE}){0,7})?$`);
const SIZE = /^\d{1,5}$/;
const SWITCH = /^[A-Za-z0-9_.@:+-]{0,64}$/;
/** Names in the terminfo database, each a file of the system or the person. */
const TERMINAL = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$/;

/**
 * Variables for display, with the values they may have. The values are restricted because some of them could name
 * files: `LANGUAGE` selects the texts that a program prints, format strings among them; `TERM` and `TZ` name files
 * that are read.
 */
const HARMLESS: readonly (readonly [name: RegExp, value: RegExp])[] = [
  [/^LANGUAGE$/, SEVERAL_LOCALES],
  [
    /^(?:LANG|LC_(?:ALL|CTYPE|NUMERIC|TIME|COLLATE|MONETARY|MESSAGES|PAPER|NAME|ADDRESS|TELEPHONE|MEASUREMENT|IDENTIFICATION))$/,
    ONE_LOCALE,
  ],
  [/^TERM$/, TERMINAL],
  [/^(?:COLUMNS|LINES)$/, SIZE],
  [/^(?:COLORTERM|NO_COLOR|FORCE_COLOR|CLICOLOR)$/, SWITCH],
];

/**
 * Variables that could make a program load, find or start something else than was shown. Such a list is never
 * complete, so any other variable is shown to the person.
 */
const NEVER = [
  // Loaders and allocators.
  /^(?:LD|DYLD|_RLD)_/,
  /^(?:GCONV_PATH|GLIBC_TUNABLES|LOCPATH|NLSPATH|HOSTALIASES|RESOLV_HOST_CONF|RES_OPTIONS|LOCALDOMAIN|TMPDIR|TMP|TEMP)$/,
  /^MALLOC_/,
  // Locations of programs and settings, and the person's identity.
  /^(?:PATH|PATHEXT|HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|SYSTEMROOT|WINDIR|COMSPEC|PWD|OLDPWD|USER|LOGNAME)$/,
  /^XDG_/,
  // Shells.
  /^(?:SHELL|SHELLOPTS|BASHOPTS|ENV|ZDOTDIR|IFS|CDPATH|GLOBIGNORE|PS[0-4]|PROMPT_COMMAND|FPATH)$/,
  /^BASH_/,
  /^(?:PYTHON|PERL|RUBY|PHP|DOTNET_|GIT_|NODE_)/,
  // Interpreters and tools that take code, files or programs from these variables.
  /^(?:NODE|PYTHON|PERL|PERL5|RUBY|LUA|PHP|GIT|SSH|SUDO|NPM|YARN|PNPM|BUN|DENO|CARGO|RUST|RUSTC|GO|JAVA|JDK|MAVEN|GRADLE|DOTNET|CORECLR|COMPLUS|PSMODULE|DOCKER|KUBE|CLAWREACH|OPENCLAW|ELECTRON|SSL|CURL|OPENSSL|AWS|LESS)(?:_|PATH|OPT|LIB|HOME|SHELL|RC|OPEN|CLOSE|KEY|CONFIG|$)/,
  /^(?:_JAVA_OPTIONS|CLASSPATH|GEM_PATH|GEM_HOME|BUNDLE_\w+|PIP_\w+|UV_\w+|VIRTUAL_ENV|R_PROFILE|R_ENVIRON|JULIA_\w+|ERL_\w+|GOFLAGS|GOPATH|MAKEFLAGS|MAKEFILES|CC|CXX|CPP|AR|AS)$/,
  /^(?:EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|LESSOPEN|LESSCLOSE|TERMINFO|TERMCAP|INPUTRC|WGETRC|CURL_HOME|REQUESTS_CA_BUNDLE)$/,
  // Proxies, which could read the traffic.
  /^(?:HTTPS?|FTP|ALL|NO|SOCKS)_PROXY$/,
];

/**
 * Sorts requested variables into those set, those no rule covers, and those refused. Used by `planRun`; looks time zones up in the system's database.
 * @param requested validated: names of letters, digits and `_`, values without NUL
 */
export async function filterEnvironment(
  requested: Readonly<Record<string, string>>,
  programs: Pick<Programs, 'isTimeZone'>,
): Promise<RequestedEnvironment> {
  const variables: Record<string, string> = {};
  const deciding: string[] = [];
  const refused: string[] = [];
  for (const [name, value] of Object.entries(requested)) {
    const harmless = HARMLESS.find(([names]) => names.test(name));
    const isTimeZone = name === 'TZ';
    const isFit = isTimeZone ? await programs.isTimeZone(value) : (harmless?.[1].test(value) ?? true);
    if (!isFit || NEVER.some((pattern) => pattern.test(name.toUpperCase()))) {
      refused.push(name);
      continue;
    }
    variables[name] = value;
    if (harmless === undefined && !isTimeZone) deciding.push(name);
  }
  return { variables, deciding: deciding.sort(), refused: refused.sort() };
}

/** Variables that make the system's own programs load code: of the loader, the C library, and OpenSSL, which computes checksums. */
const LOADING = /^(?:(?:LD|DYLD|_RLD)_\w+|GCONV_PATH|LOCPATH|NLSPATH|OPENSSL_(?:CONF|MODULES|ENGINES))$/;
/** Library paths in folders that only an administrator can change. */
const SYSTEM_LIBRARY = /^\/(?:(?:usr\/)?lib(?:exec|x?\d+)?|usr\/local|etc)\/(?!(?:.*\/)?\.\.?(?:\/|$))/;

/** Reports whether this machine's own environment makes programs load code from files that aren't shown. */
export function loadsOtherCode(environment: Readonly<Record<string, string>>): boolean {
  return Object.entries(environment).some(([name, value]) => {
    if (!LOADING.test(name)) return false;
    const entries = value.split(/[:;\s]+/).filter((entry) => entry !== '');
    // The loader searches a bare name in the system's folders and those of `LD_LIBRARY_PATH`.
    const isBare = (entry: string): boolean => name.startsWith('LD_') && !entry.includes('/');
    return entries.some((entry) => !isBare(entry) && !SYSTEM_LIBRARY.test(entry));
  });
}

/**
 * Reports whether this machine's own environment makes shells run code that isn't shown: a start-up file, exported
 * functions, or a prompt that `-x` evaluates.
 */
export function givesShellsCode(environment: Readonly<Record<string, string>>): boolean {
  return Object.entries(environment).some(
    ([name, value]) =>
      (name === 'BASH_ENV' && value !== '') || name.startsWith('BASH_FUNC_') || (name === 'PS4' && /[$`]/.test(value)),
  );
}
