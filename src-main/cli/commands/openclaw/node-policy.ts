import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { NODE_POLICIES, type AppApiClient, type NodePolicy } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { printableInOrder } from '../../output/index.ts';
import { shellWord } from '../machines/peer-format.ts';
import { addCommand, type CommonOptions, type Registration, type Run } from '../registry.ts';

type PolicyOptions = CommonOptions &
  Readonly<{ default?: string; remove?: string; folder?: readonly string[]; removeFolder?: readonly string[] }>;
type AllowOptions = CommonOptions &
  Readonly<{ gateway?: string; any?: boolean; unpinned?: boolean; directory?: string }>;

/** Registers the commands below `clawreach node` that change its policy. */
export const addNodePolicy: Registration = (node, run) => {
  addPolicy(node, run);
  addAllow(node, run);
};

export const POLICY_WORDS: Readonly<Record<NodePolicy['default'], string>> = {
  ask: 'What gateways want to run here asks you first, unless there is a rule for it.',
  deny: 'Gateways may run nothing here but what there is a rule for.',
  allow: 'Gateways may run everything here, without a question.',
};

function addPolicy(node: Command, run: Run): void {
  addCommand(node, 'policy', 'show or set what gateways may run here', {
    examples: [
      ['clawreach node policy', 'what holds now, with all rules'],
      ['clawreach node policy --default deny', 'nothing but what there is a rule for'],
      ['clawreach node policy --remove 3', 'the third rule is gone'],
      ['clawreach node policy --folder /srv/site --folder ~/Documents', 'may be listed, and nothing else'],
    ],
  })
    .option('--default <what>', 'for what there is no rule for: ask, deny, allow')
    .option('--remove <n>', 'takes a rule away, by its number in the list')
    .option('--folder <folder>', 'gateways may list it and all below; may be given again', collect)
    .option('--remove-folder <folder>', 'they may not any more; without folders they may list the home folder', collect)
    .action((options: PolicyOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        let policy = await client.call('node.policy.get', {});
        const wanted = NODE_POLICIES.find((one) => one === options.default);
        if (options.default !== undefined && wanted === undefined)
          throw usage(`--default is one of ${NODE_POLICIES.join(', ')}`);
        const index = options.remove === undefined ? -1 : Number(options.remove) - 1;
        if (options.remove !== undefined && policy.rules[index] === undefined)
          throw usage('there is no rule of that number');
        const absolute = (folder: string): string => resolve(context.host.workingDirectory, folder);
        const gone = new Set((options.removeFolder ?? []).map((folder) => absolute(folder)));
        const unknown = [...gone].find((folder) => !policy.folders.some((known) => resolve(known) === folder));
        if (unknown !== undefined) throw usage(`${unknown} is not among the folders`);
        const added = (options.folder ?? []).map((folder) => absolute(folder));
        if (wanted !== undefined || index >= 0 || gone.size > 0 || added.length > 0)
          policy = await client.call('node.policy.set', {
            policy: {
              ...policy,
              default: wanted ?? policy.default,
              rules: policy.rules.filter((_rule, at) => at !== index),
              folders: [...new Set([...policy.folders, ...added])].filter((folder) => !gone.has(resolve(folder))),
            },
          });
        context.reporter.document(policy);
        const nameOf = await gatewayNames(client);
        context.reporter.lines(
          POLICY_WORDS[policy.default],
          ...policy.rules.map((rule, at) => describeRule(rule, at, nameOf)),
          ...describeFolders(policy.folders),
        );
      }),
    );
}

function describeFolders(folders: readonly string[]): readonly string[] {
  if (folders.length === 0) return ['They may list the home folder and all below.'];
  return ['They may list these folders and all below:', ...folders.map((folder) => `  ${printableInOrder(folder)}`)];
}

/** Collects the values of an option that may be repeated. */
function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

type Names = (id: string) => string;

