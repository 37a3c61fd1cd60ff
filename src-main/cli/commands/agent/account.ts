import { InvalidArgumentError, Option } from 'commander';
import type { AccountLinkView, AppApiClient, LinkedAccount } from '#shared/app-api/index.ts';
import { ensureAgent, readCodeInput } from '../../control/index.ts';
import { ProblemError } from '../../errors.ts';
import { formatTime, printable } from '../../output/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Work } from '../registry.ts';

type OpenOptions = CommonOptions & Readonly<{ open: boolean }>;
type LinkOptions = CommonOptions & Readonly<{ address?: string; name?: string }>;

/** Most characters of a machine's name on the relay's page. */
const MOST_NAME = 100;

/** Rights of the account over the project, for the person who decides. It opens nothing: only a device key does. */
const ABLE = [
  'see the machines of this project, and when they are online',
  'bar machines from the project, and remove them',
  'invite people, who can see the machines too',
  'enrol further machines and browsers, which still have to be paired to open anything',
];

/** Consequences for a machine that the relay admits by its accounts only. */
const JOINING = [
  'This relay admits devices of its accounts only. This machine joins a project of the account, whose people can:',
  '  - see this machine, and when it is online',
  '  - ask to be paired with it',
  'The owner can remove it from the project, and from the relay.',
];

const QUESTION = { give: 'Give this project to that account?', join: 'Join a project of that account?' } as const;

/**
 * Registers `clawreach account`, whose commands give the project of this machine to an account at its relay, and take it back. The agent signs that with
 * the device key, after the person has accepted the account.
 */
export const addAccount: Registration = (program, run) => {
  const group = addCommand(program, 'account', "link this machine's project with an account at its relay", {
    description: [
      "Show, link or unlink the account that manages this machine's project at the relay. Only a machine that owns the project can do this; an account " +
        'can never take one.',
      'At a relay that admits devices of its accounts only, `link` lets a new machine join a project of the account instead.',
      'An account lists, invites and bars. It opens nothing: terminals still need a paired machine and your permission.',
    ].join('\n'),
    examples: [
      ['clawreach account', 'the account of this project'],
      ['clawreach account link ABCDE-FGHJK', "with a code from the relay's page; asks first"],
      ['clawreach account unlink', 'takes the project back'],
      ['clawreach account open', 'opens its page in the browser'],
    ],
  }).action((options: CommonOptions) => run(options, show));
  const work = (options: CommonOptions, task: Work): Promise<void> =>
    run({ ...group.opts<CommonOptions>(), ...options }, task);
  addCommand(group, 'link', 'give the project of this machine to an account, or join one of its projects', {
    examples: [
      ['clawreach account link ABCDE-FGHJK', ''],
      ['clawreach account link - --address ada@example.org', 'for scripts: only if the code is that of this account'],
      ['clawreach account link ABCDE-FGHJK --name office', "its name on the relay's page; without it, you are asked"],
    ],
  })
    .argument('<code>', "code from the relay's page; - asks for it, or reads it from standard input")
    .addOption(new Option('--address <address>', "don't ask, if this is the address of the account"))
    .option(
      '--name <name>',
      `name of this machine on the relay's page, which the relay can read, up to ${MOST_NAME} characters; empty for none`,
      parseLabel,
    )
    .action((code: string, options: LinkOptions) => work(options, (context) => link(context, code, options)));
  addCommand(group, 'open', "open the relay's page for accounts in a browser", {
    examples: [['clawreach account open --no-open', 'only prints its address']],
  })
    .option('--no-open', "don't open a browser")
    .action((options: OpenOptions) => work(options, (context) => openPage(context, options)));
  addCommand(group, 'unlink', 'take the project of this machine back from its account', {
    examples: [['clawreach account unlink', '']],
  }).action((options: CommonOptions) => work(options, unlink));
};

/** Parses the name of this machine on the relay's page. Pure. @throws {InvalidArgumentError} if the name is longer than the relay takes */
function parseLabel(text: string): string {
  if (text.length > MOST_NAME) throw new InvalidArgumentError(`Expected at most ${MOST_NAME} characters.`);
  return text;
}

async function show(context: CommandContext): Promise<void> {
  const client = await ensureAgent(context);
  const view = await client.call('account.get', {});
  context.reporter.document(view);
  context.reporter.lines(...describe(view, context.host.clock.now()));
}

