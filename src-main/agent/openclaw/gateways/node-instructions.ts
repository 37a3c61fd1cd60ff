import * as z from 'zod';
import type { CallOutput, GatewayEndpoint } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import {
  checkEndpoint,
  colonFingerprint,
  endpointUrl,
  gatewayError,
  isLocalGatewayHost,
  parseEndpoint,
  readSetup,
  sameEndpoint,
  type SeenCertificate,
} from '#shared/openclaw/gateway/index.ts';
import { quoteShellWord } from '#shared/shell-quoting.ts';
import type { GatewayChannel } from './gateway-directory.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Instructions for people, as texts and commands, that make another machine a gateway's node; the answer of the API call `gateways.handover`. */
export type NodeInstructions = CallOutput<'gateways.handover'>;

const setupCodeReply = z.object({
  setupCode: z
    .string()
    .min(1)
    .max(7168)
    .regex(/^[A-Za-z0-9_-]+$/),
  expiresAtMs: z.number().int().optional(),
});

/** Gateway as another machine's node is to reach it. */
type NodeDestination = Readonly<{ name: string; endpoint: GatewayEndpoint; fingerprint: string | null }>;

/**
 * Returns the address for the node's machine; `GatewayManager` calls the functions of this file.
 * @param url address of the gateway from that machine, if it differs from the one used here
 * @throws {GatewayError} `gateway.endpoint-invalid`, `gateway.plain-refused`
 */
export function nodeDestination(destination: NodeDestination, url: string | undefined): NodeDestination {
  if (url === undefined) return destination;
  const endpoint = parseEndpoint(url);
  checkEndpoint(endpoint, null);
  // Without TLS there is nothing to compare.
  return { ...destination, endpoint, fingerprint: endpoint.tls ? destination.fingerprint : null };
}

/**
 * Removes the fingerprint from `destination` if its address differs from `known`, the one used here, and a publicly trusted certificate with another
 * fingerprint answers there: that of a proxy. Keeps it if that address can't be reached from here.
 * @param probe fetches the certificate of an address
 */
export async function withoutProxyFingerprint(
  known: GatewayEndpoint,
  destination: NodeDestination,
  probe: (endpoint: GatewayEndpoint) => Promise<SeenCertificate | undefined>,
): Promise<NodeDestination> {
  if (destination.fingerprint === null || sameEndpoint(known, destination.endpoint)) return destination;
  const seen = await probe(destination.endpoint).catch(() => undefined);
  const isProxy = seen?.trusted === true && seen.fingerprint !== destination.fingerprint;
  return isProxy ? { ...destination, fingerprint: null } : destination;
}

/** Builds the instructions with a setup code, which the gateway creates. @throws {GatewayError} `gateway.scope`, `gateway.request`, … */
export async function instructionsWithSetupCode(
  channel: GatewayChannel,
  destination: NodeDestination,
  options: Readonly<{ url: string | undefined; signal: AbortSignal }>,
): Promise<NodeInstructions> {
  // The address works from here, so it works for others, unless it is a loopback address.
  const isPublic = options.url !== undefined || !isLocalGatewayHost(destination.endpoint.host);
  const params = {
    bootstrapProfile: 'node',
    includeQr: false,
    ...(isPublic ? { publicUrl: endpointUrl(destination.endpoint) } : {}),
  };
  const reply = await channel
    .request('device.pair.setupCode', params, { signal: options.signal })
    .catch((error: unknown) => {
      // The known text for this error asks to change the gateway's settings, but another address is enough.
      if (isPublic || errorCode(error) !== 'gateway.request') throw error;
      throw gatewayError('gateway.handover-local', 'no other machine reaches it there', {}, error);
    });
  const parsed = safeParse(setupCodeReply, reply);
  if (!parsed.success)
    throw gatewayError('gateway.request', 'the setupCodeReply is no setup code', {
      gatewayCode: '',
      detailsCode: '',
      message: 'no setup code',
    });
  const code = withFingerprint(parsed.data.setupCode, destination);
  const link = `oc-pair://${code}`;
  const expiresAt = parsed.data.expiresAtMs ?? null;
  return {
    text: lines([
      `To make a machine a node of ${destination.name}:`,
      '',
      '1. In ClawReach, choose Gateways, Add, and paste this link:',
      `   ${link}`,
      '   or, with OpenClaw alone, run in a terminal of that machine:',
      `   openclaw connect ${link}`,
      '2. It is good for one machine and ten minutes.',
      ...fingerprintLines(destination),
      'Anyone with the link can become a node of this gateway: send it to no one else.',
    ]),
    link,
    command: `openclaw connect ${link}`,
    settings: settingsOf(destination),
    expiresAt,
  };
}

/** Builds the instructions without a setup code: the node's administrator gets the gateway's token in another way. */
export function instructionsWithoutSetupCode(destination: NodeDestination): NodeInstructions {
  const { endpoint, fingerprint, name } = destination;
  const options = [
    ['--host', endpoint.host],
    ['--port', String(endpoint.port)],
    // Always given: without either, OpenClaw uses that machine's settings.
    [endpoint.tls ? '--tls' : '--no-tls'],
    endpoint.path === '/' ? [] : ['--context-path', endpoint.path],
    fingerprint === null ? [] : ['--tls-fingerprint', colonFingerprint(fingerprint)],
  ];
  const words = options.flat().map(quoteShellWord).join(' ');
  const command = `openclaw node run ${words}`;
  return {
    text: lines([
      `To make a machine a node of ${name}:`,
      '',
      `Address: ${endpointUrl(endpoint)}`,
      ...fingerprintLines(destination),
      'Token: on the machine of the gateway, `openclaw config get gateway.auth.token` prints it; hand it over by another way than this text.',
      '',
      `1. In ClawReach, choose Gateways, Add, and type this address${fingerprint === null ? '' : ', the fingerprint'} and the token;`,
      '   or, with OpenClaw alone, with the token in OPENCLAW_GATEWAY_TOKEN:',
      `   ${command}`,
      '   or, as a service that is there after each start of the machine:',
      `   openclaw node install ${words}`,
      '2. The machine waits until it is approved here, twice: the device, then its commands.',
    ]),
    link: null,
    command,
    settings: settingsOf(destination),
    expiresAt: null,
  };
}

/**
 * Settings file for OpenClaw on the node's machine. Leaves out the token, since people pass the file around; OpenClaw reads it from
 * OPENCLAW_GATEWAY_TOKEN.
 */
function settingsOf({ endpoint, fingerprint }: NodeDestination): string {
  const remote = { url: endpointUrl(endpoint), ...(fingerprint === null ? {} : { tlsFingerprint: fingerprint }) };
  return JSON.stringify({ gateway: { mode: 'remote', remote } }, undefined, 2);
}

function fingerprintLines({ fingerprint }: NodeDestination): string[] {
  return fingerprint === null ? [] : [`Fingerprint of its certificate (SHA-256): ${colonFingerprint(fingerprint)}`];
}

/** Adds the fingerprint to a setup code: the gateway omits it unless it knows that it serves the address itself. */
function withFingerprint(code: string, { fingerprint }: NodeDestination): string {
  try {
    const value: unknown = JSON.parse(fromUtf8(fromBase64Url(code)));
    const setup = readSetup(value);
    if (fingerprint === null || setup.fingerprint !== null || !setup.endpoints.every(({ tls }) => tls)) return code;
    return toBase64Url(toUtf8(JSON.stringify({ ...Object(value), tlsFingerprint: fingerprint })));
  } catch {
    return code;
  }
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
