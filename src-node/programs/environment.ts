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
]);
const STRIPPED_PREFIXES = ['CLAWREACH_', 'OPENCLAW_', 'npm_', 'NPM_', 'ELECTRON_', 'VITEST', 'VSCODE_'];

/** What programs get of the person's environment. */
export function programEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined || name === '' || name.includes('=')) continue;
    if (STRIPPED_NAMES.has(name) || STRIPPED_PREFIXES.some((prefix) => name.startsWith(prefix))) continue;
    kept[name] = value;
  }
  return kept;
}
