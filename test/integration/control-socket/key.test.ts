import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppTransport } from '#shared/app-api/index.ts';
import { connectControlSocket, listenControlSocket, type ControlListener } from '#node/control-socket/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { codeOf } from '#test/support/rejections.ts';

/** A pipe of Windows, by a socket of this system: what keeps strangers out is the key alone. */
describe('a control socket that every user of the machine can reach', () => {
  let directory: string;
  let path: string;
  let keyFile: string;
  let listener: ControlListener | undefined;
  let impostor: Server | undefined;
  const open: Socket[] = [];
  const admitted: AppTransport[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'clawreach-key-'));
    path = join(directory, 'control.sock');
    keyFile = join(directory, 'control.key');
    admitted.length = 0;
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await listener?.close();
    impostor?.close();
    listener = undefined;
    impostor = undefined;
    rmSync(directory, { recursive: true, force: true });
  });

  const listen = async (): Promise<void> => {
    listener = await listenControlSocket(path, (transport) => admitted.push(transport), keyFile);
  };
  /** Listens in the agent's place. */
  const pretend = async (onSocket: (socket: Socket) => void): Promise<void> => {
    impostor = createServer(onSocket);
    await new Promise<void>((resolve) => impostor?.listen(path, resolve));
  };
  const knock = async (): Promise<Socket> => {
    const socket = connect(path);
    socket.on('error', () => undefined);
    open.push(socket);
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  };
  const ended = (socket: Socket): Promise<void> =>
    new Promise((resolve) => {
      socket.resume();
      socket.once('close', () => resolve());
    });

  it('is used by who can read the key, which stays and is nobody else’s', async () => {
    await listen();
    const key = readFileSync(keyFile, 'utf8');
    expect(key).toMatch(/^[0-9a-f]{64}\n$/);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const transport = await connectControlSocket(path, { keyFile });
    await until('the agent’s side', () => admitted[0]);
    const heard = new Promise<string>((resolve) => {
      admitted[0]?.setHandlers({
        message: (bytes) => resolve(Buffer.from(bytes).toString()),
        drain: () => undefined,
        closed: () => undefined,
      });
    });
    transport.send(Buffer.from('hello'));
    expect(await heard).toBe('hello');
    transport.close();
    await listener?.close();
    await listen();
    expect(readFileSync(keyFile, 'utf8')).toBe(key);
  });

  it('says nothing to whoever does not know the key, and takes nothing from them [S-KEY-2]', async () => {
    await listen();
    const other = join(directory, 'other.key');
    writeFileSync(other, `${'ab'.repeat(32)}\n`);
    expect(await codeOf(() => connectControlSocket(path, { keyFile: other }))).toBe('control.stranger');
    const socket = await knock();
    socket.write(Buffer.alloc(69, 7));
    await ended(socket);
    // A command that takes the proof for one with no need of it.
    const plain = await knock();
    plain.write(Buffer.from([0, 0, 0, 2, 0x7b, 0x7d, ...Array.from({ length: 64 }, () => 0)]));
    await ended(plain);
    expect(admitted).toEqual([]);
  });

  it('is not kept from its user by those who only knock [S-KEY-2]', async () => {
    await listen();
    for (let count = 0; count < 100; count += 1) await knock();
    const transport = await connectControlSocket(path, { keyFile });
    await until('the agent’s side', () => admitted[0]);
    expect(admitted).toHaveLength(1);
    transport.close();
  });

  it('that somebody else has taken gets nothing from a command, whatever it answers [S-KEY-2]', async () => {
    writeFileSync(keyFile, `${'cd'.repeat(32)}\n`);
    const heard: number[] = [];
    await pretend((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        heard.push(bytes.length);
        // What it was sent itself, made as long as an answer is.
        socket.write(Buffer.concat([bytes, bytes]).subarray(0, 69));
      });
    });
    expect(await codeOf(() => connectControlSocket(path, { keyFile }))).toBe('control.stranger');
    expect(heard).toEqual([37]);
  });

  it('that somebody else has taken and that says nothing ends the wait', async () => {
    writeFileSync(keyFile, `${'cd'.repeat(32)}\n`);
    await pretend((socket) => void socket.on('error', () => undefined));
    expect(await codeOf(() => connectControlSocket(path, { keyFile, timeout: 200 }))).toBe('control.stranger');
    const cancelled = AbortSignal.timeout(50);
    expect(await codeOf(() => connectControlSocket(path, { keyFile, signal: cancelled }))).toBe('control.cancelled');
  });

  it('has no agent where there is no key, or one that is damaged', async () => {
    await pretend((socket) => void socket.destroy());
    expect(await codeOf(() => connectControlSocket(path, { keyFile }))).toBe('control.not-running');
    writeFileSync(keyFile, 'half of a k');
    expect(await codeOf(() => connectControlSocket(path, { keyFile }))).toBe('control.not-running');
    impostor?.close();
    await until('the name to be free', async () => {
      await listen().catch(() => undefined);
      return listener;
    });
    // The agent makes another one.
    const transport = await connectControlSocket(path, { keyFile });
    transport.close();
  });
});
