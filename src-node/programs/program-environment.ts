import { delimiter, isAbsolute } from 'node:path';

/** Variables that describe this program, the program that started it, or its terminal. */
const STRIPPED_NAMES: ReadonlySet<string> = new Set([
  'NODE_OPTIONS',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_UNIQUE_ID',
  'NODE_ENV',
  'INIT_CWD',
  'OLDPWD',
  'PWD',
  'COLUMNS',
  'LINES',
  'TERM',
  'TERM_SESSION_ID',
  'TMUX',
  'TMUX_PANE',
  'STY',
  'WINDOWID',
  '_',
  // Set by the AppImage that this program runs from.
  'APPDIR',
  'APPIMAGE',
  'ARGV0',
  'OWD',
]);
const STRIPPED_PREFIXES = ['CLAWREACH_', 'OPENCLAW_', 'npm_', 'NPM_', 'ELECTRON_', 'VITEST', 'VSCODE_'];

/**
 * Variables that list folders in which programs and libraries look for code. An empty or relative entry means the folder in which a program runs,
 * which a gateway chooses: only absolute entries are passed on.
 */
const FOLDER_LISTS: ReadonlySet<string> = new Set([
  'PATH',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'DYLD_FALLBACK_LIBRARY_PATH',
  'DYLD_FRAMEWORK_PATH',
  'GCONV_PATH',
  'PYTHONPATH',
  'PERL5LIB',
  'RUBYLIB',
  'NODE_PATH',
  'AWKPATH',
  'AWKLIBPATH',
  'XDG_CONFIG_DIRS',
  'XDG_DATA_DIRS',
]);
/** Variables that list files loaded into every program. */
const FILE_LISTS: ReadonlySet<string> = new Set(['LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES']);

/**
 * Returns the environment for programs that a gateway starts: the user's variables without those that describe ClawReach, and without relative
 * entries in lists of folders. Pure.
 */
export function programEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined || name === '' || name.includes('=')) continue;
    if (STRIPPED_NAMES.has(name) || STRIPPED_PREFIXES.some((prefix) => name.startsWith(prefix))) continue;
    const clean = withoutOthers(name, value, variables['APPDIR']);
    if (clean !== undefined) kept[name] = clean;
  }
  return kept;
}

/**
 * Removes relative entries from a path list, and entries that the AppImage of this program added for itself.
 * @returns undefined if nothing is left; the started program then uses its own default, which is absolute
 */
function withoutOthers(name: string, value: string, image: string | undefined): string | undefined {
  const upper = name.toUpperCase();
  const isOurs = (path: string): boolean =>
    image !== undefined && image !== '' && (path === image || path.startsWith(`${image}/`));
  if (FOLDER_LISTS.has(upper)) {
    const kept = value.split(delimiter).filter((folder) => isAbsolute(folder) && !isOurs(folder));
    return kept.length === 0 ? undefined : kept.join(delimiter);
  }
  if (!FILE_LISTS.has(upper)) return value;
  const kept = value
    .split(/[:\s]+/)
    .filter((file) => file !== '' && (isAbsolute(file) ? !isOurs(file) : !file.includes('/')));
  return kept.length === 0 ? undefined : kept.join(':');
}
