import { parseRelayUrl, pinLines } from '#shared/relay-dialer/index.ts';
import { canJoinUnadmitted, type AppApiClient, type CallInput, type RelayStatus } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { RelayChoiceError } from '../errors.ts';
import { printable } from '../output/index.ts';
import type { EnvironmentVariables } from '../host/index.ts';
import { namesAdmission, readAdmission } from './admission.ts';
import type { CommandContext, RelayFlags } from './context.ts';

/** Longest wait for the relay connection, ms. */
const READY_TIMEOUT = 10_000;
/** Number of answers that a person may give, such as tokens. */
const MAX_ANSWERS = 3;

/** Codes whose texts say that nothing was changed, or that the command line is wrong. */
const SAY_UNCHANGED: ReadonlySet<string> = new Set([
  'relay.not-changed',
  'relay.other-pin',
  'relay.url',
  'relay.insecure-url',
  'relay.pin',
]);

/** Codes of a relay that can be set all the same, besides those of one that doesn't admit this device. */
const CAN_BE_FORCED: ReadonlySet<string> = new Set(['relay.not-changed', 'relay.admission']);

/** Settings of the relay, as the agent takes them. */
type Configuration = CallInput<'relay.configure'>;

/** URL of the relay to use, and the source it was taken from; `nowhere` if no source names one. */
export type RelayChoice =
  | Readonly<{ from: 'option' | 'environment'; url: string }>
  | Readonly<{ from: 'settings'; url: string }>
  | Readonly<{ from: 'nowhere' }>;

/**
 * Chooses the relay: `--relay`, else CLAWREACH_RELAY, else the settings. Pure.
 * @param configured URL in the settings of the profile
 */
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

/** Completes `host` or `host:port` to a `wss://` URL. Pure. */
export function completeUrl(text: string): string {
  const trimmed = text.trim();
  if (/^https:\/\//i.test(trimmed)) return trimmed.replace(/^https/i, 'wss');
  return trimmed.includes('://') ? trimmed : `wss://${trimmed}`;
}

/** Demands of a command on the relay. */
export type RelayNeeds = Readonly<{
  /** Longest wait for the connection, ms. */
  timeout?: number;
  /**
   * True to continue although the relay doesn't admit this device yet, since the machine that it pairs with admits it.
   */
  acceptUnadmitted?: boolean;
  /** Tries to do without the relay of the settings if that doesn't admit this device, before a token is asked for. */
  reachWithout?: () => Promise<boolean>;
}>;

/**
 * Makes the agent use the relay that the command line, environment or settings name, and waits until it is connected. Used by commands that accept
 * `--relay`. In a terminal, asks for a missing URL or token, and whether to trust a self-signed certificate. The agent stores the settings.
 * @returns the state of the relay connection
 * @throws {RelayChoiceError} `relay.unset`
 * @throws errors of the calls `relay.configure` and `relay.ready`
 */
export async function ensureRelay(
  context: CommandContext,
  client: AppApiClient,
  options: RelayFlags,
  { timeout = READY_TIMEOUT, acceptUnadmitted = false, reachWithout }: RelayNeeds = {},
): Promise<RelayStatus> {
  const { relay } = await client.call('status.get', {}, { signal: context.host.interrupted });
  const asked = await wantedConfiguration(context, options, relay.url);
  // A relay that works is given up only for one that works too, unless the other machine brings this one in.
  const careful = options.force === true || acceptUnadmitted ? {} : ({ onlyIfAdmitted: true } as const);
  let wanted = asked === undefined ? undefined : { ...asked, ...careful };
  let current = relay;
  // Only what this call has stored is said to be set: the agent takes no setting that it refuses.
  let stored: string | undefined;
  for (let answers = 0; ; answers += 1) {
    try {
      if (wanted !== undefined) {
        current = await configure(context, client, wanted);
        stored = current.url ?? wanted.url;
      }
      if (current.state === 'online') return current;
      return await waitUntilReady(context, client, current.url ?? '', timeout);
    } catch (error) {
      context.reporter.clearProgress();
      const isRefused = error instanceof ClawReachError && canJoinUnadmitted(error.code);
      if (isRefused && acceptUnadmitted) return current;
      try {
        // A token that is there already is used at once.
        const isWithout = isRefused && wanted === undefined && (await readAdmission(context, {})) === undefined;
        if (isWithout && (await reachWithout?.()) === true) return current;
        if (answers >= MAX_ANSWERS) throw error;
        wanted = await complete(context, error, wanted ?? { url: relay.url ?? '' });
      } catch (final) {
        const kept =
          stored === undefined ? unchangedText(final, wanted, relay.url) : await explainKept(client, stored, relay.url);
        context.reporter.note(...kept);
        throw final;
      }
    }
  }
}

/**
 * Makes the agent return from the relay hosted on this machine to the one used before, and waits until it is connected.
 * Used by `config relay --back`.
 * @throws {RelayChoiceError} `relay.no-before`
 * @throws errors of the call `relay.ready`; the settings have changed by then, and the agent keeps trying
 */
export async function goBack(context: CommandContext, client: AppApiClient): Promise<RelayStatus> {
  const { relayBefore } = await client.call('status.get', {}, { signal: context.host.interrupted });
  if (relayBefore === undefined) throw new RelayChoiceError('relay.no-before', 'there is no relay to go back to');
  const status = await client.call('relay.goBack', {}, { signal: context.host.interrupted });
  const url = printable(status.url ?? '');
  context.reporter.note(`This machine uses ${url} again.`);
  // A paused agent doesn't connect, so there is nothing to wait for.
  return status.state === 'stopped' ? status : await waitUntilReady(context, client, url, READY_TIMEOUT);
}

/** Makes the agent use no relay. Used by `config relay none`. */
export function leaveRelay({ host }: CommandContext, client: AppApiClient): Promise<RelayStatus> {
  return client.call('relay.leave', {}, { signal: host.interrupted });
}

/** Waits until the relay is connected. Shows the error of the last attempt meanwhile. */
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

/** Returns the settings to send to the agent; undefined if the agent already has them. */
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
    url = completeUrl(await prompter.ask('Relay address (for example wss://host:7474):'));
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
        'Warning: without TLS, anyone on the network in between sees which machines connect, and when. The content stays encrypted.',
      ),
    );
  }
  context.reporter.progress(`Connecting to the relay ${printable(configuration.url)}…`);
  return await client.call('relay.configure', configuration, { signal: context.host.interrupted });
}

