import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { AgentThere, AgentView, AppApiClient } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { INTAKES, isWebhook, OPENCLAW_AGENT, type Intake } from '#shared/messages/index.ts';
import { InvalidArgumentError, Option } from 'commander';
import { ensureAgent } from '../../control/index.ts';
import { formatTable, headLine, printable } from '../../output/index.ts';
import { parseAgentName } from './arguments.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

/** `false`: the deliverer is removed. */
type AddOptions = CommonOptions &
  Readonly<{
    description?: string;
    http?: boolean;
    /** `false`: it may no longer send files. */
    files?: string | false;
    intake?: Intake;
    openclaw?: NonNullable<AgentView['openclaw']> | false;
    webhook?: string | false;
  }>;
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
      'file that this command names, which only you can read. Messages wait in its inbox, or they go to a program by themselves: to an agent at one of ' +
      'your OpenClaw gateways, whose answer is sent back, or to a webhook. Such an agent acts on what it gets. It gets messages only of machines with the ' +
      'permission `prompt`; if you have not decided, you are asked about each.',
    examples: [
      ['clawreach agent add coder --description "Works on the shop"', ''],
      ['clawreach agent add coder --http', 'for a program that can use no socket file'],
      ['clawreach agent add coder --openclaw lab/main', 'messages go to the agent `main` of the gateway `lab`'],
      ['clawreach agent add tests --webhook http://127.0.0.1:8080/messages', ''],
      ['clawreach agent add coder --files ~/shop/reports', 'its program may send files below this folder'],
      ['clawreach agent add coder --intake hold', 'messages wait in the inbox again'],
    ],
  })
    .argument('<name>', 'name of the agent: lower-case letters, digits, . _ -', parseAgentName)
    .option('--description <text>', 'what it is for; other machines that may write to it see this')
    .option('--http', 'also let its program use a port of 127.0.0.1, which every user of this machine reaches')
    .option('--no-http', 'let its program use the socket file only (default)')
    .option(
      '--files <dir>',
      'let its program send files below this folder to your machines, without asking you; hidden files are never sent',
    )
    .option('--no-files', 'no longer let it send files (default)')
    .addOption(
      new Option(
        '--intake <hold|deliver>',
        'what happens to its messages: they wait in its inbox, or go to its program (default: deliver, with a program)',
      ).choices(INTAKES),
    )
    .option('--openclaw <gateway/agent>', 'give messages to this agent at a gateway of this machine', parseOpenClaw)
    .option('--no-openclaw', 'no longer give messages to OpenClaw')
    .option(
      '--webhook <url>',
      'give messages to this program on this machine: http, at 127.0.0.1 or [::1]',
      parseWebhook,
    )
    .option('--no-webhook', 'no longer give messages to a webhook')
    .action((name: string, { description, http, files, intake, openclaw, webhook }: AddOptions, command: Command) =>
      below(command.opts(), async (context) => {
        const client = await ensureAgent(context);
        const change = {
          ...(description === undefined ? {} : { description }),
          ...(http === undefined ? {} : { http }),
          ...(intake === undefined ? {} : { intake }),
          ...(openclaw === undefined ? {} : { openclaw: openclaw === false ? null : openclaw }),
          ...(webhook === undefined ? {} : { webhook: webhook === false ? null : webhook }),
        };
        const set = await client.call('agents.set', { name, ...change });
        const folder =
          files === false ? null : files === undefined ? undefined : resolve(context.host.workingDirectory, files);
        const added = folder === undefined ? set : await client.call('agents.setFiles', { name, folder });
        context.reporter.document(added);
        context.reporter.lines(
          `Others can write to it as MACHINE/${added.name}, where MACHINE is their name for this machine.`,
          ...(added.tokenFile === null ? [] : [`Its program finds its token in ${added.tokenFile}`]),
          ...(added.files === null
            ? []
            : [`Its program may send files below ${printable(added.files)} to your machines.`]),
          ...(added.intake === 'deliver'
            ? [`Messages go to ${programOf(added)}. It acts on those of machines with the permission \`prompt\`.`]
            : []),
          ...(added.webhookSecret === null ? [] : [`The secret of its signatures is in ${added.webhookSecret}`]),
        );
      }),
    );
  addCommand(agent, 'token', "show where an agent's token is", {
    description:
      "Print the path of the file with an agent's token and the addresses of the local API. A program that has the token reads and writes the agent's messages. " +
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
        const before = (await client.call('agents.list', {})).find((agent) => agent.name === name);
        await client.call('agents.remove', { name });
        const left = before === undefined ? 0 : before.waiting + before.held;
        context.reporter.document({ left });
        context.reporter.lines(`Removed the agent ${name}. New messages to it are refused.`, ...leftLines(name, left));
      }),
    );
};

