import { stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { findRunningNode, type RunningProgram } from './running-nodes.ts';

/** Facts about this machine that `findOtherNode` uses, replaced in tests. */
export type OtherNodeOptions = Readonly<{
  /** Name of the platform, as in `process.platform`. */
  platform: string;
  /** Absolute path of the user's home folder. */
  home: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Lists the OpenClaw programs that run on this machine. Never rejects. */
  programs: () => Promise<readonly RunningProgram[]>;
}>;

/**
 * Looks for OpenClaw's own node, running on this machine or set up for this user, which would be a second node beside the agent's. Used by
 * `createGatewayMachine`; the agent's `InstalledNodeWatch` runs it, and user interfaces show the result as a warning. Checks the titles of running
 * programs and the existence of the files that OpenClaw's installer and its earlier versions create; reads no file. Never throws.
 * @returns title and process ID of a running node, such as `openclaw-node, process 4711`, or the path of an installed file; null if there is none
 */
export async function findOtherNode(options: OtherNodeOptions): Promise<string | null> {
  const running = findRunningNode(await options.programs());
  if (running !== undefined) return running;
  for (const path of installedFiles(options)) if (await exists(path)) return path;
  return null;
}

function installedFiles(options: OtherNodeOptions): readonly string[] {
  const { platform, home, environment } = options;
  const join = (...parts: readonly string[]): string => (platform === 'win32' ? win32 : posix).join(...parts);
  const state = environment['OPENCLAW_STATE_DIR'] || join(home, '.openclaw');
  const former = join(state, 'node.json');
  if (platform === 'win32') {
    const roaming = environment['APPDATA'] || join(home, 'AppData', 'Roaming');
    const startup = join(roaming, 'Microsoft', 'Windows', 'Start Menu', 'Programs', 'Startup');
    return [
      join(environment['SystemRoot'] || 'C:\\Windows', 'System32', 'Tasks', 'OpenClaw Node'),
      ...['.cmd', '.vbs', '.lnk'].map((extension) => join(startup, `OpenClaw Node${extension}`)),
      join(state, 'node.cmd'),
      former,
    ];
  }
  if (platform === 'darwin') return [join(home, 'Library', 'LaunchAgents', 'ai.openclaw.node.plist'), former];
  const settings = environment['XDG_CONFIG_HOME'] || join(home, '.config');
  return [
    join(settings, 'systemd', 'user', 'openclaw-node.service'),
    join('/etc/systemd/user', 'openclaw-node.service'),
    join(state, 'node.systemd.env'),
    former,
  ];
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
