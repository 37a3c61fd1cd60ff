import type { Command } from 'commander';
import type { AgentThere, AgentView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { AGENT_NAME } from '#shared/messages/index.ts';
import { InvalidArgumentError } from 'commander';
import { ensureAgent } from '../../control/index.ts';
import { formatTable, headLine, printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

type AddOptions = CommonOptions & Readonly<{ description?: string; http?: boolean }>;
type TokenOptions = CommonOptions & Readonly<{ renew?: boolean }>;

/**
 * Registers `clawreach agent`, whose commands list, add and remove the agents of this machine to which others write messages. Each one starts
 * ClawReach if it isn't running.
 */
export const addAgent: Registration = (program, run) => {
  const agent: Command = addCommand(program, 'agent', 'manage the agents that exchange messages', {
    description:
      'Manage the agents of this machine. An agent is a name to which others write messages, such as a program that works for you. ' +
      'The agent `me` stands for you and is always there. Other machines may write to agents here if they have the permission `message`. ' +
      'Without a command, lists the agents.',
    examples: [
      ['clawreach agent add coder --description "Works on the shop"', ''],
      ['clawreach agent list office', 'those of another machine'],
    ],
  }).action((options: CommonOptions) => run(options, (context) => listAgents(context, undefined)));
  const below: Run = (options, work) => run({ ...agent.opts<CommonOptions>(), ...options }, work);
  addCommand(agent, 'list', 'list the agents of this machine, or of another one', {
    examples: [
      ['clawreach agent list', ''],
      ['clawreach agent list office', 'those that you may write to'],
    ],
  })
    .argument('[machine]', 'name or ID of the machine (default: this one)')
    .action((machine: string | undefined, options: CommonOptions) =>
      below(options, (context) => listAgents(context, machine)),
    );
  addCommand(agent, 'add', 'add an agent, or change one', {
    description:
      'Add an agent, or change one. The program behind it sends and receives its messages at the local API. It finds the address and its token in the ' +
      'file that this command names, which only you can read.',
    examples: [
      ['clawreach agent add coder --description "Works on the shop"', ''],
      ['clawreach agent add coder --http', 'for a program that can use no socket file'],
    ],
  })
    .argument('<name>', 'name of the agent: lower-case letters, digits, . _ -', parseAgentName)
    .option('--description <text>', 'what it is for; other machines that may write to it see this')
    .option('--http', 'also let its program use a port of 127.0.0.1, which every user of this machine reaches')
    .option('--no-http', 'let its program use the socket file only (default)')
    .action((name: string, { description, http }: AddOptions, command: Command) =>
      below(command.opts(), async (context) => {
        const client = await ensureAgent(context);
        const change = {
          ...(description === undefined ? {} : { description }),
          ...(http === undefined ? {} : { http }),
        };
        const added = await client.call('agents.set', { name, ...change });
        context.reporter.document(added);
        context.reporter.lines(
          `Others can write to it as MACHINE/${added.name}, where MACHINE is their name for this machine.`,
          ...(added.tokenFile === null ? [] : [`Its program finds its token in ${added.tokenFile}`]),
        );
      }),
    );
  addCommand(agent, 'token', "show where an agent's token is", {
    description:
      "Print the path of the file with an agent's token and the addresses of the local API. Whoever has the token reads and writes the agent's messages. " +
      'The token is never printed.',
    examples: [
      ['clawreach agent token coder', ''],
      ['clawreach agent token coder --renew', 'another token, if someone may have seen it'],
    ],
  })
    .argument('<name>', 'name of the agent', parseAgentName)
    .option('--renew', 'create another token; the old one is no longer good')
    .action((name: string, options: TokenOptions, command: Command) =>
      below(command.opts(), (context) => showTokenFile(context, name, options.renew === true)),
    );
  addCommand(agent, 'remove', 'remove an agent', { examples: [['clawreach agent remove coder', '']] })
    .argument('<name>', 'name of the agent', parseAgentName)
    .action((name: string, options: CommonOptions) =>
      below(options, async (context) => {
        const client = await ensureAgent(context);
        await client.call('agents.remove', { name });
        context.reporter.document({});
        context.reporter.lines(`Removed the agent ${name}. New messages to it are refused.`);
      }),
    );
};

/** Parses the name of an agent. @throws {InvalidArgumentError} */
export function parseAgentName(text: string): string {
  if (!AGENT_NAME.test(text))
    throw new InvalidArgumentError('A name has lower-case letters, digits, ".", "_" and "-", at most 64.');
  return text;
}

/** Prints the path of an agent's token file. */
async function showTokenFile(context: CommandContext, name: string, isRenewed: boolean): Promise<void> {
  const client = await ensureAgent(context);
  const view = isRenewed
    ? await client.call('agents.renewToken', { name })
    : (await client.call('agents.list', {})).find((agent) => agent.name === name);
  if (view === undefined)
    throw new ClawReachError('local-agent.unknown', 'no such agent', { details: { agent: name } });
  const { tokenFile } = view;
  if (tokenFile === null) throw new ClawReachError('local-agent.person', 'the person has no token');
  context.reporter.document({ agent: name, tokenFile });
  context.reporter.lines(tokenFile);
}

async function listAgents(context: CommandContext, machine: string | undefined): Promise<void> {
  const client = await ensureAgent(context);
  if (machine !== undefined && machine !== '.') {
    const there = await client.call('agents.there', { peer: machine }, { signal: context.host.interrupted });
    context.reporter.document(there);
    showThere(context, there);
    return;
  }
  const agents = await client.call('agents.list', {});
  context.reporter.document(agents);
  showOwn(context, agents);
}

function showOwn({ reporter }: CommandContext, agents: readonly AgentView[]): void {
  const [head = '', ...rows] = formatTable(
    [
      { title: 'AGENT', least: 6 },
      { title: 'WAITING', align: 'right', least: 7 },
      { title: 'FOR', least: 10 },
      { title: 'TOKEN FILE', least: 10 },
    ],
    agents.map(({ name, waiting, held, description, builtIn, tokenFile, http }) => [
      name,
      held === 0 ? String(waiting) : `${waiting} + ${held} held`,
      description === '' && builtIn ? 'you' : printable(description),
      tokenFile === null ? '' : `${tokenFile}${http ? ' (port)' : ''}`,
    ]),
    reporter.columns,
  );
  reporter.lines(...headLine(reporter.style, head), ...rows);
  if (agents.length === 1) reporter.lines(reporter.style.dim('Add one for a program: `clawreach agent add NAME`.'));
}

function showThere({ reporter }: CommandContext, agents: readonly AgentThere[]): void {
  const [head = '', ...rows] = formatTable(
    [
      { title: 'AGENT', least: 6 },
      { title: 'FOR', least: 10 },
    ],
    agents.map(({ name, description }) => [name, printable(description)]),
    reporter.columns,
  );
  reporter.lines(...headLine(reporter.style, head), ...rows);
}
