import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../../host/index.ts';

/** Programs whose settings `clawreach mcp install` knows; `print` writes nothing. */
export const PROGRAMS = ['openclaw', 'claude', 'codex', 'print'] as const;
export type ProgramName = (typeof PROGRAMS)[number];

/** Name of the entry in the settings of every program. */
export const ENTRY = 'clawreach';

/** Command that a program runs: `clawreach mcp` as some agent. */
export type ServerEntry = Readonly<{
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}>;

/** Settings file of a program, and its form. */
export type SettingsPlace = Readonly<{
  path: string;
  form: 'json' | 'json5' | 'toml';
  /** Keys that lead to the entry. */
  at: readonly string[];
  /** Members that the entry has there besides the command. */
  extra?: Readonly<Record<string, string | number>>;
}>;

/** Program: its name for people, its files, and what to do after a change. */
export type Program = Readonly<{
  title: string;
  /** Files that are there, or whose program is. */
  places: readonly SettingsPlace[];
  /** Path that was looked for. */
  wanted: string;
  next: string;
}>;

/** Longest wait of a tool, s, for programs that would give it up after a minute. */
const TOOL_TIMEOUT = 630;

/** Finds the settings of a program on this machine. */
export function findProgram(
  name: Exclude<ProgramName, 'print'>,
  host: Pick<Host, 'home' | 'variables' | 'platform'>,
): Program {
  const { home, variables } = host;
  switch (name) {
    case 'openclaw': {
      const path =
        variables['OPENCLAW_CONFIG_PATH'] ||
        join(variables['OPENCLAW_STATE_DIR'] || join(home, '.openclaw'), 'openclaw.json');
      return {
        title: 'OpenClaw',
        places: existsSync(path) ? [{ path, form: 'json5', at: ['mcp', 'servers', ENTRY] }] : [],
        wanted: path,
        next: `Check it: \`openclaw mcp probe clawreach\`. If it isn't there, restart the gateway: \`openclaw gateway restart\`.`,
      };
    }
    case 'claude': {
      const code = join(variables['CLAUDE_CONFIG_DIR'] || home, '.claude.json');
      const folder = claudeFolder(host);
      const places: SettingsPlace[] = [];
      if (existsSync(code))
        places.push({ path: code, form: 'json', at: ['mcpServers', ENTRY], extra: { type: 'stdio' } });
      if (existsSync(folder))
        places.push({ path: join(folder, 'claude_desktop_config.json'), form: 'json', at: ['mcpServers', ENTRY] });
      return { title: 'Claude', places, wanted: code, next: 'Restart Claude. In Claude Code, `/mcp` lists it.' };
    }
    case 'codex': {
      const folder = variables['CODEX_HOME'] || join(home, '.codex');
      const path = join(folder, 'config.toml');
      return {
        title: 'Codex',
        places: existsSync(folder)
          ? [{ path, form: 'toml', at: ['mcp_servers', ENTRY], extra: { tool_timeout_sec: TOOL_TIMEOUT } }]
          : [],
        wanted: path,
        next: 'Start Codex again; `/mcp` lists it.',
      };
    }
  }
}

/** Returns the folder of Claude's application. */
function claudeFolder({ home, variables, platform }: Pick<Host, 'home' | 'variables' | 'platform'>): string {
  switch (platform) {
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Claude');
    case 'win32':
      return join(variables['APPDATA'] || join(home, 'AppData', 'Roaming'), 'Claude');
    default:
      return join(variables['XDG_CONFIG_HOME'] || join(home, '.config'), 'Claude');
  }
}
