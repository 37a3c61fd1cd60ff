import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';
import { changeEntry } from '#cli/commands/mcp/install/entry.ts';
import { readSettings, replaceSettings } from '#cli/commands/mcp/install/settings-file.ts';
import { runCommandLine } from '#cli/program.ts';
import type { AgentView } from '#shared/app-api/index.ts';
import { plainAgent } from '#test/support/app-views.ts';
import { createFakeHost, type FakeHost } from '#test/support/cli-host.ts';
import { temporaryDirectory } from '#test/support/directories.ts';

const COMMAND = '/usr/bin/node';
const args = (agent: string): readonly string[] => ['/opt/clawreach/bin/clawreach.js', 'mcp', '--agent', agent];

const OPENCLAW = `// My gateway
{
  gateway: { port: 18789, auth: { token: 'a // b' } }, /* keep */
  mcp: {
    servers: {
      docs: { command: "uvx", args: ["context7-mcp",] }, // the documentation
    },
  },
  'agents': { list: [{ id: 'main', tools: ["x", ] }] },
}
`;
const CLAUDE = `{
  "numStartups": 41,
  "projects": { "/work": { "mcpServers": {} } },
  "mcpServers": {
    "playwright": {
      "command": "npx",
      "args": ["@playwright/mcp@latest"]
    }
  },
  "userID": "x"
}`;
const CODEX = `# Model
model = "gpt-5"   # the usual one
prompt = """
[mcp_servers.clawreach]
not a table"""

[mcp_servers.docs]
command = 'npx'
args = [
  "-y", # quietly
  "docs-mcp",
]
env = { "KEY" = "a]b" }

[[hooks]]
at = 1979-05-27 07:32:00
`;

type Home = Readonly<{ host: FakeHost; home: string; file(path: string, text: string, mode?: number): string }>;

