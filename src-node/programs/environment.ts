import { delimiter, isAbsolute } from 'node:path';

/** Variables that speak of this program, of what has started it, or of the terminal that it was started in. */
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
  // Of the AppImage that this program runs from.
  'APPDIR',
  'APPIMAGE',
  'ARGV0',
  'OWD',
]);
const STRIPPED_PREFIXES = ['CLAWREACH_', 'OPENCLAW_', 'npm_', 'NPM_', 'ELECTRON_', 'VITEST', 'VSCODE_'];

/**
 * Lists of folders in which programs and libraries look for code. An entry that is empty or relative means the folder a program runs in, which
 * a gateway chooses: only absolute ones are passed on.
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
/** Lists of files that are loaded into every program. */
const FILE_LISTS: ReadonlySet<string> = new Set(['LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES']);

/** Returns the part of the person's environment that programs get. */
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
 * Removes relative entries from a path list, and those an AppImage adds for itself.
 * @returns undefined when nothing is left; then the program's own default applies, which is absolute
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