/** Opens the relay's page for accounts, where the person signs in. Its address has nothing secret. */
async function openPage(context: CommandContext, { open }: OpenOptions): Promise<void> {
  const { host, reporter } = context;
  const client = await ensureAgent(context);
  const { url } = await client.call('account.dashboard', {}, { signal: host.interrupted });
  if (url === null) throw new ProblemError('account-link.no-page', {});
  reporter.document({ url });
  reporter.lines(url);
  if (open && !(await host.openBrowser(url))) reporter.note('Open this address in a browser.');
}

async function link(context: CommandContext, argument: string, { address, name }: LinkOptions): Promise<number> {
  const { host, prompter, reporter } = context;
  const code = await readCodeInput(context, {
    argument,
    question: "Code from the relay's page:",
    command: 'clawreach account link -',
    // Anyone else who uses it only gives that account a project of their own.
    isSecret: () => false,
  });
  const client = await ensureAgent(context);
  const signal = host.interrupted;
  const { account, relay, joins } = await client.call('account.lookUp', { code: code ?? '' }, { signal });
  reporter.note(
    `Account    ${accountText(account)}`,
    `Relay      ${printable(relay.url)}`,
    `Relay key  ${relay.keyId}  (the page must show the same)`,
    '',
    ...(joins ? JOINING : ['This account will be able to:', ...ABLE.map((able) => `  - ${able}`)]),
    "It can't open terminals here or read them.",
    '',
  );
  if (address === undefined) {
    if (!prompter.available) throw new ProblemError('account-link.unconfirmed', { address: account.address });
    if (!(await prompter.confirm(joins ? QUESTION.join : QUESTION.give))) {
      reporter.note('Nothing was changed. The code still works until it expires.');
      return EXIT.failure;
    }
  } else if (address.trim().toLowerCase() !== account.address.toLowerCase()) {
    throw new ProblemError('account-link.other-account', { address: account.address });
  }
  const label = name ?? (address === undefined ? await askName(context, client) : '');
  const view = await client.call(
    'account.link',
    { code: code ?? '', account, keyId: relay.keyId, ...(label !== '' && { label }) },
    { signal },
  );
  reporter.document(view);
  reporter.lines(
    ...(joins
      ? [`This machine is in a project of ${accountText(account)}.`, 'To pair it with another machine: clawreach pair']
      : [`${accountText(account)} now manages this machine's project.`, 'To take it back: clawreach account unlink']),
  );
  return EXIT.ok;
}

/** Asks for the name of this machine on the relay's page; empty for none. */
async function askName({ prompter, reporter }: CommandContext, client: AppApiClient): Promise<string> {
  const own = printable((await client.call('status.get', {})).device.name).slice(0, MOST_NAME);
  reporter.note(
    '',
    "The people of the project see this machine's name on the relay's page, and the relay can read it.",
  );
  const typed = await prompter.ask(`Name of this machine there (Enter: ${own}; - for none):`);
  return typed === '-' ? '' : typed === '' ? own : typed.slice(0, MOST_NAME);
}

async function unlink(context: CommandContext): Promise<void> {
  const client = await ensureAgent(context);
  const before = await client.call('account.get', {});
  const view = await client.call('account.unlink', {}, { signal: context.host.interrupted });
  context.reporter.document(view);
  const account = before.link?.account;
  context.reporter.lines(
    `This machine's project is yours alone again.${account === undefined ? '' : ` ${accountText(account)} has no access to it.`}`,
  );
}

function describe({ relay, owner, joins, link: linked }: AccountLinkView, now: number): readonly string[] {
  if (relay === null) return ['This machine has no relay. To set one: clawreach config relay wss://HOST:7474'];
  const at = `Relay      ${printable(relay.url)}${relay.keyId === null ? '' : `  (key ${relay.keyId})`}`;
  if (linked !== null)
    return [`Account    ${accountText(linked.account)}`, at, `Linked     ${formatTime(linked.linkedAt, now)}`];
  return [
    'Account    none',
    at,
    owner || joins
      ? "To link one, create a code on the relay's page, then: clawreach account link CODE"
      : 'Only a machine that owns a project at the relay can link it, while it is online.',
  ];
}

function accountText({ name, address }: LinkedAccount): string {
  return name === '' ? printable(address) : `${printable(name)} <${printable(address)}>`;
}
