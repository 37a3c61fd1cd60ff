import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';

/** Command that a client ran, and what it wrote to its standard input. */
export type RanCommand = Readonly<{ command: string; input: string }>;
/** Answer to a command. */
export type ScriptedAnswer = Readonly<{ code?: number; output?: string }>;

/**
 * SSH server in this process: it takes one password, writes uploaded files nowhere, and answers commands as the test says. Keeps all that a client sent.
 */
export class ScriptedServer {
  readonly password = 'Correct-Horse 1';
  readonly commands: RanCommand[] = [];
  /** Passwords that clients tried. */
  readonly passwords: string[] = [];
  port = 0;
  readonly #folder = mkdtempSync(join(tmpdir(), 'clawreach-ssh-'));
  readonly #answer: (command: string) => ScriptedAnswer;
  readonly #connections = new Set<Socket>();
  #keys = 0;
  #key: Buffer;
  readonly #listener = createServer((socket) => this.#serve(socket));

  constructor(answer: (command: string) => ScriptedAnswer = () => ({})) {
    this.#answer = answer;
    this.#key = this.#makeKey();
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#listener.listen(0, '127.0.0.1', resolve));
    this.port = (this.#listener.address() as AddressInfo).port;
    return this;
  }

  /** Shows another host key from now on. */
  changeKey(): void {
    this.#key = this.#makeKey();
  }

  async close(): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    await new Promise((resolve) => this.#listener.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #makeKey(): Buffer {
    const file = join(this.#folder, `key-${(this.#keys += 1)}`);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    return readFileSync(file);
  }

  #serve(socket: Socket): void {
    this.#connections.add(socket);
    socket.on('close', () => this.#connections.delete(socket));
    const server = new ssh2.Server({ hostKeys: [this.#key] }, (client) => this.#accept(client));
    server.on('error', () => undefined);
    (server as unknown as { injectSocket(socket: Socket): void }).injectSocket(socket);
  }

  #accept(client: Connection): void {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method !== 'password') {
        context.reject(['password']);
        return;
      }
      this.passwords.push(context.password);
      if (context.password === this.password) context.accept();
      else context.reject(['password']);
    });
    client.on('session', (accept) => {
      const session = accept();
      session.on('exec', (acceptExec, _reject, { command }) => this.#run(acceptExec(), command));
      session.on('sftp', (acceptSftp) => {
        const sftp = acceptSftp();
        const { OK } = ssh2.utils.sftp.STATUS_CODE;
        sftp.on('REALPATH', (id) => sftp.name(id, [{ filename: '/home/ada', longname: '', attrs: {} as never }]));
        sftp.on('MKDIR', (id) => sftp.status(id, OK));
        sftp.on('OPEN', (id) => sftp.handle(id, Buffer.from([1])));
        for (const request of ['WRITE', 'CLOSE', 'FSETSTAT', 'SETSTAT'] as const)
          sftp.on(request, (id: number) => sftp.status(id, OK));
      });
    });
  }

  #run(channel: ServerChannel, command: string): void {
    const parts: Buffer[] = [];
    channel.on('data', (chunk: Buffer) => parts.push(chunk));
    channel.on('end', () => {
      this.commands.push({ command, input: Buffer.concat(parts).toString('utf8') });
      const { code = 0, output = '' } = this.#answer(command);
      channel.write(output);
      channel.exit(code);
      channel.end();
    });
  }
}
