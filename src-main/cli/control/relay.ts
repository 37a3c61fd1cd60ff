import { canJoinAsGuest, type AppApiClient, type CallInput, type RelayStatus } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { parseRelayUrl } from '#node/sockets/index.ts';
import { RelayChoiceError } from '../errors.ts';
import { printable } from '../output/index.ts';
import type { Variables } from '../host/index.ts';
import { namesAdmission, readAdmission } from './admission.ts';
import type { CommandContext, RelayFlags } from './context.ts';

/** Dialling, TLS, and the first hello over a bad network, ms. */
const READY_TIMEOUT = 10_000;
/** A person may mistype a token; nobody needs more tries in one go. */
const MOST_ANSWERS = 3;

type Configuration = CallInput<'relay.configure'>;

/** Where the choice of a relay came from (PROTOCOL section 8, "Which relay"). */
export type RelayChoice =
  | Readonly<{ from: 'option' | 'environment'; url: string }>
  | Readonly<{ from: 'settings'; url: string }>
  | Readonly<{ from: 'nowhere' }>;

/** `--relay`, else CLAWREACH_RELAY, else the settings of the device. */
export function chooseRelay(options: RelayFlags, variables: Variables, configured: string | null): RelayChoice {
  if (options.relay !== undefined) return { from: 'option', url: completeUrl(options.relay) };
  const environment = variables['CLAWREACH_RELAY'];
  if (environment) return { from: 'environment', url: completeUrl(environment) };
  return configured === null ? { from: 'nowhere' } : { from: 'settings', url: configured };
}

