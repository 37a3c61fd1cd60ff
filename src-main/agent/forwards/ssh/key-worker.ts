import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { SshError } from './errors.ts';

/**
 * Code of the worker thread. OpenSSH derives the key from the passphrase slowly by design, for seconds with many rounds; in the main thread that
 * would block the agent.
 */
const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const { utils } = require(workerData.library);
const { text, passphrase } = workerData;
const parsed = utils.parseKey(text, passphrase === null ? undefined : passphrase);
const key = Array.isArray(parsed) ? parsed[0] : parsed;
parentPort.postMessage(key instanceof Error ? { error: key.message } : { pem: key.getPrivatePEM() });
`;
/** Longest time to decrypt a key, ms; ten times what 256 rounds take on a slow machine. */
const PATIENCE = 120_000;

type Answer = Readonly<{ error?: string; pem?: string | null }>;

/**
 * Decrypts a private key in OpenSSH's or PuTTY's format, in a worker thread that lives as long as the call.
 * @param file path of the key file, for errors only
 * @returns the private key as unencrypted PEM
 * @throws {SshError} `ssh.key-file-passphrase`, `ssh.key-file-format`
 */
export async function unlockOpenSsh(text: string, passphrase: string | null, file: string): Promise<string> {
  const library = createRequire(import.meta.url).resolve('ssh2');
  const worker = new Worker(SOURCE, { eval: true, workerData: { library, text, passphrase } });
  let timer: NodeJS.Timeout | undefined;
  try {
    const { error, pem } = await new Promise<Answer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => resolve({ error: 'ended' }));
      timer = setTimeout(() => resolve({ error: 'took too long' }), PATIENCE);
    });
    if (typeof pem === 'string') return pem;
    const isLocked = /passphrase|encrypted|decrypt/i.test(error ?? '');
    throw new SshError(isLocked ? 'ssh.key-file-passphrase' : 'ssh.key-file-format', 'the key file cannot be used', {
      cause: error,
      details: { file },
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
