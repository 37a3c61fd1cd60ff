import type { Programs } from '#node/programs/index.ts';

/** What a gateway wants in the environment of a program. */
export type RequestedEnvironment = Readonly<{
  /** All that is set; the person sees it. */
  variables: Readonly<Record<string, string>>;
  /** Names of those that can change what the program does: no rule counts for a run with them. */
  deciding: readonly string[];
  /** Names of those that are never set, or not to this value. */
  refused: readonly string[];
}>;

const LOCALE = String.raw`(?:C|POSIX|[A-Za-z]{2,8}(?:_[A-Za-z0-9]{1,8})?)(?:\.[A-Za-z0-9-]{1,16})?(?:@[A-Za-z0-9]{1,16})?`;
const ONE_LOCALE = new RegExp(`^(?:${LOCALE})?$`);
const SEVERAL_LOCALES = new RegExp(`^(?:${LOCALE}(?::${LOCALE}){0,7})?$`);
const SIZE = /^\d{1,5}$/;
const SWITCH = /^[A-Za-z0-9_.@:+-]{0,64}$/;
/** Names in the terminfo database: a file of the system, or of the person. */
const TERMINAL = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$/;

/**
 * Variables that say how things are shown, with the values they may have. A value chooses files where it can hold a path: `LANGUAGE` the texts that a
 * program prints, formats among them, `TERM` and `TZ` files that are read.
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
 * They choose what is loaded, found or started in place of what was shown. No such list is ever complete, which is why any other name is
 * shown to the person as well.
 */
const NEVER = [
  // Loaders and allocators.
  /^(?:LD|DYLD|_RLD)_/,
  /^(?:GCONV_PATH|GLIBC_TUNABLES|LOCPATH|NLSPATH|HOSTALIASES|RESOLV_HOST_CONF|RES_OPTIONS|LOCALDOMAIN|TMPDIR|TMP|TEMP)$/,
  /^MALLOC_/,
  // Where programs and their settings are found, and who the person is.
  /^(?:PATH|PATHEXT|HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|SYSTEMROOT|WINDIR|COMSPEC|PWD|OLDPWD|USER|LOGNAME)$/,
  /^XDG_/,
  // Shells.
  /^(?:SHELL|SHELLOPTS|BASHOPTS|ENV|ZDOTDIR|IFS|CDPATH|GLOBIGNORE|PS[0-4]|PROMPT_COMMAND|FPATH)$/,
  /^BASH_/,
  /^(?:PYTHON|PERL|RUBY|PHP|DOTNET_|GIT_|NODE_)/,
  // Interpreters and tools that take code, files or programs from there.
  /^(?:NODE|PYTHON|PERL|PERL5|RUBY|LUA|PHP|GIT|SSH|SUDO|NPM|YARN|PNPM|BUN|DENO|CARGO|RUST|RUSTC|GO|JAVA|JDK|MAVEN|GRADLE|DOTNET|CORECLR|COMPLUS|PSMODULE|DOCKER|KUBE|CLAWREACH|OPENCLAW|ELECTRON|SSL|CURL|OPENSSL|AWS|LESS)(?:_|PATH|OPT|LIB|HOME|SHELL|RC|OPEN|CLOSE|KEY|CONFIG|$)/,
  /^(?:_JAVA_OPTIONS|CLASSPATH|GEM_PATH|GEM_HOME|BUNDLE_\w+|PIP_\w+|UV_\w+|VIRTUAL_ENV|R_PROFILE|R_ENVIRON|JULIA_\w+|ERL_\w+|GOFLAGS|GOPATH|MAKEFLAGS|MAKEFILES|CC|CXX|CPP|AR|AS)$/,
  /^(?:EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|LESSOPEN|LESSCLOSE|TERMINFO|TERMCAP|INPUTRC|WGETRC|CURL_HOME|REQUESTS_CA_BUNDLE)$/,
  // Who reads what is sent.
  /^(?:HTTPS?|FTP|ALL|NO|SOCKS)_PROXY$/,
];

/** @param requested checked: names of letters, digits and `_`, values without NUL */
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

/** Variables by which the system's own programs load code: the loader, the C library, and OpenSSL, which checksums are reckoned with. */
const LOADING = /^(?:(?:LD|DYLD|_RLD)_\w+|GCONV_PATH|LOCPATH|NLSPATH|OPENSSL_(?:CONF|MODULES|ENGINES))$/;
/** In folders that only an administrator changes. */
const SYSTEM_LIBRARY = /^\/(?:(?:usr\/)?lib(?:exec|x?\d+)?|usr\/local|etc)\/(?!(?:.*\/)?\.\.?(?:\/|$))/;

/** Tells whether programs load code from files that nothing shows, by the environment that the person here gives them. */
export function loadsOtherCode(environment: Readonly<Record<string, string>>): boolean {
  return Object.entries(environment).some(([name, value]) => {
    if (!LOADING.test(name)) return false;
    const entries = value.split(/[:;\s]+/).filter((entry) => entry !== '');
    // The loader looks for a bare name in the folders of the system, and of `LD_LIBRARY_PATH`.
    const isBare = (entry: string): boolean => name.startsWith('LD_') && !entry.includes('/');
    return entries.some((entry) => !isBare(entry) && !SYSTEM_LIBRARY.test(entry));
  });
}

/** Tells whether shells run code that nothing shows, by the environment of the person here: a file, exported functions, or a prompt that is reckoned out with `-x`. */
export function givesShellsCode(environment: Readonly<Record<string, string>>): boolean {
  return Object.entries(environment).some(
    ([name, value]) =>
      (name === 'BASH_ENV' && value !== '') || name.startsWith('BASH_FUNC_') || (name === 'PS4' && /[$`]/.test(value)),
  );
}