/**
 * Adds to the settings what an error says is missing, by asking the person. Throws the error if no answer could solve
 * it, or if there is no terminal to ask in.
 */
async function complete<T extends Configuration>(context: CommandContext, error: unknown, wanted: T): Promise<T> {
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
        ? 'This relay needs an admission token from a new machine. The relay printed it when it started.'
        : "The relay doesn't accept this token.",
    );
    const admission = (await prompter.askSecret('Admission token:')).trim();
    if (admission === '')
      throw wanted.admission === undefined
        ? new ClawReachError('relay.admission-needed', 'no token was entered', { details: error.details })
        : error;
    return { ...wanted, admission };
  }
  const pin = error.details['pin'];
  if (error.code !== 'relay.untrusted' || typeof pin !== 'string') throw error;
  reporter.note(
    `The relay ${wanted.url} has its own certificate, which no authority signed. Its pin is:`,
    '',
    ...pinLines(pin, 8).map((line) => `    ${reporter.noteStyle.bold(line)}`),
    '',
    'Compare it with the pin that the relay printed when it started, or that `clawreach config` shows on a machine that uses it.',
  );
  if (!(await prompter.confirm('Do they match?'))) throw error;
  return { ...wanted, pin };
}

/** Says that a relay that doesn't work was stored, and how to undo that. @param before URL of the relay used until now; null: none */
async function explainKept(client: AppApiClient, url: string, before: string | null): Promise<readonly string[]> {
  const undo = before === null || sameRelay(before, url) ? 'none' : printable(before);
  const { relay } = await client.call('status.get', {});
  const goesOn =
    relay.state === 'failed'
      ? `ClawReach doesn't retry by itself. To try again: \`clawreach config relay ${printable(url)}\``
      : 'ClawReach keeps trying.';
  return [
    `This machine's relay is set to ${printable(url)}, although it doesn't work yet. ${goesOn}`,
    `To undo this: \`clawreach config relay ${undo}\``,
  ];
}

/** Says that the relay in use stays, if another was to be set and the error doesn't say so, and how to set the other one anyway. */
function unchangedText(error: unknown, wanted: Configuration | undefined, before: string | null): readonly string[] {
  if (before === null || wanted === undefined || sameRelay(wanted.url, before)) return [];
  if (!(error instanceof ClawReachError)) return [];
  const { code } = error;
  const url = printable(wanted.url);
  return [
    ...(SAY_UNCHANGED.has(code) ? [] : [`This machine still uses ${printable(before)}.`]),
    ...(canJoinUnadmitted(code) || CAN_BE_FORCED.has(code)
      ? [`To set the new one anyway: \`clawreach config relay ${url} --force\``]
      : []),
  ];
}

function sameRelay(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

/** Normalises the spelling of a URL, to compare two. The agent validates it. */
function canonical(url: string): string {
  try {
    return parseRelayUrl(url, { insecure: true }).url;
  } catch {
    return url;
  }
}
