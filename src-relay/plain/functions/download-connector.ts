import { createHash } from 'node:crypto';
import { addressGroup } from '#shared/forward/index.ts';
import { PlatformError } from '#shared/platform/index.ts';
import { quoteShellWord } from '#shared/shell-quoting.ts';
import { answerContent, answerEmpty, type Answer, type RequestRoute } from '../../http/index.ts';
import { powerShellScript, shellScript } from '../install-scripts.ts';
import type { PlainRateLimits } from '../rates.ts';
import type { ReleaseSource } from '../releases.ts';

/** System for which there are packages, with the names that connectors and people use. */
const SYSTEMS = [
  { platform: 'linux', names: ['linux'], packages: ['deb', 'rpm', 'AppImage'] },
  { platform: 'darwin', names: ['darwin', 'macos', 'mac'], packages: ['zip'] },
  { platform: 'windows', names: ['windows', 'win32', 'win'], packages: ['exe'] },
] as const;
const ARCHITECTURES = [
  { arch: 'amd64', names: ['amd64', 'x64', 'x86_64'], isOf: ['linux', 'darwin', 'windows'] },
  { arch: 'arm64', names: ['arm64', 'aarch64'], isOf: ['linux', 'darwin'] },
] as const;

type Connector = Readonly<{
  platform: string;
  arch: string;
  packages: readonly string[];
  install: string;
  instructions: string;
}>;

/** Parts that `download-connector` uses. */
export type DownloadServices = Readonly<{
  rates: PlainRateLimits;
  /** Releases of this build; undefined if it knows none. */
  releases: ReleaseSource | undefined;
  /** Returns the WebSocket URL for a connector that reached the relay under a `Host`. */
  relayUrl(host: string | undefined): string;
}>;

/**
 * Returns the function that says how to install a connector, or with `?install=` gives a script that does. The script takes packages of our signed releases
 * only, and checks them; the relay itself has no packages. No one has to be signed in. Touches neither disk nor network.
 */
export function downloadConnector({ rates, releases, relayUrl }: DownloadServices): RequestRoute {
  const scripts = new Map<string, string>();
  if (releases !== undefined) {
    scripts.set('full', shellScript(releases, true)).set('1', shellScript(releases, false));
    scripts.set('ps1', powerShellScript(releases));
  }
  return {
    method: 'GET',
    path: '/functions/v1/download-connector',
    handle(request) {
      const wait = rates.take('downloadsPerAddress', addressGroup(request.address));
      if (wait > 0)
        throw new PlatformError('platform.rate', 'Too many downloads. Try again later.', { retryAfter: wait });
      const { query, headers } = request;
      const tag = headers['if-none-match'];
      const install = query.get('install');
      if (install !== null) {
        const script = scripts.get(install);
        if (script === undefined) throw new PlatformError('platform.not-found', 'No such script, or no releases');
        const type = install === 'ps1' ? 'text/plain; charset=utf-8' : 'text/x-shellscript; charset=utf-8';
        return tagged(type, script, tag);
      }
      const functions = `${relayUrl(headers.host).replace(/^ws/, 'http')}/functions/v1`;
      const connectors = releases === undefined ? [] : listConnectors(functions);
      const platform = query.get('platform') ?? query.get('os');
      const arch = query.get('arch');
      if (query.get('list') !== null || (platform === null && arch === null)) {
        const list = { connectors, instructions: instructionsFor(functions, releases !== undefined) };
        return tagged('application/json; charset=utf-8', JSON.stringify(list), tag);
      }
      const found = connectors.find(
        (known) =>
          known.platform === canonical(SYSTEMS, platform)?.platform &&
          known.arch === canonical(ARCHITECTURES, arch)?.arch,
      );
      if (found === undefined) throw new PlatformError('platform.not-found', 'No connector for this platform');
      return tagged('application/json; charset=utf-8', JSON.stringify(found), tag);
    },
  };
}

/** Answers with content that a client may keep, if it asks each time whether it has changed. */
function tagged(type: string, content: string, known: string | undefined): Answer {
  const tag = `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`;
  const headers = { ETag: tag, 'Cache-Control': 'no-cache', 'Access-Control-Expose-Headers': 'ETag' };
  const isKnown = (known ?? '').split(',').some((one) => [tag, `W/${tag}`].includes(one.trim()));
  return isKnown ? answerEmpty({ status: 304, headers }) : answerContent(type, content, { headers });
}

function canonical<Entry extends Readonly<{ names: readonly string[] }>>(
  entries: readonly Entry[],
  name: string | null,
): Entry | undefined {
  return name === null ? undefined : entries.find(({ names }) => names.includes(name.toLowerCase()));
}

function listConnectors(functions: string): Connector[] {
  return SYSTEMS.flatMap(({ platform, packages }) =>
    ARCHITECTURES.filter(({ isOf }) => isOf.some((one) => one === platform)).map(({ arch }) => ({
      platform,
      arch,
      packages,
      install: installCommand(platform, functions),
      instructions: pairCommand(functions),
    })),
  );
}

function installCommand(platform: string, functions: string): string {
  const address = `${functions}/download-connector?install=`;
  return platform === 'windows'
    ? `powershell -Command "irm '${address}ps1' | iex"`
    : `curl -fsSL ${quoteShellWord(`${address}full`)} | sh`;
}

function pairCommand(functions: string): string {
  return `clawreach --pair CODE --name NAME --api ${quoteShellWord(functions)}`;
}

function instructionsFor(functions: string, hasReleases: boolean): string {
  return [
    hasReleases
      ? `1. Install ClawReach: ${installCommand('linux', functions)}`
      : '1. Install ClawReach from its sources: npm install && npm link (this relay knows no signed releases)',
    `2. Make a pairing code in the project, then: ${pairCommand(functions)}`,
    'The relay can read what this device shows and what is typed there.',
  ].join('\n');
}
