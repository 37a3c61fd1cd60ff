import { canJoinAsGuest, type AppApiClient, type CallInput, type RelayStatus } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { parseRelayUrl } from '#node/sockets/index.ts';
import { RelayChoiceError } from '../errors.ts';
import { printable } from '../output/index.ts';
import type { EnvironmentVariables } from '../host/index.ts';
import { namesAdmission, readAdmission } from './admission.ts';
import type { CommandContext, RelayFlags } from './context.ts';

/** Longest wait for the relay connection, ms: dialling, TLS and hello over a bad network. */
const READY_TIMEOUT = 10_000;
/** Number of tokens that a person may try. */
const MAX_ANSWERS = 3;

type Configuration = CallInput<'relay.configure'>;

/** Relay to use, and where that choice came from (PROTOCOL section 7). */
export type RelayChoice =
  | Readonly<{ from: 'option' | 'environment'; url: string }>
  | Readonly<{ from: 'settings'; url: string }>
  | Readonly<{ from: 'nowhere' }>;

/** Chooses the relay: `--relay`, else CLAWREACH_RELAY, else the settings of the profile. */
export function chooseRelay(
  options: RelayFlags,
  variables: EnvironmentVariables,
  configured: string | null,
): RelayChoice {
  if (options.relay !== undefined) return { from: 'option', url: completeUrl(options.relay) };
  const environment = variables['CLAWREACH_RELAY'];
  if (environment) return { from: 'environment', url: completeUrl(environment) };
  return configured === null ? { from: 'nowhere' } : { from: 'settings', url: configured };
}

/** Completes a bare `host` or `host:port` to a secure URL. */
export function completeUrl(text: string): string {
  const trimmed = text.trim();
  if (/^https:\/\//i.test(trimmed)) return trimmed.replace(/^https/i, 'wss');
  return trimmed.includes('://') ? trimmed : `wss://${trimmed}`;
}

export type RelayNeeds = Readonly<{
  /** Longest wait for the connection, ms. */
  timeout?: number;
  /** Accept a relay that doesn't admit this device yet: pairing with a code gets it admitted by the other machine. */
  acceptUnadmitted?: boolean;
}>;

/**
 * Sets up the relay that the command line, environment or settings name, and waits for the connection. On a terminal,
 * asks for a missing URL, token, or trust in a self-signed certificate.
 * @throws {RelayChoiceError} `relay.unset`
 * @throws errors of `relay.configure` and `relay.ready`
 */
export async function ensureRelay(
  context: CommandContext,
  client: AppApiClient,
  options: RelayFlags,
  { timeout = READY_TIMEOUT, acceptUnadmitted = false }: RelayNeeds = {},
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
      if (acceptUnadmitted && error instanceof ClawReachError && canJoinAsGuest(error.code)) return current;
      if (answers >= MAX_ANSWERS) throw error;
      wanted = await complete(context, error, wanted ?? { url: relay.url ?? '' });
    }
  }
}

/**
 * Returns from the relay hosted on this machine to the one used before, and waits for the connection.
 * @throws {RelayChoiceError} `relay.no-before`
 * @throws errors of `relay.ready`; the settings have changed by then, and the agent keeps trying
 */
export async function goBack(context: CommandContext, client: AppApiClient): Promise<RelayStatus> {
  const { relayBefore } = await client.call('status.get', {}, { signal: context.host.interrupted });
  if (relayBefore === undefined) throw new RelayChoiceError('relay.no-before', 'there is no relay to go back to');
  const status = await client.call('relay.goBack', {}, { signal: context.host.interrupted });
  const url = printable(status.url ?? '');
  context.reporter.note(`This device uses ${url} again.`);
  // A paused agent doesn't connect, so there is nothing to wait for.
  return status.state === 'stopped' ? status : await waitUntilReady(context, client, url, READY_TIMEOUT);
}

/** Waits for the connection, and shows the error of the last attempt meanwhile. */
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

/** Returns the configuration for the agent; undefined if its settings already match. */
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

/** Asks the person for what the error says is missing. Throws the error again if no question helps, or no one can be asked. */
async function complete(context: CommandContext, error: unknown, wanted: Configuration): Promise<Configuration> {
  const { prompter, reporter } = context;
  if (!(error instanceof ClawReachError)) throw error;
  const wantsToken = error.code === 'relay.admission' || error.code === 'relay.admission-needed';
  // The environment's token is used only now, since a relay that is already set up doesn't need it.
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

/** Formats a pin in groups of four, eight per line, for comparison. */
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

/** Normalises the spelling of a URL; the agent validates it. */
function canonical(url: string): string {
  try {
    return parseRelayUrl(url, { insecure: true }).url;
  } catch {
    return url;
  }
}
