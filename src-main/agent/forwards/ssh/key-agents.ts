import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { BaseAgent, ParsedKey, SigningRequestOptions } from 'ssh2';
import { SshError } from './errors.ts';
import type { SshLibrary } from './library.ts';
import type { PrivateKey } from './private-key.ts';

type SignCallback = (error?: Error | null, signature?: Buffer) => void;
/** Signs for one login. */
type Sign = (key: ParsedKey, data: Buffer, hash: string | undefined, done: SignCallback) => void;

const WINDOWS_PIPE = '\\\\.\\pipe\\openssh-ssh-agent';

/**
 * Finds the user's SSH key agent in the environment; on Windows also OpenSSH's service, then Pageant.
 * @returns path or name for `useAgent`; undefined if there is none
 */
export async function findAgent(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const fromEnvironment = environment['SSH_AUTH_SOCK'];
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
  if (process.platform !== 'win32') return undefined;
  const hasPipe = await stat(WINDOWS_PIPE).then(
    () => true,
    () => false,
  );
  return hasPipe ? WINDOWS_PIPE : 'pageant';
}

/**
 * Connects to the user's key agent and offers each of its keys for a login.
 * @param address result of `findAgent`
 * @throws {SshError} `ssh.agent-missing`, `ssh.agent-empty`
 */
export async function useAgent(library: SshLibrary, address: string | undefined): Promise<BaseAgent> {
  if (address === undefined) throw new SshError('ssh.agent-missing', 'no key agent is known to this program');
  const agent = library.createAgent(address);
  const list = promisify<readonly unknown[] | undefined>((done) =>
    agent.getIdentities((error, keys) => done(error ?? null, keys)),
  );
  const listed = await list().catch((cause: unknown) => {
    throw new SshError('ssh.agent-missing', 'the key agent does not answer', { cause, details: { place: address } });
  });
  const keys = (listed ?? []).flatMap((key) => publicOf(library, key) ?? []);
  if (keys.length === 0)
    throw new SshError('ssh.agent-empty', 'the key agent has no key', { details: { place: address } });
  return createKeyAgent(library, keys, (key, data, hash, done) =>
    agent.sign(key, data, hash === undefined ? {} : { hash: hash as 'sha256' | 'sha512' }, done),
  );
}

/**
 * Offers the one key of a key file for a login, in the form of an agent.
 * @throws {SshError} `ssh.key-file-format`
 */
export function useKey(library: SshLibrary, { publicKey, sign }: PrivateKey): BaseAgent {
  const key = publicOf(library, publicKey);
  if (key === undefined) throw new SshError('ssh.key-file-format', 'a kind of key that is not known here');
  return createKeyAgent(library, [key], (_, data, hash, done) => {
    try {
      done(null, sign(data, hash));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Creates the agent that `ssh2` asks for keys and signatures. Never signs with SHA-1: an RSA key without a stronger hash gets no signature. */
function createKeyAgent(library: SshLibrary, keys: readonly ParsedKey[], sign: Sign): BaseAgent {
  class KeyAgent extends library.BaseAgent {
    override getIdentities(done: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
      done(undefined, [...keys]);
    }

    override sign(
      key: ParsedKey | Buffer | string,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      callback?: SignCallback,
    ): void {
      const done = typeof options === 'function' ? options : (callback ?? (() => undefined));
      const hash: string | undefined = typeof options === 'function' ? undefined : options.hash;
      const parsed = publicOf(library, key);
      if (parsed === undefined) done(new Error('not a key'));
      else if (parsed.type === 'ssh-rsa' && hash !== 'sha256' && hash !== 'sha512')
        done(new Error('the server takes RSA keys with SHA-1 only'));
      else sign(parsed, data, hash, done);
    }
  }
  return new KeyAgent();
}

function publicOf(library: SshLibrary, key: unknown): ParsedKey | undefined {
  const parsed = library.utils.parseKey(key as Buffer) as ParsedKey | ParsedKey[] | Error;
  if (parsed instanceof Error) return undefined;
  return Array.isArray(parsed) ? parsed[0] : parsed;
}
