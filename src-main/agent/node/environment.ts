/** What a gateway wants in the environment of a program. */
export type RequestedEnvironment = Readonly<{
  /** What is set. */
  variables: Readonly<Record<string, string>>;
  /** Names of those that can change what the program does: shown to the person, and no rule counts for a run with them. */
  shown: readonly string[];
  /** Names of those that are never set. */
  refused: readonly string[];
}>;

/** How things are shown, and nothing else. */
const HARMLESS = /^(?:LANG|LANGUAGE|LC_[A-Z]+|TZ|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|CLICOLOR|COLUMNS|LINES|CI)$/;

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
  // Interpreters and tools that take code, files or programs from there.
  /^(?:NODE|PYTHON|PERL|PERL5|RUBY|LUA|PHP|GIT|SSH|SUDO|NPM|YARN|PNPM|BUN|DENO|CARGO|RUST|RUSTC|GO|JAVA|JDK|MAVEN|GRADLE|DOTNET|CORECLR|COMPLUS|PSMODULE|DOCKER|KUBE|CLAWREACH|OPENCLAW|ELECTRON|SSL|CURL|OPENSSL|AWS|LESS)(?:_|PATH|OPT|LIB|HOME|SHELL|RC|OPEN|CLOSE|KEY|CONFIG|$)/,
  /^(?:_JAVA_OPTIONS|CLASSPATH|GEM_PATH|GEM_HOME|BUNDLE_\w+|PIP_\w+|UV_\w+|VIRTUAL_ENV|R_PROFILE|R_ENVIRON|JULIA_\w+|ERL_\w+|GOFLAGS|GOPATH|MAKEFLAGS|MAKEFILES|CC|CXX|CPP|AR|AS)$/,
  /^(?:EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|LESSOPEN|LESSCLOSE|TERMINFO|TERMCAP|INPUTRC|WGETRC|CURL_HOME|REQUESTS_CA_BUNDLE)$/,
  // Who reads what is sent.
  /^(?:HTTPS?|FTP|ALL|NO|SOCKS)_PROXY$/,
];

/** @param requested checked: names of letters, digits and `_`, values without NUL */
export function filterEnvironment(requested: Readonly<Record<string, string>>): RequestedEnvironment {
  const variables: Record<string, string> = {};
  const shown: string[] = [];
  const refused: string[] = [];
  for (const [name, value] of Object.entries(requested)) {
    const upper = name.toUpperCase();
    if (NEVER.some((pattern) => pattern.test(upper))) {
      refused.push(name);
      continue;
    }
    variables[name] = value;
    if (!HARMLESS.test(upper)) shown.push(name);
  }
  return { variables, shown: shown.sort(), refused: refused.sort() };
}