/** Maps IDs to names of gateways; one that was removed keeps its ID. */
async function gatewayNames(client: AppApiClient): Promise<Names> {
  const names = new Map((await client.call('gateways.list', {})).map(({ id, settings }) => [id, settings.name]));
  return (id) => names.get(id) ?? id;
}

function describeRule(rule: NodePolicy['rules'][number], index: number, nameOf: Names): string {
  const words = rule.arguments === null ? ['(any arguments)'] : rule.arguments.map((word) => shellWord(word));
  const bounds = [
    ...(rule.arguments?.length === 0 ? ['no arguments'] : []),
    ...(rule.name === undefined || isOwnName(rule.program, rule.name) ? [] : [`as ${rule.name}`]),
    ...(rule.directory === undefined ? [] : [`in ${rule.directory}`]),
    ...(rule.gateway === null ? ['all gateways'] : [`gateway ${nameOf(rule.gateway)}`]),
    ...(rule.unpinned === true ? ['whatever it loads'] : []),
    ...((rule.files?.length ?? 0) === 0 ? [] : ['while its files stay as they are']),
    ...(rule.name === undefined ? ['asks again: made by an older version, which checked less'] : []),
  ];
  return printableInOrder(`  ${index + 1}  ${[shellWord(rule.program), ...words].join(' ')}  (${bounds.join(', ')})`);
}

/** Tells whether a name is just the file name of the program, as `uptime` for `/usr/bin/uptime`. */
function isOwnName(program: string, name: string): boolean {
  return name === program || program.endsWith(`/${name}`) || program.endsWith(`\\${name}`);
}

function addAllow(node: Command, run: Run): void {
  addCommand(node, 'allow', 'let gateways run a program without a question', {
    description: [
      'Let gateways run a program without a question: with exactly these arguments, or with --any with whatever arguments.',
      '',
      'A rule holds as long as everything that decides what runs stays as it is. So it covers programs that only read and print (uptime, df, ls), ' +
        'and scripts for sh, bash or python3 -I, by their contents. What can load other files (git, make, node) is asked about each time; --unpinned ' +
        'allows exactly these words in one folder all the same, whatever the command loads there.',
    ].join('\n'),
    examples: [
      ['clawreach node allow uptime', 'with no arguments'],
      ['clawreach node allow --directory /srv/site ./report.sh --month', 'as long as the script stays as it is'],
      [
        'clawreach node allow --unpinned --directory /srv/site git pull --ff-only',
        'exactly this, there, whatever it loads',
      ],
      ['clawreach node allow --any --gateway home uptime', 'whatever its arguments, for one gateway'],
    ],
  })
    .addArgument(new Argument('<program>', 'a name that PATH leads to, or a whole path'))
    .argument('[arguments...]', 'exactly these')
    .option('--any', 'with any arguments')
    .option('--unpinned', 'although it can load other files, whatever they hold')
    .option('--gateway <name>', 'only for this gateway')
    .option('--directory <folder>', 'only in this folder')
    .passThroughOptions()
    .action((name: string, words: readonly string[], options: AllowOptions) =>
      run(options, async (context) => {
        if (options.any === true && words.length > 0) throw usage('--any goes without arguments');
        if (options.any === true && options.unpinned === true) throw usage('--unpinned goes without --any');
        const client = await ensureAgent(context);
        const { directory, gateway } = options;
        const rule = await client.call('node.allow', {
          program: /[/\\]/.test(name) ? resolve(context.host.workingDirectory, name) : name,
          arguments: options.any === true ? null : [...words],
          gateway: gateway ?? null,
          ...(options.unpinned === true ? { unpinned: true } : {}),
          ...(directory === undefined ? {} : { directory: resolve(context.host.workingDirectory, directory) }),
        });
        context.reporter.document(rule);
        context.reporter.lines(
          'Gateways may run this here without a question:',
          describeRule(rule, 0, await gatewayNames(client)).replace(/^ {2}1 {2}/, '  '),
        );
      }),
    );
}

function usage(reason: string): UsageError {
  return new UsageError('usage.command-line', reason, {
    details: { reason: `${reason}.`, help: 'clawreach node --help' },
  });
}
