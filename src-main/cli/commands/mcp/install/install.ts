import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AGENT_NAME } from '#shared/messages/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { AgentError, UsageError } from '../../../errors.ts';
import { ensureAgent, type CommandContext } from '../../../control/index.ts';
import { profileDirectory } from '../../../host/index.ts';
import { printable } from '../../../output/index.ts';
import { shellWord } from '../../machines/peer-format.ts';
import { PERSON } from '../chosen-agent.ts';
import { requireFolder } from '../granted-folder.ts';
import { changeEntry } from './entry.ts';
import { ENTRY, findProgram, type ProgramName, type ServerEntry } from './programs.ts';
import { readSettings, replaceSettings } from './settings-file.ts';

export type InstallOptions = Readonly<{ agent?: string; files?: string; remove?: boolean }>;

/**
 * Writes the entry for `clawreach mcp` into the settings of a program, removes it, or prints it. Adds the agent if it isn't there. Checks all files before
 * it changes anything.
 * @throws {UsageError} `usage.mcp-agent`; {FilesError} `file.folder`, `file.profile`; {ClawReachError} `mcp.no-program`, errors of `changeEntry` and `replaceSettings`
 */
export async function installServer(
  context: CommandContext,
  name: ProgramName,
  options: InstallOptions,
): Promise<void> {
  const agent = options.agent ?? (name === 'print' ? undefined : name);
  if (options.remove === true) {
    if (name === 'print')
      throw new UsageError('usage.mcp-agent', 'nothing to remove', {
        details: { reason: '`print` writes nothing that could be removed.' },
      });
    await remove(context, name);
    return;
  }
  if (agent === undefined)
    throw new UsageError('usage.mcp-agent', 'no agent', {
      details: { reason: 'Name the agent as which the program writes: `--agent NAME`.' },
    });
  if (!AGENT_NAME.test(agent) || agent === PERSON)
    throw new UsageError('usage.mcp-agent', 'no agent for a program', {
      details: { reason: 'The agent "me" stands for you. A program needs an agent of its own.' },
    });
  const files = options.files === undefined ? undefined : await requireFolder(context, options.files);
  const entry = entryFor(context, agent, files);
  if (name === 'print') {
    await prepareAgent(context, { agent, files }, 'A program with the tools of ClawReach');
    printEntry(context, entry);
    return;
  }
  const program = findProgram(name, context.host);
  if (program.places.length === 0)
    throw new ClawReachError('mcp.no-program', 'the program is not there', {
      details: { program: program.title, path: program.wanted },
    });
  try {
    const changes = await Promise.all(
      program.places.map(async (place) => {
        const file = await readSettings(place.path);
        return { file, path: place.path, ...changeEntry(file, place, entry) };
      }),
    );
    await prepareAgent(context, { agent, files }, program.title);
    const written: { path: string; backup: string | null }[] = [];
    const { reporter } = context;
    for (const { file, path, text } of changes) {
      if (text === undefined) {
        reporter.lines(`It is already in ${printable(path)}.`);
        continue;
      }
      const backup = await replaceSettings(file, text);
      written.push({ path, backup: backup ?? null });
      reporter.lines(
        `Wrote the entry "${ENTRY}" into ${printable(path)}.`,
        ...(backup === undefined ? [] : [`Its former content is in ${printable(backup)}.`]),
      );
    }
    reporter.document({ agent, entry, written });
    reporter.lines(
      program.next,
      ...skillLines(context, name),
      `Let another machine write to it: \`clawreach rights NAME --allow message\`. Its address there is MACHINE/${agent}.`,
    );
  } catch (error) {
    // The person can put it in by hand.
    if (errorCode(error) === 'mcp.form') printEntry(context, entry);
    throw error;
  }
}

/** Returns how OpenClaw gets the skill that explains the tools; none for other programs, or where the skill isn't there. */
function skillLines({ host }: CommandContext, name: ProgramName): readonly string[] {
  const script = host.startCommand.arguments.at(-1) ?? '';
  const folder = join(dirname(script), '..', 'skills', 'clawreach-messages');
  if (name !== 'openclaw' || !existsSync(folder)) return [];
  return [`Give OpenClaw the skill that goes with it: \`cp -r ${shellWord(folder)} ~/.openclaw/skills/\``];
}

async function remove(context: CommandContext, name: Exclude<ProgramName, 'print'>): Promise<void> {
  const { reporter, host } = context;
  const program = findProgram(name, host);
  const changes = await Promise.all(
    program.places.map(async (place) => {
      const file = await readSettings(place.path);
      return {
        file,
        path: place.path,
        text: file.text === undefined ? undefined : changeEntry(file, place, undefined).text,
      };
    }),
  );
  const removed: string[] = [];
  for (const { file, path, text } of changes) {
    if (text === undefined) continue;
    await replaceSettings(file, text);
    removed.push(path);
    reporter.lines(`Removed the entry "${ENTRY}" from ${printable(path)}.`);
  }
  reporter.document({ removed });
  if (removed.length === 0) reporter.lines(`There is no entry "${ENTRY}" in the settings of ${program.title}.`);
  else reporter.lines('The agent stays, with its messages. Remove it, too: `clawreach agent remove NAME`.');
}

/** Adds the agent if it isn't there, grants it the folder from which it may send files, and says so. */
async function prepareAgent(
  context: CommandContext,
  { agent, files }: Readonly<{ agent: string; files: string | undefined }>,
  description: string,
): Promise<void> {
  const { reporter } = context;
  const client = await ensureAgent(context);
  const known = (await client.call('agents.list', {})).find(({ name }) => name === agent);
  if (known === undefined) {
    reporter.note(`Adding the agent ${agent} on this machine, as which it sends and receives messages.`);
    await client.call('agents.set', { name: agent, description });
  }
  if (files !== undefined) {
    await client.call('agents.setFiles', { name: agent, folder: files });
    reporter.note(
      `The agent ${agent} may now send files below ${printable(files)} to your machines, without asking you. Hidden files are left out.`,
    );
  } else if (known !== undefined && known.files !== null)
    reporter.note(
      `The agent ${agent} may still send files below ${printable(known.files)} by the local API. To end that: \`clawreach agent add ${shellWord(agent)} --no-files\``,
    );
}

/** Returns the command that starts the server again, with the profile unless it is the usual one. @throws {AgentError} `mcp.app-image` */
function entryFor({ host, profile }: CommandContext, agent: string, files: string | undefined): ServerEntry {
  const { program, arguments: first, environment } = host.startCommand;
  const mounted = host.variables['APPDIR'];
  if (mounted !== undefined && mounted !== '' && program.startsWith(mounted))
    throw new AgentError('mcp.app-image', 'an AppImage is mounted elsewhere each time');
  const { CLAWREACH_PROFILE: _named, ...variables } = host.variables;
  const isUsual = profile === profileDirectory(undefined, { ...host, variables });
  return {
    command: program,
    args: [
      ...first,
      'mcp',
      '--agent',
      agent,
      ...(files === undefined ? [] : ['--files', files]),
      ...(isUsual ? [] : [`--profile=${profile}`]),
    ],
    ...(Object.keys(environment).length === 0 ? {} : { env: environment }),
  };
}

function printEntry({ reporter }: CommandContext, entry: ServerEntry): void {
  reporter.document({ [ENTRY]: entry });
  reporter.lines(JSON.stringify({ [ENTRY]: entry }, undefined, 2));
  reporter.note(
    'Put this among the MCP servers in the settings of your program: `mcpServers` in most, `mcp.servers` in OpenClaw, `[mcp_servers.clawreach]` in Codex.',
  );
}
