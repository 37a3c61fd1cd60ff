import type { Command } from 'commander';
import * as z from 'zod';
import { APP_CALLS, type AppApiClient, type Workflow } from '#shared/app-api/index.ts';
import { isHarmlessMethod } from '#shared/openclaw/prompts/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

type AddOptions = CommonOptions & Readonly<{ prompt: string; description?: string; gateway?: string }>;

export const addWorkflows: Registration = (program, run) => {
  const workflows: Command = addCommand(program, 'workflows', 'what peers may start by name at the gateways here', {
    description:
      'Workflows of this device: prompts with places `{{name}}`, or methods of a gateway, that a peer with the right `prompt` starts by name. ' +
      'Without a command, as `workflows list`.',
    examples: [
      ['clawreach workflows add deploy --prompt "Deploy {{branch}}"', ''],
      ['clawreach workflows list --json > flows.json', 'what `workflows set` reads'],
      ['clawreach workflows set flows.json', 'in the place of all there are'],
    ],
  }).action((options: CommonOptions) => run(options, listWorkflows));
  const below: Run = (options, work) => run({ ...workflows.opts<CommonOptions>(), ...options }, work);
  addCommand(workflows, 'list', 'the workflows of this device', {
    examples: [['clawreach workflows list --json', '']],
  }).action((options: CommonOptions) => below(options, listWorkflows));
  addCommand(workflows, 'set', 'take the workflows from a file', {
    examples: [['clawreach workflows set flows.json', '']],
  })
    .argument('<file>', 'JSON, as `workflows list --json` prints it')
    .action((file: string, options: CommonOptions) =>
      below(options, async (context) => {
        const wanted = read(await context.host.readText(file));
        await save(context, await ensureAgent(context), wanted);
      }),
    );
  addCommand(workflows, 'add', 'add a prompt, or change the one of that name', {
    examples: [['clawreach workflows add deploy --prompt "Deploy {{branch}}"', '']],
  })
    .argument('<name>', 'what a peer says to start it: letters, digits, . _ -')
    .requiredOption('--prompt <template>', 'the prompt; {{name}} is a place for a value')
    .option('--description <text>', 'what it is for')
    .option('--gateway <name>', 'the gateway that gets it')
    .action((name: string, options: AddOptions) =>
      below(options, async (context) => {
        const client = await ensureAgent(context);
        const added = {
          name,
          description: options.description ?? '',
          gateway: options.gateway ?? null,
          action: { kind: 'prompt', template: options.prompt },
        };
        const others = (await client.call('workflows.list', {})).filter((workflow) => workflow.name !== name);
        await save(context, client, check([...others, added]));
      }),
    );
  addCommand(workflows, 'remove', 'take one away', { examples: [['clawreach workflows remove deploy', '']] })
    .argument('<name>', 'its name')
    .action((name: string, options: CommonOptions) =>
      below(options, async (context) => {
        const client = await ensureAgent(context);
        const all = await client.call('workflows.list', {});
        const others = all.filter((workflow) => workflow.name !== name);
        if (others.length === all.length) throw wrong(`There is no workflow "${printable(name)}".`);
        await save(context, client, others);
      }),
    );
};

async function listWorkflows(context: CommandContext): Promise<void> {
  const client = await ensureAgent(context);
  show(context, await client.call('workflows.list', {}));
}

async function save(context: CommandContext, client: AppApiClient, workflows: Workflow[]): Promise<void> {
  const saved = await client.call('workflows.set', { workflows });
  show(context, saved);
  for (const { name, action } of saved)
    if (action.kind === 'method' && !isHarmlessMethod(action.method))
      context.reporter.note(
        `${printable(name)} calls ${printable(action.method)}, which changes things at the gateway: every peer with the right prompt can start it.`,
      );
}

function show({ reporter }: CommandContext, workflows: readonly Workflow[]): void {
  reporter.document(workflows);
  if (workflows.length === 0)
    reporter.lines('There are no workflows. `clawreach workflows add NAME --prompt TEXT` adds one.');
  else
    reporter.lines(
      ...workflows.map(({ name, action, description }) =>
        [
          printable(name),
          printable(action.kind === 'prompt' ? action.template.replaceAll('\n', ' ') : `calls ${action.method}`),
          printable(description),
        ]
          .filter((text) => text !== '')
          .join('  '),
      ),
    );
}

function read(text: string): Workflow[] {
  try {
    return check(JSON.parse(text));
  } catch (error) {
    throw error instanceof UsageError ? error : wrong('The file is not JSON.');
  }
}

/** Validates workflows read from a file. @throws {UsageError} `usage.workflow` */
function check(value: unknown): Workflow[] {
  const checked = APP_CALLS['workflows.set'].input.safeParse({ workflows: value });
  if (!checked.success) throw wrong(z.prettifyError(checked.error).split('\n').map(printable).join(' '));
  return checked.data.workflows;
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.workflow', reason, { details: { reason } });
}
