import * as z from 'zod';
import type { CallOutput, GatewayEndpoint } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import {
  checkEndpoint,
  colonFingerprint,
  endpointUrl,
  gatewayError,
  isLoopbackHost,
  parseEndpoint,
  readSetup,
  sameEndpoint,
  type SeenCertificate,
} from '#shared/openclaw/gateway/index.ts';
import type { GatewayChannel } from './types.ts';

export type Handover = CallOutput<'gateways.handover'>;

const answer = z.object({
  setupCode: z
    .string()
    .min(1)
    .max(7168)
    .regex(/^[A-Za-z0-9_-]+$/),
  expiresAtMs: z.number().int().optional(),
});

type Place = Readonly<{ name: string; endpoint: GatewayEndpoint; fingerprint: string | null }>;

/**
 * @param url where the node reaches the gateway, when that is another place than from here
 * @throws {GatewayError} `gateway.endpoint-invalid`, `gateway.plain-refused`
 */
export function handoverPlace(place: Place, url: string | undefined): Place {
  if (url === undefined) return place;
  const endpoint = parseEndpoint(url);
  checkEndpoint(endpoint, null);
  // Without TLS there is nothing to compare.
  return { ...place, endpoint, fingerprint: endpoint.tls ? place.fingerprint : null };
}

/**
 * What is handed over has to be right there: at another address a proxy may answer, with a certificate that every system trusts. Where nobody
 * answers from here, it is taken for the gateway itself.
 * @param probe looks at the certificate of a place
 */
export async function withOwnCertificate(
  own: GatewayEndpoint,
  place: Place,
  probe: (endpoint: GatewayEndpoint) => Promise<SeenCertificate | undefined>,
): Promise<Place> {
  if (place.fingerprint === null || sameEndpoint(own, place.endpoint)) return place;
  const seen = await probe(place.endpoint).catch(() => undefined);
  const isProxy = seen?.trusted === true && seen.fingerprint !== place.fingerprint;
  return isProxy ? { ...place, fingerprint: null } : place;
}

/** With a setup code, which the gateway makes. @throws {GatewayError} `gateway.scope`, `gateway.request`, … */
export async function setupHandover(
  channel: GatewayChannel,
  place: Place,
  options: Readonly<{ url: string | undefined; signal: AbortSignal }>,
): Promise<Handover> {
  // From here it answers there, so others find it there, unless only this machine does.
  const isPublic = options.url !== undefined || !isLoopbackHost(place.endpoint.host);
  const params = {
    bootstrapProfile: 'node',
    includeQr: false,
    ...(isPublic ? { publicUrl: endpointUrl(place.endpoint) } : {}),
  };
  const answered = await channel
    .request('device.pair.setupCode', params, { signal: options.signal })
    .catch((error: unknown) => {
      // It says so in words, with settings to change; an address is all that is missing.
      if (isPublic || errorCode(error) !== 'gateway.request') throw error;
      throw gatewayError('gateway.handover-local', 'nobody else reaches it there', {}, error);
    });
  const made = answer.safeParse(answered);
  if (!made.success)
    throw gatewayError('gateway.request', 'the answer is no setup code', {
      gatewayCode: '',
      detailsCode: '',
      message: 'no setup code',
    });
  const code = withFingerprint(made.data.setupCode, place);
  const link = `oc-pair://${code}`;
  const expiresAt = made.data.expiresAtMs ?? null;
  return {
    text: lines([
      `To make a machine a node of ${place.name}:`,
      '',
      '1. In ClawReach, choose Gateways, Add, and paste this link:',
      `   ${link}`,
      '   or, with OpenClaw alone, run in a terminal of that machine:',
      `   openclaw connect ${link}`,
      '2. It is good for one machine and ten minutes.',
      ...fingerprintLines(place),
      'Whoever has the link can become a node of this gateway: send it to nobody else.',
    ]),
    link,
    command: `openclaw connect ${link}`,
    settings: settingsOf(place),
    expiresAt,
  };
}

/** Without one: whoever runs the node gets the gateway's token in another way. */
export function plainHandover(place: Place): Handover {
  const { endpoint, fingerprint, name } = place;
  const options = [
    ['--host', endpoint.host],
    ['--port', String(endpoint.port)],
    // Said either way: without a word OpenClaw goes by what is set on that machine.
    [endpoint.tls ? '--tls' : '--no-tls'],
    endpoint.path === '/' ? [] : ['--context-path', endpoint.path],
    fingerprint === null ? [] : ['--tls-fingerprint', colonFingerprint(fingerprint)],
  ];
  const words = options.flat().map(shellQuoted).join(' ');
  const command = `openclaw node run ${words}`;
  return {
    text: lines([
      `To make a machine a node of ${name}:`,
      '',
      `Address: ${endpointUrl(endpoint)}`,
      ...fingerprintLines(place),
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
    settings: settingsOf(place),
    expiresAt: null,
  };
}

/** Settings of an OpenClaw elsewhere; its token comes in OPENCLAW_GATEWAY_TOKEN, never in a file that is passed around. */
function settingsOf({ endpoint, fingerprint }: Place): string {
  const remote = { url: endpointUrl(endpoint), ...(fingerprint === null ? {} : { tlsFingerprint: fingerprint }) };
  return JSON.stringify({ gateway: { mode: 'remote', remote } }, undefined, 2);
}

function fingerprintLines({ fingerprint }: Place): string[] {
  return fingerprint === null ? [] : [`Fingerprint of its certificate (SHA-256): ${colonFingerprint(fingerprint)}`];
}

/** A gateway leaves its fingerprint out where it does not know that it serves the address itself; here it is known. */
function withFingerprint(code: string, { fingerprint }: Place): string {
  try {
    const value: unknown = JSON.parse(fromUtf8(fromBase64Url(code)));
    const setup = readSetup(value);
    if (fingerprint === null || setup.fingerprint !== null || !setup.endpoints.every(({ tls }) => tls)) return code;
    return toBase64Url(toUtf8(JSON.stringify({ ...Object(value), tlsFingerprint: fingerprint })));
  } catch {
    return code;
  }
}

/** A path may hold whatever a shell reads otherwise, and the command is there to be copied. */
function shellQuoted(word: string): string {
  return /^[A-Za-z0-9._/:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
