import { Argument } from 'commander';
import type { Command } from 'commander';
import { ensureAgent } from '../../control/index.ts';
import { addCommand, type CommonOptions, type Registration, type Run } from '../registry.ts';
import { parseAgentName } from '../messages/arguments.ts';
import { realFolder } from './granted-folder.ts';

type ServeOptions = CommonOptions & Readonly<{ agent?: string; files?: string }>;
type InstallOptions = ServeOptions & Readonly<{ remove?: boolean }>;

/** Programs whose settings are known, as `PROGRAMS` has them. */
const PROGRAMS = ['openclaw', 'claude', 'codex', 'print'] as const;

/**
 * Registers `clawreach mcp`, which a program such as OpenClaw, Claude or Codex starts to exchange messages, and `clawreach mcp install`, which tells it
 * to. The server and its library are loaded by this command alone.
 */
export const addMcp: Registration = (program, run) => {
  const mcp: Command = addCommand(program, 'mcp', 'let a program exchange messages by MCP', {
    description: [
      'Serve the tools peers_list, message_send, message_check, message_reply, message_read and message_status by the Model Context Protocol, over standard ' +
        'input and output; with --files, also file_send, file_status and file_cancel. OpenClaw, Claude, Codex and other programs start it, and exchange messages as the agent that you name. It ends with its input.',
      '',
      'The text of other agents comes in a frame that marks it as data. Messages that wait for you are not shown to the program.',
    ].join('\n'),
    examples: [
      ['clawreach mcp install openclaw', 'let OpenClaw start it'],
      ['clawreach mcp --agent coder', 'as a program starts it'],
    ],
  })
    .option('--agent <name>', 'agent of this machine that sends and receives (default: the only one)', parseAgentName)
    .option('--files <dir>', 'also serve the tools that send files below this folder, which the agent was granted')
    .action((options: ServeOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { chooseAgent } = await import('./chosen-agent.ts');
        const agent = await chooseAgent(client, options.agent);
        if (context.host.stdin.isTTY === true)
          context.reporter.note(
            'A program starts this, not a person. See `clawreach mcp install --help`. Ctrl-D ends it.',
          );
        const files = options.files === undefined ? undefined : await realFolder(context, options.files);
        const { serveTools } = await import('./server.ts');
        await serveTools(context, client, { agent, files });
      }),
    );
  const below: Run = (options, work) => run({ ...mcp.opts<CommonOptions>(), ...options }, work);
  addCommand(mcp, 'install', 'write the entry into the settings of a program', {
    description:
      'Write the entry "clawreach" into the settings of OpenClaw, Claude or Codex, or print it. Everything else in the file stays as it is, and its ' +
      'former content is kept beside it. Adds the agent if it is not there. An entry of another program with this name is never replaced. Without --files ' +
      'the program gets no tools that send files.',
    examples: [
      ['clawreach mcp install openclaw', 'as the agent openclaw'],
      ['clawreach mcp install claude --agent reviewer', ''],
      ['clawreach mcp install openclaw --files ~/.openclaw/workspace/out', 'it may send files below this folder'],
      ['clawreach mcp install print --agent helper', 'for any other program'],
      ['clawreach mcp install codex --remove', ''],
    ],
  })
    .addArgument(new Argument('<program>', 'the program').choices(PROGRAMS))
    .option('--agent <name>', 'agent of this machine that sends and receives (default: as the program)', parseAgentName)
    .option(
      '--files <dir>',
      'grant the agent this folder: the program may send files below it to your machines, without asking you (default: none)',
    )
    .option('--remove', 'remove the entry')
    .action((name: (typeof PROGRAMS)[number], options: InstallOptions) =>
      below(options, async (context) => {
        const { installServer } = await import('./install/install.ts');
        await installServer(context, name, { ...mcp.opts<ServeOptions>(), ...options });
      }),
    );
};
