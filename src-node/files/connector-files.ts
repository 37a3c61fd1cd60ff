import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { systemCode } from '#shared/errors.ts';
import {
  formatConnectorConfig,
  MOST_CONFIG_BYTES,
  parseConnectorConfig,
  plainRelayError,
  PlainRelayError,
  type ConnectorConfig,
} from '#shared/plain-relay/index.ts';
import { HAS_MODES, repairCommand, unwritableError } from './private-directory.ts';
import { writePrivateFile } from './private-file.ts';

/** Reason of an error about a file that doesn't exist. */
const MISSING = 'it does not exist';

/** Files with the credentials of plain devices. The agent gets them as an option, and tests use a double. */
export interface ConnectorFiles {
  /**
   * Reads a file.
   * @throws {PlainRelayError} `plain.config`, `plain.config-permissions` if others can read it
   */
  read(path: string): Promise<ConnectorConfig>;
  /**
   * Writes a file that only its owner can read. Replaces another configuration, but no other file.
   * @throws {PlainRelayError} `plain.config-exists`; {StoreError} `store.write`
   */
  write(path: string, config: ConnectorConfig): Promise<void>;
}

/** Creates the access to configuration files on this machine's disk. */
export function createConnectorFiles(): ConnectorFiles {
  return { read, write };
}

async function read(path: string): Promise<ConnectorConfig> {
  const fail = (reason: string, cause?: unknown): PlainRelayError =>
    plainRelayError('plain.config', 'the file cannot be read', { file: path, reason }, cause);
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | (HAS_MODES ? constants.O_NONBLOCK : 0));
  } catch (error) {
    throw fail(systemCode(error) === 'ENOENT' ? MISSING : (systemCode(error) ?? 'unknown'), error);
  }
  try {
    const status = await file.stat();
    if (!status.isFile()) throw fail('it is not a file');
    if (HAS_MODES && (status.uid !== process.getuid?.() || (status.mode & 0o077) !== 0))
      throw plainRelayError('plain.config-permissions', 'others can read the file', {
        file: path,
        command: repairCommand(status, path, '600'),
      });
    const { bytesRead, buffer } = await file.read(new Uint8Array(MOST_CONFIG_BYTES + 1), 0, MOST_CONFIG_BYTES + 1, 0);
    if (bytesRead > MOST_CONFIG_BYTES) throw fail('it is too long');
    return parseConnectorConfig(new TextDecoder().decode(buffer.subarray(0, bytesRead)), path);
  } catch (error) {
    throw error instanceof PlainRelayError ? error : fail(systemCode(error) ?? 'unknown', error);
  } finally {
    await file.close();
  }
}

async function write(path: string, config: ConnectorConfig): Promise<void> {
  await checkReplaceable(path);
  try {
    await writePrivateFile(path, formatConnectorConfig(config));
  } catch (error) {
    throw unwritableError(path, error);
  }
}

/** Rejects to replace a file that isn't a configuration, such as one whose name was mistyped. */
async function checkReplaceable(path: string): Promise<void> {
  try {
    await read(path);
  } catch (error) {
    if (!(error instanceof PlainRelayError)) throw error;
    // A file that others can read is replaced by one that they can't.
    if (error.code === 'plain.config-permissions' || error.details['reason'] === MISSING) return;
    throw plainRelayError('plain.config-exists', 'the file is not a configuration', { file: path }, error);
  }
}