/** A bare `host` or `host:port` means the secure form. */
export function completeUrl(text: string): string {
  const trimmed = text.trim();
  if (/^https:\/\//i.test(trimmed)) return trimmed.replace(/^https/i, 'wss');
  return trimmed.includes('://') ? trimmed : `wss://${trimmed}`;
}

export type RelayNeeds = Readonly<{
  /** How long the connection may take, ms. */
  timeout?: number;
  /** A relay that does not admit this device, not yet or no more, will do: who joins with a code is brought in by the other machine. */
  asGuest?: boolean;
}>;

/**
 * Sets up the relay where something says so, and waits until the connection is up. Asks on a terminal for what is missing: the URL, trust in
 * a certificate of the relay's own, the admission token.
 * @throws {RelayChoiceError} `relay.unset`; errors of `relay.configure` and `relay.ready`
 */
export async function ensureRelay(
  context: CommandContext,
  client: AppApiClient,
  options: RelayFlags,
  { timeout = READY_TIMEOUT, asGuest = false }: RelayNeeds = {},
): Promise<RelayStatus> {
  const { relay } = await client.call('status.get', {}, { signal: context.host.interrupted });
  let wanted = await wantedConfiguration(context, options, relay.url);
  let current = relay;
  for (let answers = 0; ; answers += 1) {
    try {
      if (wanted !== undefined) current = await configure(context, client, wanted);
      if (current.state === 'online') return current;
      return await waitUntilReady(context, client, current.url ?? '', timeout);
    } catch (error) {
      if (asGuest && error instanceof ClawReachError && canJoinAsGuest(error.code)) return current;
      if (answers >= MOST_ANSWERS) throw error;
      wanted = await complete(context, error, wanted ?? { url: relay.url ?? '' });
    }
  }
}

/**
 * From the relay of the application on this machine to the one used before it, and waits until the connection is up.
 * @throws {RelayChoiceError} `relay.no-before`; errors of `relay.ready`: the settings have changed then, and the agent goes on trying
 */
export async function goBack(context: CommandContext, client: AppApiClient): Promise<RelayStatus> {
  const { relayBefore } = await client.call('status.get', {}, { signal: context.host.interrupted });
  if (relayBefore === undefined) throw new RelayChoiceError('relay.no-before', 'there is no relay to go back to');
  const status = await client.call('relay.goBack', {}, { signal: context.host.interrupted });
  const url = printable(status.url ?? '');
  context.reporter.note(`This device uses ${url} again.`);
  // A person has paused it: there is nothing to wait for.
  return status.state === 'stopped' ? status : await waitUntilReady(context, client, url, READY_TIMEOUT);
}

/** With a line that shows what is waited for, and why the last try failed. */
async function waitUntilReady(
  { host, reporter }: CommandContext,
  client: AppApiClient,
  url: string,
  timeout: number,
): Promise<RelayStatus> {
  reporter.progress(`Connecting to the relay ${url}…`);
  const off = client.on('status.changed', ({ relay }) => {
    if (relay.problem === null) return;
    reporter.progress(`Connecting to the relay ${url}… ${commandErrorText(relay.problem, relay.problem).what}`);
  });
  try {
    return await client.call('relay.ready', { timeout }, { signal: host.interrupted });
  } finally {
    off();
    reporter.clearProgress();
  }
}

/** What must be told to the agent, or undefined when its settings are what is wanted. */
async function wantedConfiguration(
  context: CommandContext,
  options: RelayFlags,
  configured: string | null,
): Promise<Configuration | undefined> {
  const { host, prompter } = context;
  const admission = await readAdmission(context, options);
  const choice = chooseRelay(options, host.variables, configured);
  let url: string;
  if (choice.from === 'nowhere') {
    if (!prompter.available) throw new RelayChoiceError('relay.unset', 'no relay is set up');
    url = completeUrl(await prompter.ask('Which relay? (wss://host:7474)'));
  } else {
    url = choice.url;
    const unchanged = configured !== null && sameRelay(url, configured);
    const said = namesAdmission(options) || options.pin !== undefined || options.insecure === true;
    if (unchanged && !said) return undefined;
  }
  return {
    url,
    ...(admission === undefined ? {} : { admission }),
    ...(options.insecure === true ? { insecure: true } : {}),
    ...(options.pin === undefined ? {} : { pin: options.pin }),
    ...(options.force === true ? { force: true } : {}),
  };
}

async function configure(
  context: CommandContext,
  client: AppApiClient,
  configuration: Configuration,
): Promise<RelayStatus> {
  if (configuration.insecure === true) {
    context.reporter.note(
      context.reporter.noteStyle.yellow(
        'Warning: without TLS anybody on the way sees which devices talk and when. What they say stays encrypted.',
      ),
    );
  }
  return client.call('relay.configure', configuration, { signal: context.host.interrupted });
}

/** With what the person adds after this error; throws the error itself when there is nothing to ask, or nobody. */
async function complete(context: CommandContext, error: unknown, wanted: Configuration): Promise<Configuration> {
  const { prompter, reporter } = context;
  if (!(error instanceof ClawReachError)) throw error;
  const wantsToken = error.code === 'relay.admission' || error.code === 'relay.admission-needed';
  // One that is known was not needed before: the settings name this relay already.
  const given = wantsToken && wanted.admission === undefined ? await readAdmission(context, {}) : undefined;
  if (given !== undefined) return { ...wanted, admission: given };
  if (!prompter.available) throw error;
  if (wantsToken) {
    reporter.note(
      error.code === 'relay.admission-needed' || wanted.admission === undefined
        ? 'This relay admits new devices with a token; it is printed where the relay was started.'
        : 'The relay does not accept this token.',
    );
    const admission = (await prompter.askSecret('Admission token:')).trim();
    if (admission === '') throw error;
    return { ...wanted, admission };
  }
  const pin = error.details['pin'];
  if (error.code !== 'relay.untrusted' || typeof pin !== 'string') throw error;
  reporter.note(
    `The relay ${wanted.url} has a certificate of its own, which no authority vouches for. Its pin is`,
    '',
    ...groupPin(pin).map((line) => `    ${reporter.noteStyle.bold(line)}`),
    '',
    'Compare it with the pin that the relay printed when it was started.',
  );
  if (!(await prompter.confirm('Is it the same?'))) throw error;
  return { ...wanted, pin };
}

/** Groups of four, eight to a line: how people compare. */
function groupPin(pin: string): readonly string[] {
  const groups =
    pin
      .replaceAll(/[^0-9a-f]/gi, '')
      .toLowerCase()
      .match(/.{1,4}/g) ?? [];
  const lines: string[] = [];
  for (let index = 0; index < groups.length; index += 8) lines.push(groups.slice(index, index + 8).join(' '));
  return lines;
}

function sameRelay(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

/** The agent judges what is a URL; here only the two spellings matter. */
function canonical(url: string): string {
  try {
    return parseRelayUrl(url, { insecure: true }).url;
  } catch {
    return url;
  }
}
