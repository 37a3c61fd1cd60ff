import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type ElectronFacts = Readonly<{
  root: string;
  platform: string;
  variables: Readonly<Record<string, string | undefined>>;
  /** Of the user; undefined on Windows. */
  uid: number | undefined;
  /** Brings the binary where it is missing; resolves whether or not it could. */
  install(): void;
}>;

/** How the application is started here, or why it cannot be. */
export type FoundElectron =
  | Readonly<{ executable: string; words: readonly string[] }>
  | Readonly<{ executable: undefined; why: string }>;

const BINARY: Readonly<Record<string, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/** Chromium refuses to run its sandbox for root. */
const NO_SANDBOX = ['--no-sandbox'];

/** Looks at files only, for `require('electron')` would try a download before anybody has been told. */
export function findElectron(facts: ElectronFacts): FoundElectron {
  const { root, platform, variables, uid, install } = facts;
  if (!existsSync(join(root, 'dist/desktop/start.cjs'))) throw new Error('it has to be built first: npm run build');
  if (!hasDisplay(platform, variables)) return { executable: undefined, why: 'There is no display here' };
  let executable = binary(facts);
  if (executable === undefined) {
    install();
    executable = binary(facts);
  }
  if (executable === undefined) return { executable, why: 'Electron is not here and could not be downloaded' };
  return { executable, words: [...(platform === 'linux' && uid === 0 ? NO_SANDBOX : []), root] };
}

function hasDisplay(platform: string, variables: ElectronFacts['variables']): boolean {
  const isSet = (name: string): boolean => (variables[name] ?? '') !== '';
  return platform === 'darwin' || platform === 'win32' || isSet('DISPLAY') || isSet('WAYLAND_DISPLAY');
}

function binary({ root, platform, variables }: ElectronFacts): string | undefined {
  const name = BINARY[platform] ?? 'electron';
  const override = variables['ELECTRON_OVERRIDE_DIST_PATH'] ?? '';
  const packageRoot = join(root, 'node_modules/electron');
  const file = override === '' ? join(packageRoot, 'dist', installedName(packageRoot) ?? name) : join(override, name);
  return existsSync(file) ? file : undefined;
}

/** The package writes where its binary is once it has one. */
function installedName(packageRoot: string): string | undefined {
  try {
    return readFileSync(join(packageRoot, 'path.txt'), 'utf8');
  } catch {
    return undefined;
  }
}

/** For a download of about 100 MB; where nothing can be reached it fails at once. Milliseconds. */
const INSTALL_PATIENCE = 120_000;

/** The package's own way to its binary. */
export function installElectron(root: string, say: (line: string) => void): void {
  const script = join(root, 'node_modules/electron/install.js');
  if (!existsSync(script) || (process.env['ELECTRON_SKIP_BINARY_DOWNLOAD'] ?? '') !== '') return;
  say('Getting Electron, once…');
  spawnSync(process.execPath, [script], { stdio: 'ignore', timeout: INSTALL_PATIENCE, killSignal: 'SIGKILL' });
}

/** What this process knows. */
export function electronHere(root: string, say: (line: string) => void): FoundElectron {
  return findElectron({
    root,
    platform: process.platform,
    variables: process.env,
    uid: process.getuid?.(),
    install: () => installElectron(root, say),
  });
}
