import { stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { findRunningNode, type RunningProgram } from './running-nodes.ts';

/** Facts about this machine that the search uses, replaced in tests. */
export type OtherNodeOptions = Readonly<{
  /** Name of the platform, as in `process.platform`. */
  platform: string;
  home: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Lists the OpenClaw programs that run on this machine. Never rejects. */
  programs: () => Promise<readonly RunningProgram[]>;
}>;

/**
 * Reports whether an OpenClaw node of another program already runs on this machine or is set up for this user. Checks running programs, the files
 * that OpenClaw's installer creates, and the files of former versions. Only the existence of files is checked; nothing is read. Never throws.
 * @returns a running program in words, or the path of a file; null if there is none
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
