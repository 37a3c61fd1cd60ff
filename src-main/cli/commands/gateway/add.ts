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
  isReadableOnTheWay,
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

type Place = Readonly<{ endpoint: GatewayEndpoint; name: string | null; draft: GatewayDraft | undefined }>;

export const addGatewayAdd: Registration = (gateway, run) => {
  const command = addCommand(gateway, 'add', 'add a gateway: by its address, or what its operator has handed over', {
    description: [
      'Add a gateway by its address, or by a setup code, an oc-pair:// link or a join link. A setup code is good for one use; `-` asks for it, ' +
        'or reads it from the standard input, so that no other user of this machine sees it.',
      '',
      'Nothing is sent before its certificate is trusted. Then the gateway has to approve this device; that goes on by itself.',
    ].join('\n'),
    examples: [
      ['clawreach gateway add wss://gateway.example:18789', 'asks for the token'],
      ['clawreach gateway add 10.0.0.4 --token-file token.txt', 'the usual port, with TLS'],
      ['clawreach gateway add 10.0.0.4 --password', 'asks for the password instead'],
      ['clawreach gateway add -', 'asks for a setup code or link of its operator; this machine becomes a node'],
      ['clawreach gateway add 10.0.0.4 --node --read-only', 'looks, and is a node'],
    ],
  }).argument('<place>', 'address; - asks for a setup code or link, or reads it from the standard input');
  addSecretOptions(addGatewayOptions(command)).action((place: string, options: AddOptions) =>
    run(options, async (context) => {
      if (place === '-' && readsInput(options))
        throw new UsageError('usage.gateway-token', 'the standard input can be one of them', {
          details: { reason: 'The standard input is read once, for the place', variable: 'CLAWREACH_GATEWAY_TOKEN' },
        });
      const text = await readCodeInput(context, {
        argument: place,
        question: 'Address, setup code or link:',
        command: 'clawreach gateway add -',
        // Malformed text is reported where it is parsed.
        isSecret: (given) => isSecret(given),
      });
      return await addGateway(context, text ?? '', options);
    }),
  );
};

export const addGatewayImport: Registration = (gateway, run) => {
  const command = addCommand(
    gateway,
    'import',
    'add the gateway that a former node.json or the settings of OpenClaw name',
    {
      examples: [
        ['clawreach gateway import ~/.openclaw/node.json', 'this machine becomes its node'],
        ['clawreach gateway import openclaw.json --node', 'be its operator, and a node of it'],
      ],
    },
  ).argument('<file>', 'node.json of former versions, or an openclaw.json in remote mode; - for the standard input');
  addSecretOptions(addGatewayOptions(command)).action((file: string, options: AddOptions) =>
    run(options, async (context) => {
      const text = file === '-' ? await readStandardInput(context) : await context.host.readText(file);
      requireFile(text, file);
      return await addGateway(context, text, options, { createsProfile: false });
    }),
  );
};

/** Rejects text that isn't an OpenClaw file. Any word in it, such as this machine's name, could otherwise be dialled as an address. */
function requireFile(text: string, file: string): void {
  const { kind } = readGatewayText(text);
  if (kind === 'file' || kind === 'setup') return;
  throw new UsageError('usage.file', 'no file of OpenClaw', {
    details: {
      path: file === '-' ? 'The standard input' : printable(file),
      reason: 'it is no node.json, no openclaw.json and no setup code; `clawreach gateway add` takes an address',
    },
  });
}

function addGatewayOptions(command: Command): Command {
  return command
    .addOption(new Option('--name <name>', 'what to call it here; its host unless given').argParser(parseName))
    .option('--fingerprint <hex>', 'trust exactly this certificate (SHA-256)')
    .option('--node', 'this machine becomes a node of it')
    .option('--operator', 'this device becomes an operator of it, also where the text is for a node')
    .option('--read-only', 'look only: no approvals, no changes')
    .option('--insecure', 'accept that others in the network can read the token, for a gateway without TLS')
    .option('--force', 'save it although it does not answer now');
}

/** Tells whether the text is a setup code or a link, which admit anyone who uses them first; an address isn't a secret. */
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
  const place = await readPlace(context, client, text, kind.kind === 'address' ? kind : undefined);
  const { draft, endpoint } = place;
  const isSetup = draft !== undefined && draft.setupExpiresAt !== null;
  const fingerprint = fingerprintOf(given, draft?.fingerprint ?? null);
  const isReadable = isReadableOnTheWay(endpoint);
  if (isReadable) await acceptPlain(context, endpoint.host, options);
  // A setup code works only once, so the gateway is saved even if it can't be reached now.
  if (!isSetup && options.force !== true) await requireAnswer(context, client, endpoint, fingerprint);
  const isNamed = namesSecret(options);
  const isRead = draft?.hasToken === true && !isNamed;
  const secret = isRead || (isSetup && !isNamed) ? undefined : await readGatewaySecret(context, options, endpoint.host);
  if (secret === undefined && !isRead && !isSetup) throw missingToken();
  const device = (await client.call('status.get', {}, { signal })).device.name;
  const settings: GatewaySettings = {
    name: cleanName(options.name ?? place.name ?? '') || (await freeName(client, endpoint, signal)),
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
 * Connects once, to learn whether a gateway answers.
 * @param expected the fingerprint given by the person
 * @throws {ProblemError} if nothing answers, or the certificate differs; nothing is saved then
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
    'Nothing was saved. Check host, port and network, and that the gateway runs, then add it again; or save it all the same with `--force`.';
  throw new ProblemError(problem.code, problem.details, hint, { isDropped: true });
}

/** Returns the host as the gateway's name, with its port if another gateway already has that name. */
async function freeName(client: AppApiClient, endpoint: GatewayEndpoint, signal: AbortSignal): Promise<string> {
  const { host } = endpoint;
  const known = await client.call('gateways.list', {}, { signal });
  const taken = known.find(({ settings }) => settings.name.toLowerCase() === host.toLowerCase());
  const isElsewhere = taken !== undefined && taken.settings.endpoint.port !== endpoint.port && taken.server !== null;
  return isElsewhere ? endpointAuthority(endpoint) : host;
}

async function readPlace(
  { host }: CommandContext,
  client: AppApiClient,
  text: string,
  address: Readonly<{ endpoint: GatewayEndpoint; name: string | null }> | undefined,
): Promise<Place> {
  if (address !== undefined) return { ...address, draft: undefined };
  const draft = await client.call('gateways.read', { text: text.trim() }, { signal: host.interrupted });
  return { endpoint: draft.endpoint, name: draft.name, draft };
}

/** Chooses between the given fingerprint and that of a setup code. @throws {UsageError} `usage.gateway-fingerprint` if they differ */
function fingerprintOf(given: string | undefined, handed: string | null): string | null {
  if (given !== undefined && handed !== null && given !== handed) {
    throw new UsageError('usage.gateway-fingerprint', 'two fingerprints', { details: { given, shown: handed } });
  }
  return given ?? handed;
}
