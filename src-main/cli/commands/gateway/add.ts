import { Option, type Command } from 'commander';
import {
  NODE_CAPABILITIES,
  type AppApiClient,
  type GatewayDraft,
  type GatewayEndpoint,
  type GatewaySettings,
} from '#shared/app-api/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import {
  endpointAuthority,
  isReadableInTransit,
  parseFingerprint,
  readGatewayText,
} from '#shared/openclaw/gateway/index.ts';
import { ensureAgent, readCodeInput, readStandardInput } from '../../control/index.ts';
import { ProblemError, UsageError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import { acceptPlain } from './accept-plain.ts';
import {
  addSecretOptions,
  missingToken,
  namesSecret,
  readsInput,
  readGatewaySecret,
  type SecretOptions,
} from './secret.ts';
import { waitForGateway } from './wait.ts';
import { reportGateway } from './report.ts';
import { addCommand, parseName, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type AddOptions = CommonOptions &
  SecretOptions &
  Readonly<{
    name?: string;
    fingerprint?: string;
    node?: boolean;
    operator?: boolean;
    readOnly?: boolean;
    insecure?: boolean;
    force?: boolean;
  }>;

/**
 * Address of a new gateway, and a name for it. `draft` is the content of a setup code, link or file, as the agent has
 * parsed it; undefined for a plain address.
 */
type Location = Readonly<{ endpoint: GatewayEndpoint; name: string | null; draft: GatewayDraft | undefined }>;

/**
 * Registers `clawreach gateway add`, which saves a gateway in the agent, waits until the agent has connected to it, and
 * asks about its certificate. Reads secrets from a file, standard input, the environment or a question. Starts an agent
 * if none is running.
 */
export const addGatewayAdd: Registration = (gateway, run) => {
  const command = addCommand(gateway, 'add', 'add a gateway by its address, a setup code or a link', {
    description: [
      'Add a gateway by its address, a setup code, an oc-pair:// link or a join link. Setup codes and links are secret, so give `-`: then you are ' +
        'asked, or the text is read from standard input, and other users of this machine cannot see it.',
      '',
      "Nothing is sent before you trust the gateway's certificate. After that, the gateway's administrator approves this machine, and ClawReach " +
        'continues automatically.',
    ].join('\n'),
    examples: [
      ['clawreach gateway add wss://gateway.example:18789', 'asks for the token'],
      ['clawreach gateway add 10.0.0.4 --token-file token.txt', 'the default port, with TLS'],
      ['clawreach gateway add 10.0.0.4 --password', 'asks for the password instead'],
      ['clawreach gateway add -', 'asks for a setup code or link; makes this machine a node'],
      ['clawreach gateway add 10.0.0.4 --node --read-only', 'view only, and this machine is a node'],
    ],
  }).argument('<address>', 'address of the gateway; - asks for a setup code or link, or reads it from standard input');
  addSecretOptions(addGatewayOptions(command)).action((location: string, options: AddOptions) =>
    run(options, async (context) => {
      if (location === '-' && readsInput(options))
        throw new UsageError('usage.gateway-token', 'the standard input can be one of them', {
          details: {
            reason: 'Standard input is already used for the setup code or link',
            variable: 'CLAWREACH_GATEWAY_TOKEN',
          },
        });
      const text = await readCodeInput(context, {
        argument: location,
        question: 'Address, setup code or link:',
        command: 'clawreach gateway add -',
        // Malformed text is reported where it is parsed.
        isSecret: (given) => isSecret(given),
      });
      return await addGateway(context, text ?? '', options);
    }),
  );
};

/**
 * Registers `clawreach gateway import`, which reads a node.json or openclaw.json and adds the gateway that it names, as
 * `gateway add` does.
 */
export const addGatewayImport: Registration = (gateway, run) => {
  const command = addCommand(gateway, 'import', 'add the gateway named in a node.json or in the settings of OpenClaw', {
    examples: [
      ['clawreach gateway import ~/.openclaw/node.json', 'makes this machine its node'],
      ['clawreach gateway import openclaw.json --node', 'makes this machine an operator and a node'],
    ],
  }).argument('<file>', 'node.json of an earlier version, or openclaw.json in remote mode; - reads standard input');
  addSecretOptions(addGatewayOptions(command)).action((file: string, options: AddOptions) =>
    run(options, async (context) => {
      const text = file === '-' ? await readStandardInput(context) : await context.host.readText(file);
      requireFile(text, file);
      return await addGateway(context, text, options, { createsProfile: false });
    }),
  );
};

/**
 * Rejects text that isn't a node.json, an openclaw.json or a setup code. Otherwise other text would be taken for
 * an address and dialed.
 * @throws {UsageError} `usage.file`
 */
function requireFile(text: string, file: string): void {
  const { kind } = readGatewayText(text);
  if (kind === 'file' || kind === 'setup') return;
  throw new UsageError('usage.file', 'no file of OpenClaw', {
    details: {
      path: file === '-' ? 'standard input' : printable(file),
      reason: "It isn't a node.json, an openclaw.json or a setup code. For an address, use `clawreach gateway add`",
    },
  });
}

function addGatewayOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--name <name>', 'name for the gateway on this machine (default: its host)').argParser(parseName),
    )
    .option('--fingerprint <hex>', 'trust only the certificate with this fingerprint (SHA-256)')
    .option('--node', 'make this machine a node of the gateway')
    .option('--operator', 'make this machine an operator of the gateway, even if the code or link is for a node')
    .option('--read-only', 'view only: no approvals, no changes')
    .option('--insecure', 'send the token unencrypted to a gateway without TLS; others on the network can read it')
    .option('--force', "save it even if it doesn't answer now");
}

