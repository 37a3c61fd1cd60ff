import { createReadStream } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client, SFTPWrapper } from 'ssh2';
import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { shellQuoted } from '#shared/shell-quoting.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import { RelayServerError } from './errors.ts';

/** Most bytes of output that a command may print. */
const MOST_OUTPUT = 64 * 1024;
/** Default time limit of a command, ms. */
const COMMAND_TIMEOUT = 60_000;
/** Time limit of a request of SFTP, ms. */
const SFTP_TIMEOUT = 30_000;
const LONGEST_REASON = 300;

/** Result of a command. `output` is what it printed to standard output, `errors` a cleaned part of what it printed to standard error. */
export type CommandResult = Readonly<{ code: number; output: string; errors: string }>;

/** Runs `sh` scripts at a server, as the user of the login or as root, and copies files there. Everything the server sends is bounded. */
export class RemoteShell {
  readonly #client: Client;
  readonly #clock: Clock;
  /** Password for sudo; null: it asks for none, or the login is root's. */
  #sudo: Readonly<{ password: string | null }> | undefined;

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    client.on('error', () => undefined);
  }

  close(): void {
    this.#client.end();
    this.#client.destroy();
  }

  /**
   * Makes `asRoot` use sudo.
   * @returns false if sudo rejects the password, or wants one and got none
   */
  async useSudo(password: string | null, signal: AbortSignal): Promise<boolean> {
    const before = this.#sudo;
    this.#sudo = { password };
    const { code } = await this.asRoot('id -u', [], signal).catch((error: unknown) => {
      if (error instanceof RelayServerError && error.code === 'relay-server.command') return { code: 1 };
      throw error;
    });
    if (code !== 0) this.#sudo = before;
    return code === 0;
  }

  /** Runs a script as the user of the login. @throws {RelayServerError} `relay-server.command`, `relay-server.timeout`, `relay-server.answers` */
  asUser(script: string, args: readonly string[], signal: AbortSignal): Promise<CommandResult> {
    return this.#run(`/bin/sh -c ${shellQuoted(script)} clawreach ${args.map(shellQuoted).join(' ')}`, '', signal);
  }

  /** Runs a script as root. The password of sudo goes over standard input. @throws as `asUser` */
  asRoot(script: string, args: readonly string[], signal: AbortSignal, timeout?: number): Promise<CommandResult> {
    const command = `/bin/sh -c ${shellQuoted(script)} clawreach ${args.map(shellQuoted).join(' ')}`;
    if (this.#sudo === undefined) return this.#run(command, '', signal, timeout);
    const { password } = this.#sudo;
    // `-k`: sudo reads the password in every case, so that it can't be left for the script.
    return password === null
      ? this.#run(`sudo -n -- ${command}`, '', signal, timeout)
      : this.#run(`sudo -k -S -p '' -- ${command}`, `${password}\n`, signal, timeout);
  }

  /**
   * Copies a file into a new folder in the user's home, which only that user may enter.
   * @returns the folder and the file, absolute
   * @throws {RelayServerError} `relay-server.sftp`
   */
  async upload(
    path: string,
    onBytes: (done: number) => void,
    signal: AbortSignal,
    onFolder: (folder: string) => void,
  ): Promise<Readonly<{ folder: string; file: string }>> {
    const sftp = await this.#answer<SFTPWrapper>(signal, (done) => this.#client.sftp(done));
    try {
      const home = await this.#answer<string>(signal, (done) => sftp.realpath('.', done));
      if (!/^\/[^\p{Cc}]{0,400}$/u.test(home)) throw new RelayServerError('relay-server.answers', 'no home folder');
      const folder = `${home.replace(/\/+$/, '')}/.clawreach-${randomBytes(12).toString('hex')}`;
      await this.#answer<undefined>(signal, (done) =>
        sftp.mkdir(folder, { mode: 0o700 }, (error) => done(error ?? undefined, undefined)),
      );
      onFolder(folder);
      const file = `${folder}/package.tar.gz`;
      let copied = 0;
      const counter = new Transform({
        transform(chunk: Buffer, _, done) {
          copied += chunk.length;
          onBytes(copied);
          done(null, chunk);
        },
      });
      try {
        await pipeline(createReadStream(path), counter, sftp.createWriteStream(file, { flags: 'wx', mode: 0o600 }), {
          signal,
        });
      } catch (cause) {
        if (signal.aborted) throw cancelled();
        throw sftpError(cause);
      }
      return { folder, file };
    } finally {
      sftp.end();
    }
  }

  #answer<Value>(
    signal: AbortSignal,
    ask: (done: (error: Error | undefined, value: Value) => void) => void,
  ): Promise<Value> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', abort);
      };
      const fail = (error: Error): void => {
        settle();
        reject(error);
      };
      const abort = (): void => fail(cancelled());
      const timer = this.#clock.setTimer(SFTP_TIMEOUT, () => fail(sftpError(new Error('no answer in time'))));
      signal.addEventListener('abort', abort);
      if (signal.aborted) return abort();
      try {
        ask((error, value) => {
          if (error !== undefined && error !== null) return fail(sftpError(error));
          settle();
          resolve(value);
        });
      } catch (error) {
        fail(sftpError(error));
      }
    });
  }

  #run(command: string, input: string, signal: AbortSignal, timeout = COMMAND_TIMEOUT): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        timer.cancel();
        signal.removeEventListener('abort', abort);
        act();
      };
      const fail = (error: Error): void => settle(() => reject(error));
      const abort = (): void => fail(cancelled());
      const timer = this.#clock.setTimer(timeout, () =>
        fail(new RelayServerError('relay-server.timeout', 'a command took too long')),
      );
      signal.addEventListener('abort', abort);
      if (signal.aborted) return abort();
      const lost = (): void =>
        fail(
          new RelayServerError('relay-server.command', 'the connection ended', {
            details: { reason: 'connection lost' },
          }),
        );
      this.#client.once('close', lost);
      try {
        this.#client.exec(command, (error, channel) => {
          if (error !== undefined) {
            const details = { reason: cleanDetail(error.message, LONGEST_REASON) };
            return fail(new RelayServerError('relay-server.command', 'the server runs no command', { details }));
          }
          const parts: Buffer[] = [];
          const errors: Buffer[] = [];
          let length = 0;
          const take = (to: Buffer[]) => (chunk: Buffer) => {
            length += chunk.length;
            if (length <= MOST_OUTPUT) to.push(chunk);
            else {
              channel.destroy();
              fail(new RelayServerError('relay-server.answers', 'a command printed too much'));
            }
          };
          channel.on('data', take(parts));
          channel.stderr.on('data', take(errors));
          channel.on('error', lost);
          let code = -1;
          channel.on('exit', (status: number | null) => (code = status ?? -1));
          channel.on('close', () => {
            this.#client.off('close', lost);
            settle(() =>
              resolve({
                code,
                output: Buffer.concat(parts).toString('utf8'),
                errors: cleanDetail(Buffer.concat(errors).toString('utf8').trim(), LONGEST_REASON),
              }),
            );
          });
          channel.end(input);
        });
      } catch (error) {
        const details = { reason: errorMessage(error) };
        fail(new RelayServerError('relay-server.command', 'the connection is gone', { details }));
      }
    });
  }
}

function cancelled(): RelayServerError {
  return new RelayServerError('relay-server.cancelled', 'cancelled');
}

function sftpError(cause: unknown): RelayServerError {
  if (cause instanceof RelayServerError) return cause;
  const details = { reason: cleanDetail(errorMessage(cause), LONGEST_REASON) };
  return new RelayServerError('relay-server.sftp', 'the file could not be copied', { cause, details });
}
