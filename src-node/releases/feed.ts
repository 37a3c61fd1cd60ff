import type { UpdateChannel } from '#shared/app-api/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { readMetadata, type ReleaseMetadata } from './metadata.ts';
import { checkSignature } from './signature.ts';
import { UpdateError } from './update-error.ts';

/** Servers and keys of releases, built into the program; a build without them never checks for updates. */
export type UpdateSource = Readonly<{
  /** URL of the folder with the metadata of each channel. */
  feeds: Readonly<Record<UpdateChannel, string>>;
  /** Raw Ed25519 public keys, base64; two at most. */
  keys: readonly string[];
}>;

export type FeedOptions = Readonly<{
  source: UpdateSource;
  /** Name of the platform, as in Node. */
  platform: string;
  arch: string;
  /** Fetches a URL through the system's proxies. */
  fetch(url: string, options: Readonly<{ signal: AbortSignal; cache: 'no-store' }>): Promise<Response>;
}>;

/** Largest size of each file, bytes. */
const LONGEST = { metadata: 65_536, signature: 4096 } as const;
/** Longest wait for both files, ms. */
const PATIENCE = 30_000;
/** Names of the channels in electron-builder. */
const NAMES: Readonly<Record<UpdateChannel, string>> = { stable: 'latest', beta: 'beta' };

/**
 * Feed of releases: downloads their metadata from an untrusted server, and verifies the signature. Used by `Updates` for each check. Writes nothing.
 */
export class ReleaseFeed {
  readonly #options: FeedOptions;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Name of this system in the metadata; Linux has a file per architecture. */
  get system(): string {
    const { platform, arch } = this.#options;
    return platform === 'linux' ? `linux-${arch}` : platform;
  }

  /** Downloads the current metadata and verifies its signature. @throws {UpdateError} with any code except those of `isOffer` */
  async read(channel: UpdateChannel, signal: AbortSignal): Promise<ReleaseMetadata> {
    try {
      return await this.#readOnce(channel, signal);
    } catch (error) {
      // A release may have been published between the two downloads.
      if (!(error instanceof UpdateError) || error.code !== 'update.wrong-signature') throw error;
      return this.#readOnce(channel, signal);
    }
  }

  async #readOnce(channel: UpdateChannel, signal: AbortSignal): Promise<ReleaseMetadata> {
    const { feeds, keys } = this.#options.source;
    const file = new URL(this.#fileName(channel), feeds[channel].replace(/\/*$/, '/')).href;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    const bytes = await this.#get(file, LONGEST.metadata, limit, 'update.none');
    const signatures = await this.#get(`${file}.sig`, LONGEST.signature, limit, 'update.unsigned');
    // Verify before parsing, so that only signed text reaches the parser.
    checkSignature(bytes, new TextDecoder().decode(signatures), keys);
    return readMetadata(bytes);
  }

  #fileName(channel: UpdateChannel): string {
    const { platform, arch } = this.#options;
    const linux = arch === 'x64' ? '-linux' : `-linux-${arch}`;
    const system = platform === 'linux' ? linux : platform === 'darwin' ? '-mac' : '';
    return `${NAMES[channel]}${system}.yml`;
  }

  async #get(url: string, longest: number, signal: AbortSignal, missing: string): Promise<Uint8Array> {
    try {
      const response = await this.#options.fetch(url, { signal, cache: 'no-store' });
      if (response.status === 404) {
        await response.body?.cancel();
        throw new UpdateError(missing, `${url} is not there`);
      }
      if (!response.ok) {
        await response.body?.cancel();
        throw unreachable(`HTTP ${response.status}`);
      }
      return await readBounded(response, longest);
    } catch (cause) {
      if (cause instanceof UpdateError) throw cause;
      throw unreachable(reasonOf(cause), cause);
    }
  }
}

async function readBounded(response: Response, longest: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop ends the transfer.
    if (length > longest) throw new UpdateError('update.malformed', 'the file is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unreachable(reason: string, cause?: unknown): UpdateError {
  return new UpdateError('update.unreachable', `the releases cannot be read: ${reason}`, {
    cause,
    details: { reason },
  });
}

/** Describes an error by its cause, since `fetch failed` alone says nothing. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return errorMessage(inner).slice(0, 200);
}
