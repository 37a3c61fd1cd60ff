import { createReadStream } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client, SFTPWrapper } from 'ssh2';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { shellQuoted } from '#shared/shell-quoting.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import { RelayServerError } from './errors.ts';
import { MISSING_RULES, READ_RELAY, SURVEY, USER_SURVEY } from './scripts.ts';

/** Most bytes of output that a command may print. */
const MOST_OUTPUT = 64 * 1024;
/** Default time limit of a command, ms. */
const COMMAND_TIMEOUT = 60_000;
/** Time limit of a request of SFTP, ms. */
const SFTP_TIMEOUT = 30_000;
/** Longest wait for the end of a command that was cancelled, ms. */
const ENDING = 45_000;
const LONGEST_REASON = 300;

/** Result of a command. `output` is what it printed to standard output, `errors` a cleaned part of what it printed to standard error. */
export type CommandResult = Readonly<{ code: number; output: string; errors: string }>;

/** Script that shows whether the login is root's. */
const USER_ID = 'id -u';
/** Scripts that change nothing: when they are cancelled, nothing waits for their end. */
const READING: ReadonlySet<string> = new Set([USER_ID, USER_SURVEY, SURVEY, READ_RELAY, MISSING_RULES]);

type RunOptions = Readonly<{ signal: AbortSignal; timeout?: number | undefined; isReading: boolean }>;

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
    const { code } = await this.asRoot(USER_ID, [], signal).catch((error: unknown) => {
      if (error instanceof RelayServerError && error.code === 'relay-server.command') return { code: 1 };
      throw error;
    });
    if (code !== 0) this.#sudo = before;
    return code === 0;
  }

  /** Runs a script as the user of the login. @throws {RelayServerError} `relay-server.command`, `relay-server.timeout`, `relay-server.answers` */
  asUser(script: string, args: readonly string[], signal: AbortSignal): Promise<CommandResult> {
    return this.#run(`/bin/sh -c ${shellQuoted(script)} clawreach ${args.map(shellQuoted).join(' ')}`, '', {
      signal,
      isReading: READING.has(script),
    });
  }

  /** Runs a script as root. The password of sudo goes over standard input. @throws as `asUser` */
  asRoot(script: string, args: readonly string[], signal: AbortSignal, timeout?: number): Promise<CommandResult> {
    const options = { signal, timeout, isReading: READING.has(script) };
    const command = `/bin/sh -c ${shellQuoted(script)} clawreach ${args.map(shellQuoted).join(' ')}`;
    if (this.#sudo === undefined) return this.#run(command, '', options);
    const { password } = this.#sudo;
    // `-k`: sudo reads the password in every case, so that it can't be left for the script.
    return password === null
      ? this.#run(`sudo -n -- ${command}`, '', options)
      : this.#run(`sudo -k -S -p '' -- ${command}`, `${password}\n`, options);
  }

  /**
   * Copies a file into a new folder in the user's home, which only that user may enter.
   * @returns the folder and the file, absolute
   * @param onFolder called before the folder is made
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
      onFolder(folder);
      await this.#answer<undefined>(signal, (done) =>
        sftp.mkdir(folder, { mode: 0o700 }, (error) => done(error ?? undefined, undefined)),
      );
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

  /** Runs a command. One that changes something and is cancelled or takes too long may end first, so that what follows doesn't meet it. */
  #run(
    command: string,
    input: string,
    { signal, timeout = COMMAND_TIMEOUT, isReading }: RunOptions,
  ): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
      let stopped: Error | undefined;
      const settle = (act: () => void): void => {
        timer.cancel();
        patience?.cancel();
        signal.removeEventListener('abort', abort);
        this.#client.off('close', lost);
        act();
      };
      const fail = (error: Error): void => settle(() => reject(stopped ?? error));
      const lost = (): void => fail(commandError('connection lost'));
      let patience: Timer | undefined;
      const stop = (error: Error): void => {
        if (stopped !== undefined) return;
        if (isReading) return fail(error);
        stopped = error;
        timer.cancel();
        // A login can't end what runs as root, so this waits for it.
        patience = this.#clock.setTimer(ENDING, () => fail(error));
      };
      const abort = (): void => stop(cancelled());
      const timer = this.#clock.setTimer(timeout, () =>
        stop(new RelayServerError('relay-server.timeout', 'a command took too long')),
      );
      if (signal.aborted) return fail(cancelled());
      signal.addEventListener('abort', abort);
      this.#client.once('close', lost);
      try {
        this.#client.exec(command, (error, opened) => {
          if (error !== undefined) return fail(commandError(error.message));
          const parts: Buffer[] = [];
          const errors: Buffer[] = [];
          let length = 0;
          const take = (to: Buffer[]) => (chunk: Buffer) => {
            length += chunk.length;
            if (length <= MOST_OUTPUT) to.push(chunk);
            else {
              opened.destroy();
              fail(new RelayServerError('relay-server.answers', 'a command printed too much'));
            }
          };
          opened.on('data', take(parts));
          opened.stderr.on('data', take(errors));
          opened.on('error', lost);
          let code = -1;
          opened.on('exit', (status: number | null) => (code = status ?? -1));
          opened.on('close', () => {
            if (stopped !== undefined) return fail(stopped);
            settle(() =>
              resolve({
                code,
                output: Buffer.concat(parts).toString('utf8'),
                errors: cleanDetail(Buffer.concat(errors).toString('utf8').trim(), LONGEST_REASON),
              }),
            );
          });
          opened.end(input);
        });
      } catch (error) {
        fail(commandError(errorMessage(error)));
      }
    });
  }
}

function commandError(reason: string): RelayServerError {
  const details = { reason: cleanDetail(reason, LONGEST_REASON) };
  return new RelayServerError('relay-server.command', 'the command could not be run', { details });
}

function cancelled(): RelayServerError {
  return new RelayServerError('relay-server.cancelled', 'cancelled');
}

function sftpError(cause: unknown): RelayServerError {
  if (cause instanceof RelayServerError) return cause;
  const details = { reason: cleanDetail(errorMessage(cause), LONGEST_REASON) };
  return new RelayServerError('relay-server.sftp', 'the file could not be copied', { cause, details });
}