function createHome(variables: Record<string, string> = {}): Home {
  const home = temporaryDirectory();
  const agents: AgentView[] = [];
  const host: FakeHost = {
    ...createFakeHost(
      {
        'agents.list': async () => [plainAgent('me'), ...agents],
        'agents.setFiles': async ({ name, folder }) => ({ ...plainAgent(name), files: folder }),
        'agents.set': async ({ name, description }) => {
          agents.push(plainAgent(name, description));
          return plainAgent(name, description);
        },
      },
      { variables },
    ),
    home,
  };
  const file: Home['file'] = (path, text, mode = 0o600) => {
    const whole = join(home, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
    chmodSync(whole, mode);
    return whole;
  };
  return { host, home, file };
}

const install = ({ host }: Home, ...words: readonly string[]): Promise<number> =>
  runCommandLine(['mcp', 'install', ...words], host);
const read = (path: string): string => readFileSync(path, 'utf8');
const agentsSet = ({ host }: Home): readonly unknown[] =>
  host.calls.filter(({ call }) => call === 'agents.set').map(({ input }) => input);

describe('clawreach mcp install openclaw', () => {
  const PATH = '.openclaw/openclaw.json';

  it('adds its entry, keeps comments and everything else byte for byte, and the former file [S-MCP-3]', async () => {
    const home = createHome();
    const path = home.file(PATH, OPENCLAW, 0o640);
    expect(await install(home, 'openclaw')).toBe(0);
    const text = read(path);
    expect(JSON5.parse(text)).toMatchObject({
      mcp: { servers: { docs: { command: 'uvx' }, clawreach: { command: COMMAND, args: args('openclaw') } } },
    });
    // Without what was added, it is the former text.
    const added = /\n {6}"clawreach": \{[^]*?\n {6}\},(?=\n)/.exec(text)?.[0] ?? 'none';
    expect(text.replace(added, '')).toBe(OPENCLAW);
    expect(read(`${path}.before-clawreach`)).toBe(OPENCLAW);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(statSync(`${path}.before-clawreach`).mode & 0o777).toBe(0o640);
    expect(agentsSet(home)).toEqual([{ name: 'openclaw', description: 'OpenClaw' }]);
    expect(home.host.stderr.text).toContain('Adding the agent openclaw');
    expect(home.host.stdout.text).toContain(path);
    expect(home.host.stdout.text).toContain('clawreach rights NAME --allow message');
  });

  it('changes nothing the second time, and is removed without a trace', async () => {
    const home = createHome();
    const path = home.file(PATH, OPENCLAW);
    await install(home, 'openclaw');
    const text = read(path);
    expect(await install(home, 'openclaw')).toBe(0);
    expect(read(path)).toBe(text);
    expect(home.host.stdout.text).toContain('already in');
    expect(agentsSet(home)).toHaveLength(1);
    expect(await install(home, 'openclaw', '--remove')).toBe(0);
    expect(read(path)).toBe(OPENCLAW);
    expect(await install(home, 'openclaw', '--remove')).toBe(0);
    expect(home.host.stdout.text).toContain('There is no entry');
  });

  it('changes the agent of its own entry and keeps what a person has added to it', async () => {
    const home = createHome();
    const path = home.file(
      PATH,
      '{"mcp":{"servers":{"clawreach":{"command":"old","args":["mcp","--agent","a"],"enabled":false}}}}',
    );
    expect(await install(home, 'openclaw', '--agent', 'helper')).toBe(0);
    expect(read(path)).toBe(
      `{"mcp":{"servers":{"clawreach":{"command":"${COMMAND}","args":${JSON.stringify(args('helper'))},"enabled":false}}}}`,
    );
  });

  it('names the profile unless it is the usual one', async () => {
    const home = createHome();
    const path = home.file(PATH, '{}');
    expect(await runCommandLine(['mcp', 'install', 'openclaw', '--profile', '/work/other'], home.host)).toBe(0);
    expect(JSON5.parse(read(path))).toEqual({
      mcp: { servers: { clawreach: { command: COMMAND, args: [...args('openclaw'), '--profile=/work/other'] } } },
    });
  });

  it.each([
    ['a damaged file', '{ mcp: { servers: ', 'mcp.file'],
    ['a file that is no object', '[]', 'mcp.file'],
    [
      'an entry that starts another program',
      '{"mcp":{"servers":{"clawreach":{"command":"evil","args":["serve"]}}}}',
      'mcp.taken',
    ],
    ['an entry that is no object', '{"mcp":{"servers":{"clawreach":true}}}', 'mcp.taken'],
    ['something else in its place', '{"mcp":{"servers":["docs"]}}', 'mcp.form'],
  ])('writes nothing into %s, and adds no agent [S-MCP-3]', async (_what, text, code) => {
    const home = createHome();
    const path = home.file(PATH, text);
    expect(await install(home, 'openclaw')).toBe(1);
    expect(home.host.stderr.text).toContain(`[${code}]`);
    expect(read(path)).toBe(text);
    expect(readdirSync(dirname(path))).toEqual(['openclaw.json']);
    expect(agentsSet(home)).toEqual([]);
    // Who has to do it by hand sees the entry.
    expect(home.host.stdout.text.includes('"clawreach": {')).toBe(code === 'mcp.form');
  });

  it('writes through a link and leaves it a link', async () => {
    const home = createHome();
    const real = home.file('dotfiles/openclaw.json', OPENCLAW);
    mkdirSync(join(home.home, '.openclaw'));
    const link = join(home.home, PATH);
    symlinkSync(real, link);
    expect(await install(home, 'openclaw')).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(read(real)).toContain('"clawreach"');
    expect(read(`${real}.before-clawreach`)).toBe(OPENCLAW);
  });

  it('says what to do where OpenClaw is not set up', async () => {
    const home = createHome();
    expect(await install(home, 'openclaw')).toBe(1);
    expect(home.host.stderr.text).toContain('[mcp.no-program]');
    expect(home.host.stderr.text).toContain('clawreach mcp install print');
    expect(readdirSync(home.home)).toEqual([]);
  });

  it('finds the file that OPENCLAW_CONFIG_PATH names', async () => {
    const path = join(temporaryDirectory(), 'mine.json');
    writeFileSync(path, '{}\n');
    const home = createHome({ OPENCLAW_CONFIG_PATH: path });
    expect(await install(home, 'openclaw')).toBe(0);
    expect(read(path)).toContain('"clawreach"');
  });

  it('gives no program the agent that stands for the person', async () => {
    const home = createHome();
    home.file(PATH, '{}');
    expect(await install(home, 'openclaw', '--agent', 'me')).toBe(2);
    expect(home.host.stderr.text).toContain('[usage.mcp-agent]');
  });
});

describe('clawreach mcp install claude', () => {
  it('writes into the settings of Claude Code and of the application', async () => {
    const home = createHome();
    const code = home.file('.claude.json', CLAUDE);
    const folder = join(home.home, '.config/Claude');
    mkdirSync(folder, { recursive: true });
    expect(await install(home, 'claude')).toBe(0);
    const { mcpServers, ...others } = JSON.parse(read(code)) as Record<string, Record<string, unknown>>;
    expect(mcpServers).toMatchObject({
      playwright: { command: 'npx' },
      clawreach: { type: 'stdio', command: COMMAND, args: args('claude') },
    });
    expect(others).toEqual({ numStartups: 41, projects: { '/work': { mcpServers: {} } }, userID: 'x' });
    const application = join(folder, 'claude_desktop_config.json');
    expect(JSON.parse(read(application))).toEqual({
      mcpServers: { clawreach: { command: COMMAND, args: args('claude') } },
    });
    expect(statSync(application).mode & 0o777).toBe(0o600);
    expect(await install(home, 'claude', '--remove')).toBe(0);
    expect(read(code)).toBe(CLAUDE);
  });

  it('writes nothing into either if one is damaged; comments are no JSON', async () => {
    const home = createHome();
    const code = home.file('.claude.json', CLAUDE);
    home.file('.config/Claude/claude_desktop_config.json', '{ "a": 1 } // note');
    expect(await install(home, 'claude')).toBe(1);
    expect(read(code)).toBe(CLAUDE);
  });
});

describe('clawreach mcp install codex', () => {
  const PATH = '.codex/config.toml';

  it('adds its table, and keeps the rest byte for byte', async () => {
    const home = createHome();
    const path = home.file(PATH, CODEX, 0o644);
    expect(await install(home, 'codex')).toBe(0);
    const table = `\n[mcp_servers.clawreach]\ncommand = "${COMMAND}"\nargs = [${args('codex')
      .map((word) => `"${word}"`)
      .join(', ')}]\ntool_timeout_sec = 630\n`;
    expect(read(path)).toBe(CODEX + table);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(await install(home, 'codex')).toBe(0);
    expect(read(path)).toBe(CODEX + table);
  });

  it('replaces the command of its table, in the middle of the file, and keeps what a person has set there', async () => {
    const home = createHome();
    const own =
      '[mcp_servers.clawreach] # ours\ntool_timeout_sec = 90\ncommand = "old"\nargs = [\n  "mcp",\n  "--agent", "a",\n]\n';
    const below = '[mcp_servers.clawreach.tools.message_send]\napproval_mode = "approve"\n';
    const path = home.file(PATH, `a = 1\n${own}\n${below}\n# next\n[other]\nb = '''x'''\n`);
    expect(await install(home, 'codex')).toBe(0);
    expect(read(path)).toBe(
      `a = 1\n[mcp_servers.clawreach] # ours\ncommand = "${COMMAND}"\nargs = [${args('codex')
        .map((word) => `"${word}"`)
        .join(', ')}]\ntool_timeout_sec = 90\n\n${below}\n# next\n[other]\nb = '''x'''\n`,
    );
    expect(await install(home, 'codex', '--remove')).toBe(0);
    expect(read(path)).toBe(`a = 1\n\n\n# next\n[other]\nb = '''x'''\n`);
  });

  it.each([
    ['an open string', 'a = "b\n'],
    ['an open long string', 'a = """b\n'],
    ['an open array', 'a = [1, 2\n'],
    ['a header without an end', '[mcp_servers\n'],
    ['a line that is none', 'a = 1\nnot toml\n'],
    ['two values', 'a = 1 2\n'],
    ['a table twice', '[a]\n[a]\n'],
  ])('writes nothing into a file with %s', async (_what, text) => {
    const home = createHome();
    const path = home.file(PATH, text);
    expect(await install(home, 'codex')).toBe(1);
    expect(home.host.stderr.text).toContain('[mcp.file]');
    expect(read(path)).toBe(text);
    expect(agentsSet(home)).toEqual([]);
  });

  it.each([
    ['all servers inline', 'mcp_servers = { docs = { command = "x" } }\n'],
    ['its own server inline', '[mcp_servers]\nclawreach = { command = "x", args = ["mcp", "--agent", "a"] }\n'],
    ['dotted keys', 'mcp_servers.clawreach.command = "x"\n'],
    ['an array of tables', '[[mcp_servers]]\nname = "x"\n'],
  ])('prints the entry instead where the file has %s', async (_what, text) => {
    const home = createHome();
    const path = home.file(PATH, text);
    expect(await install(home, 'codex')).toBe(1);
    expect(home.host.stderr.text).toContain('[mcp.form]');
    expect(home.host.stdout.text).toContain('"clawreach": {');
    expect(read(path)).toBe(text);
  });

  it('never replaces a table of another program [S-MCP-3]', async () => {
    const home = createHome();
    const text = '["mcp_servers"."clawreach"]\ncommand = "other"\nargs = ["serve"]\n';
    const path = home.file(PATH, text);
    expect(await install(home, 'codex')).toBe(1);
    expect(home.host.stderr.text).toContain('[mcp.taken]');
    expect(await install(home, 'codex', '--remove')).toBe(1);
    expect(read(path)).toBe(text);
  });

  it('creates the file where Codex has none yet', async () => {
    const home = createHome();
    mkdirSync(join(home.home, '.codex'));
    expect(await install(home, 'codex')).toBe(0);
    expect(read(join(home.home, PATH))).toMatch(/^\[mcp_servers\.clawreach\]\n/);
    expect(existsSync(join(home.home, `${PATH}.before-clawreach`))).toBe(false);
  });
});

describe('clawreach mcp install print', () => {
  it('prints the entry for an agent that it adds, and writes no file', async () => {
    const home = createHome();
    expect(await install(home, 'print', '--agent', 'helper')).toBe(0);
    expect(JSON.parse(home.host.stdout.text)).toEqual({ clawreach: { command: COMMAND, args: args('helper') } });
    expect(agentsSet(home)).toMatchObject([{ name: 'helper' }]);
    expect(readdirSync(home.home)).toEqual([]);
    expect(await install(home, 'print')).toBe(2);
  });
});

describe('clawreach mcp install --files', () => {
  const PATH = '.openclaw/openclaw.json';

  it('grants the agent the folder, and writes its real path into the entry; without it, neither', async () => {
    const home = createHome();
    const path = home.file(PATH, OPENCLAW);
    home.file('out/report.txt', 'x');
    symlinkSync(join(home.home, 'out'), join(home.home, 'named'));
    const folder = realpathSync(join(home.home, 'out'));
    expect(await install(home, 'openclaw')).toBe(0);
    expect(read(path)).not.toContain('--files');
    expect(home.host.calls.some(({ call }) => call === 'agents.setFiles')).toBe(false);
    expect(await install(home, 'openclaw', '--files', join(home.home, 'named'))).toBe(0);
    expect(JSON5.parse(read(path))).toMatchObject({
      mcp: { servers: { clawreach: { args: [...args('openclaw'), '--files', folder] } } },
    });
    expect(home.host.calls.find(({ call }) => call === 'agents.setFiles')?.input).toEqual({ name: 'openclaw', folder });
    expect(home.host.stderr.text).toContain(`may now send files below ${folder} to your machines, without asking you`);
  });

  it('changes nothing if the folder is none', async () => {
    const home = createHome();
    const path = home.file(PATH, OPENCLAW);
    for (const folder of ['nothing', PATH]) {
      expect(await install(home, 'openclaw', '--files', join(home.home, folder))).toBe(2);
      expect(home.host.stderr.text).toContain('[file.folder]');
    }
    expect(read(path)).toBe(OPENCLAW);
    expect(agentsSet(home)).toEqual([]);
  });
});

describe('a settings file', () => {
  it('is not replaced if another program has written it since it was read [S-MCP-3]', async () => {
    const path = join(temporaryDirectory(), 'a.json');
    writeFileSync(path, '{}');
    const before = await readSettings(path);
    writeFileSync(path, '{"b":1}');
    await expect(replaceSettings(before, '{"a":1}')).rejects.toMatchObject({ code: 'mcp.changed' });
    expect(read(path)).toBe('{"b":1}');
  });

  it.each([
    [
      '{}',
      '{\n  "mcp": {\n    "servers": {\n      "clawreach": {\n        "command": "c",\n        "args": []\n      }\n    }\n  }\n}',
    ],
    ['{"a":1}', '{"a":1,"mcp":{"servers":{"clawreach":{"command":"c","args":[]}}}}'],
    [
      '{\r\n\t"a": 1 // note\r\n}\r\n',
      '{\r\n\t"a": 1, // note\r\n\t"mcp": {\r\n\t\t"servers": {\r\n\t\t\t"clawreach": {\r\n\t\t\t\t"command": "c",\r\n\t\t\t\t"args": []\r\n\t\t\t}\r\n\t\t}\r\n\t}\r\n}\r\n',
    ],
    ['{ mcp: { servers: {} } }', '{ mcp: { servers: {"clawreach":{"command":"c","args":[]}} } }'],
    [
      '\uFEFF{ /* } */ "mcp": {"servers": {"x": "}", }}}',
      '\uFEFF{ /* } */ "mcp": {"servers": {"x": "}","clawreach":{"command":"c","args":[]}, }}}',
    ],
  ])('gets the entry in its own form: %j', (text, expected) => {
    const place = { path: '/x', form: 'json5' as const, at: ['mcp', 'servers', 'clawreach'] };
    const changed = changeEntry({ path: '/x', text }, place, { command: 'c', args: [] }).text ?? '';
    expect(JSON5.parse<unknown>(changed)).toMatchObject({
      mcp: { servers: { clawreach: { command: 'c', args: [] } } },
    });
    expect(changed).toBe(expected);
  });
});
