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

/**
 * Registers `clawreach node policy` and `clawreach node allow`, which change the agent's rules for programs that
 * gateways run here. Each one starts an agent if none is running.
 */
export const addNodePolicy: Registration = (node, run) => {
  addPolicy(node, run);
  addAllow(node, run);
};

/** Meanings of the policies, for output. */
export const POLICY_WORDS: Readonly<Record<NodePolicy['default'], string>> = {
  ask: "When a gateway wants to run a program here, you're asked first, unless a rule allows it.",
  deny: "Gateways can run only what a rule allows. You aren't asked.",
  allow: "Gateways can run everything here. You aren't asked.",
};

function addPolicy(node: Command, run: Run): void {
  addCommand(node, 'policy', 'show or set what gateways may run here', {
    examples: [
      ['clawreach node policy', 'show the settings and all rules'],
      ['clawreach node policy --default deny', 'only what a rule allows'],
      ['clawreach node policy --remove 3', 'removes the third rule'],
      ['clawreach node policy --folder /srv/site --folder ~/Documents', 'gateways can list only these folders'],
    ],
  })
    .option('--default <what>', 'what to do if no rule applies: ask, deny, allow')
    .option('--remove <n>', 'remove a rule, by its number in the list')
    .option('--folder <folder>', 'let gateways list this folder and everything in it; can be repeated', collect)
    .option('--remove-folder <folder>', 'stop that; if no folder is left, they can list your home folder', collect)
    .action((options: PolicyOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        let policy = await client.call('node.policy.get', {});
        const wanted = NODE_POLICIES.find((one) => one === options.default);
        if (options.default !== undefined && wanted === undefined)
          throw usage(`--default must be one of ${NODE_POLICIES.join(', ')}`);
        const index = options.remove === undefined ? -1 : Number(options.remove) - 1;
        if (options.remove !== undefined && policy.rules[index] === undefined)
          throw usage('There is no rule with that number');
        const absolute = (folder: string): string => resolve(context.host.workingDirectory, folder);
        const gone = new Set((options.removeFolder ?? []).map((folder) => absolute(folder)));
        const unknown = [...gone].find((folder) => !policy.folders.some((known) => resolve(known) === folder));
        if (unknown !== undefined) throw usage(`${unknown} isn't in the list of folders`);
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
  if (folders.length === 0) return ['They can list your home folder and everything in it.'];
  return [
    'They can list these folders and everything in them:',
    ...folders.map((folder) => `  ${printableInOrder(folder)}`),
  ];
}

/** Collects the values of an option that may be repeated. */
function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Returns the name of the gateway with that ID. */
type Names = (id: string) => string;

/** Asks the agent for the names of gateways. A removed gateway is shown by its ID. */
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
    ...((rule.files?.length ?? 0) === 0 ? [] : ['while its files are unchanged']),
    ...(rule.name === undefined ? ['asks again: created by an older version with fewer checks'] : []),
  ];
  return printableInOrder(`  ${index + 1}  ${[shellWord(rule.program), ...words].join(' ')}  (${bounds.join(', ')})`);
}

/** Tells whether a name is only the file name of the program, such as `uptime` for `/usr/bin/uptime`. */
function isOwnName(program: string, name: string): boolean {
  return name === program || program.endsWith(`/${name}`) || program.endsWith(`\\${name}`);
}

function addAllow(node: Command, run: Run): void {
  addCommand(node, 'allow', 'let gateways run a program without asking', {
    description: [
      'Let gateways run a program without asking: with exactly these arguments, or with --any with any arguments.',
      '',
      'A rule applies as long as the program and its files are unchanged. So it works for programs that only read and print (uptime, df, ls), ' +
        "and for scripts run by sh, bash or python3 -I. For programs that can load other files (git, make, node), you're asked each time. " +
        'With --unpinned, exactly this command line is allowed in one folder anyway, whatever it loads there.',
    ].join('\n'),
    examples: [
      ['clawreach node allow uptime', 'with no arguments'],
      ['clawreach node allow --directory /srv/site ./report.sh --month', 'as long as the script is unchanged'],
      [
        'clawreach node allow --unpinned --directory /srv/site git pull --ff-only',
        'exactly this command there, whatever it loads',
      ],
      ['clawreach node allow --any --gateway home uptime', 'with any arguments, for one gateway'],
    ],
  })
    .addArgument(new Argument('<program>', 'a name that is found in PATH, or a full path'))
    .argument('[arguments...]', 'exactly these arguments')
    .option('--any', 'with any arguments')
    .option('--unpinned', 'even if it can load other files, whatever they contain')
    .option('--gateway <name>', 'only for this gateway')
    .option('--directory <folder>', 'only in this folder')
    .passThroughOptions()
    .action((name: string, words: readonly string[], options: AllowOptions) =>
      run(options, async (context) => {
        if (options.any === true && words.length > 0) throw usage("--any can't be used with arguments");
        if (options.any === true && options.unpinned === true)
          throw usage("--unpinned and --any can't be used together");
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
          'Gateways can run this here without asking:',
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
