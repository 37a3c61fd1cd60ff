import type { Command } from 'commander';
import * as z from 'zod';
import { APP_CALLS, type AppApiClient, type Workflow } from '#shared/app-api/index.ts';
import { isHarmlessMethod } from '#shared/openclaw/prompts/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';
import { safeParse } from '#shared/safe-parse.ts';

type AddOptions = CommonOptions & Readonly<{ prompt: string; description?: string; gateway?: string }>;

/**
 * Registers `clawreach workflows`, whose commands list and change the agent's workflows, which other machines may start. One of them reads the
 * workflows from a file. Each one starts an agent if none is running.
 */
export const addWorkflows: Registration = (program, run) => {
  const workflows: Command = addCommand(
    program,
    'workflows',
    'manage the workflows that other machines may start here',
    {
      description:
        'Manage the workflows of this machine. A workflow is a prompt with parameters such as `{{branch}}`, or a method of a gateway. ' +
        'Machines with the permission `prompt` can start it by its name. Without a command, lists them.',
      examples: [
        ['clawreach workflows add deploy --prompt "Deploy {{branch}}"', ''],
        ['clawreach workflows list --json > flows.json', 'saves them in a file'],
        ['clawreach workflows set flows.json', 'replaces all workflows with those in the file'],
      ],
    },
  ).action((options: CommonOptions) => run(options, listWorkflows));
  const below: Run = (options, work) => run({ ...workflows.opts<CommonOptions>(), ...options }, work);
  addCommand(workflows, 'list', 'list the workflows of this machine', {
    examples: [['clawreach workflows list --json', '']],
  }).action((options: CommonOptions) => below(options, listWorkflows));
  addCommand(workflows, 'set', 'replace all workflows with those in a file', {
    examples: [['clawreach workflows set flows.json', '']],
  })
    .argument('<file>', 'JSON file, as `workflows list --json` prints it')
    .action((file: string, options: CommonOptions) =>
      below(options, async (context) => {
        const wanted = read(await context.host.readText(file));
        await save(context, await ensureAgent(context), wanted);
      }),
    );
  addCommand(workflows, 'add', 'add a workflow that sends a prompt, or change one', {
    examples: [['clawreach workflows add deploy --prompt "Deploy {{branch}}"', '']],
  })
    .argument('<name>', 'name of the workflow: letters, digits, . _ -')
    .requiredOption('--prompt <template>', 'the prompt; {{name}} is a parameter')
    .option('--description <text>', 'what it is for')
    .option('--gateway <name>', 'gateway that receives it')
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
  addCommand(workflows, 'remove', 'remove a workflow', { examples: [['clawreach workflows remove deploy', '']] })
    .argument('<name>', 'name of the workflow')
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

/** Sends the workflows to the agent, prints them, and warns about those that change a gateway. */
async function save(context: CommandContext, client: AppApiClient, workflows: Workflow[]): Promise<void> {
  const saved = await client.call('workflows.set', { workflows });
  show(context, saved);
  for (const { name, action } of saved)
    if (action.kind === 'method' && !isHarmlessMethod(action.method))
      context.reporter.note(
        `${printable(name)} calls ${printable(action.method)}, which changes things at the gateway.`,
        'Every machine with the permission `prompt` can start it.',
      );
}

function show({ reporter }: CommandContext, workflows: readonly Workflow[]): void {
  reporter.document(workflows);
  if (workflows.length === 0)
    reporter.lines('No workflows yet. Add one with `clawreach workflows add NAME --prompt TEXT`.');
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

/**
 * Parses a file of workflows.
 * @throws {UsageError} `usage.workflow`
 */
function read(text: string): Workflow[] {
  try {
    return check(JSON.parse(text));
  } catch (error) {
    throw error instanceof UsageError ? error : wrong('The file is not JSON.');
  }
}

/**
 * Validates workflows.
 * @throws {UsageError} `usage.workflow`
 */
function check(value: unknown): Workflow[] {
  const checked = safeParse(APP_CALLS['workflows.set'].input, { workflows: value });
  if (!checked.success) throw wrong(z.prettifyError(checked.error).split('\n').map(printable).join(' '));
  return checked.data.workflows;
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.workflow', reason, { details: { reason } });
}