/** Returns what becomes of messages that an agent leaves behind; none without any. */
function leftLines(name: string, left: number): readonly string[] {
  if (left === 0) return [];
  return [
    `${left === 1 ? 'One message that no one has taken stays' : `${left} messages that no one has taken stay`} until ` +
      `${left === 1 ? 'it expires' : 'they expire'}. See: \`clawreach message inbox --agent ${name}\`. ` +
      `An agent of the same name would get ${left === 1 ? 'it' : 'them'}.`,
  ];
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

/** Parses an agent at a gateway. @throws {InvalidArgumentError} */
function parseOpenClaw(text: string): NonNullable<AgentView['openclaw']> {
  const slash = text.lastIndexOf('/');
  const [gateway, agent] = [text.slice(0, Math.max(slash, 0)), text.slice(slash + 1)];
  if (gateway === '' || !OPENCLAW_AGENT.test(agent))
    throw new InvalidArgumentError('Name a gateway and one of its agents: GATEWAY/AGENT, such as lab/main.');
  return { gateway, agent };
}

/** Parses the address of a webhook. @throws {InvalidArgumentError} */
function parseWebhook(text: string): string {
  if (!isWebhook(text))
    throw new InvalidArgumentError(
      'A webhook is an http address at 127.0.0.1 or [::1], such as http://127.0.0.1:8080/.',
    );
  return text;
}

/** Returns the program to which an agent's messages go; empty for none. */
function programOf({ openclaw, webhook }: Pick<AgentView, 'openclaw' | 'webhook'>): string {
  if (openclaw !== null) return printable(`OpenClaw ${openclaw.gateway}/${openclaw.agent}`);
  return webhook === null ? '' : printable(webhook);
}

async function listAgents(context: CommandContext, machine: string | undefined): Promise<void> {
  const client = await ensureAgent(context);
  if (machine !== undefined && machine !== '.') {
    const there = await client
      .call('agents.there', { peer: machine }, { signal: context.host.interrupted })
      .catch((error: unknown) => explainUnnamed(client, machine, error));
    context.reporter.document(there);
    showThere(context, there);
    return;
  }
  const agents = await client.call('agents.list', {});
  context.reporter.document(agents);
  showOwn(context, agents);
}

/**
 * Throws the error about a machine that names no agents to this one.
 * @throws {ClawReachError} `message.names-denied` if messages are denied there; `message.names-asked` if its user is asked about each; `cause` otherwise
 */
async function explainUnnamed(client: AppApiClient, machine: string, cause: unknown): Promise<never> {
  if (errorCode(cause) !== 'rights.denied') throw cause;
  const { name, rightsThere } = await client.call('peers.get', { peer: machine });
  const code = rightsThere?.rights.message === 'deny' ? 'message.names-denied' : 'message.names-asked';
  throw new ClawReachError(code, 'the machine names no agents', { details: { name }, cause });
}

function showOwn({ reporter }: CommandContext, agents: readonly AgentView[]): void {
  const [head = '', ...rows] = formatTable(
    [
      { title: 'AGENT', least: 6 },
      { title: 'WAITING', align: 'right', least: 7 },
      { title: 'INTAKE', least: 8 },
      { title: 'FOR', least: 10 },
      { title: 'SENDS FROM', least: 10 },
      { title: 'TOKEN FILE', least: 10 },
    ],
    agents.map(({ name, waiting, held, description, builtIn, intake, openclaw, webhook, tokenFile, files, http }) => [
      name,
      held === 0 ? String(waiting) : `${waiting} + ${held} held`,
      intake === 'hold' ? 'hold' : programOf({ openclaw, webhook }),
      description === '' && builtIn ? 'you' : printable(description),
      files === null ? '' : printable(files),
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