/** Tells whether the text is a setup code or link. Anyone who reads one can use it; an address isn't a secret. */
function isSecret(text: string): boolean {
  try {
    return readGatewayText(text).kind !== 'address';
  } catch {
    return false;
  }
}

async function addGateway(
  context: CommandContext,
  text: string,
  options: AddOptions,
  { createsProfile = true }: Readonly<{ createsProfile?: boolean }> = {},
): Promise<number> {
  const given = options.fingerprint === undefined ? undefined : parseFingerprint(options.fingerprint);
  // Reject malformed text before anything is started or asked.
  const kind = readGatewayText(text);
  const client = await ensureAgent(context, { createsProfile });
  const signal = context.host.interrupted;
  const location = await readLocation(context, client, text, kind.kind === 'address' ? kind : undefined);
  const { draft, endpoint } = location;
  const isSetup = draft !== undefined && draft.setupExpiresAt !== null;
  const fingerprint = fingerprintOf(given, draft?.fingerprint ?? null);
  const isReadable = isReadableInTransit(endpoint);
  if (isReadable) await acceptPlain(context, endpoint.host, options);
  // A setup code works only once, so the gateway is saved even if it can't be reached now.
  if (!isSetup && options.force !== true) await requireAnswer(context, client, endpoint, fingerprint);
  const isNamed = namesSecret(options);
  const isRead = draft?.hasToken === true && !isNamed;
  const secret = isRead || (isSetup && !isNamed) ? undefined : await readGatewaySecret(context, options, endpoint.host);
  if (secret === undefined && !isRead && !isSetup) throw missingToken();
  const device = (await client.call('status.get', {}, { signal })).device.name;
  const settings: GatewaySettings = {
    name: cleanName(options.name ?? location.name ?? '') || (await freeName(client, endpoint, signal)),
    endpoint,
    fingerprint: endpoint.tls ? fingerprint : null,
    operator: {
      enabled:
        options.operator === true || (draft?.role !== 'node' && (secret !== undefined || draft?.hasToken === true)),
      access: options.readOnly === true ? 'read-only' : 'full',
    },
    node: {
      enabled: options.node === true || draft?.role === 'node',
      name: cleanName(draft?.nodeName ?? device) || 'node',
      capabilities: [...NODE_CAPABILITIES],
    },
  };
  const added = await client.call(
    'gateways.add',
    {
      settings,
      ...secret,
      ...(isReadable ? { acceptPlain: true } : {}),
      ...(draft === undefined ? {} : { draft: draft.draft }),
    },
    { signal },
  );
  return await reportGateway(context, client, await waitForGateway(context, client, added.id));
}

/**
 * Tells the agent to connect once, without a token, and rejects a gateway that doesn't answer.
 * @param expected the fingerprint that the person gave
 * @throws {ProblemError} if nothing answers; nothing is saved then
 * @throws {UsageError} `usage.gateway-fingerprint` if the gateway has another certificate
 */
async function requireAnswer(
  context: CommandContext,
  client: AppApiClient,
  endpoint: GatewayEndpoint,
  expected: string | null,
): Promise<void> {
  const { problem, reachable, fingerprint } = await client.call(
    'gateways.probe',
    { endpoint },
    { signal: context.host.interrupted },
  );
  if (expected !== null && fingerprint !== null && expected !== fingerprint)
    throw new UsageError('usage.gateway-fingerprint', 'another certificate', {
      details: { given: expected, shown: fingerprint },
    });
  if (reachable || problem === null) return;
  const hint =
    'Nothing was saved. Check host, port and network, and that the gateway is running, then try again. To save it anyway, add `--force`.';
  throw new ProblemError(problem.code, problem.details, hint, { isDropped: true });
}

/** Returns the host as the gateway's name, or host and port if another gateway already has that name. */
async function freeName(client: AppApiClient, endpoint: GatewayEndpoint, signal: AbortSignal): Promise<string> {
  const { host } = endpoint;
  const known = await client.call('gateways.list', {}, { signal });
  const taken = known.find(({ settings }) => settings.name.toLowerCase() === host.toLowerCase());
  const isElsewhere = taken !== undefined && taken.settings.endpoint.port !== endpoint.port && taken.server !== null;
  return isElsewhere ? endpointAuthority(endpoint) : host;
}

/** Returns the address; a setup code, link or file is parsed by the agent. */
async function readLocation(
  { host }: CommandContext,
  client: AppApiClient,
  text: string,
  address: Readonly<{ endpoint: GatewayEndpoint; name: string | null }> | undefined,
): Promise<Location> {
  if (address !== undefined) return { ...address, draft: undefined };
  const draft = await client.call('gateways.read', { text: text.trim() }, { signal: host.interrupted });
  return { endpoint: draft.endpoint, name: draft.name, draft };
}

/**
 * Returns the fingerprint that the person gave, or else that of the setup code.
 * @throws {UsageError} `usage.gateway-fingerprint` if both exist and differ
 */
function fingerprintOf(given: string | undefined, handed: string | null): string | null {
  if (given !== undefined && handed !== null && given !== handed) {
    throw new UsageError('usage.gateway-fingerprint', 'two fingerprints', { details: { given, shown: handed } });
  }
  return given ?? handed;
}
