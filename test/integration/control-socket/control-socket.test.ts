import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  connectControlSocket,
  controlSocketPath,
  lengthHeader,
  listenControlSocket,
} from '#node/control-socket/index.ts';
import { AppApiClient, AppApiServer, APP_WIRE_LIMITS, type AppHandlers } from '#shared/app-api/index.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { CAN_BE_OTHER_USER, runAsOtherUser } from '#test/support/other-user.ts';
import { codeOf } from '#test/support/rejections.ts';

async function startAgent(given: Partial<AppHandlers> = {}, path = controlSocketPath(temporaryDirectory())) {
  const server = new AppApiServer();
  const listener = await listenControlSocket(path, (transport) => {
    server.serveConnection(transport, createHandlers(given));
  });
  onTestFinished(() => listener.close());
  const connectClient = async (): Promise<AppApiClient> => {
    const client = new AppApiClient(await connectControlSocket(path));
    onTestFinished(() => client.close());
    return client;
  };
  return { path, server, listener, connectClient };
}

const stopHandler: Partial<AppHandlers> = { 'agent.stop': () => Promise.resolve({}) };

describe('over the socket', () => {
  test('calls are answered, and the end of the agent ends the client', async () => {
    const { connectClient, listener } = await startAgent(stopHandler);
    const client = await connectClient();
    expect(await client.call('agent.stop', {})).toEqual({});
    await listener.close();
    expect((await client.closed)?.code).toBe('control.lost');
    expect(await codeOf(() => client.call('agent.stop', {}))).toBe('control.lost');
  });

  test('a channel carries megabytes through a reader that pauses, byte by byte the same', async () => {
    const total = 8 * 1024 * 1024;
    const { connectClient } = await startAgent({
      'terminal.open': (_input, { connection }) => {
        const channel = connection.openChannel();
        const send = async (): Promise<void> => {
          for (let offset = 0; offset < total; offset += 100_000)
            await channel.write(
              Uint8Array.from({ length: Math.min(100_000, total - offset) }, (_, index) => (offset + index) % 251),
            );
          channel.end();
        };
        void send();
        return Promise.resolve({ channel: channel.id, terminal: 't', path: { path: 'relay', address: '', rtt: 1 } });
      },
    });
    const client = await connectClient();
    const opened = await client.call('terminal.open', { peer: 'office', cols: 80, rows: 24, term: 'xterm' });
    const channel = client.channel(opened.channel);
    let at = 0;
    let wrong = 0;
    for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read()) {
      for (const byte of bytes) {
        if (byte !== at % 251) wrong += 1;
        at += 1;
      }
    }
    expect([at, wrong]).toEqual([total, 0]);
  });

  test('many channels that are written at once all get through, with a bounded amount on the socket', async () => {
    const path = controlSocketPath(temporaryDirectory());
    const server = new AppApiServer();
    const size = 512 * 1024;
    let highest = 0;
    const listener = await listenControlSocket(path, (transport) => {
      const connection = server.serveConnection(transport, createHandlers());
      for (let count = 0; count < 40; count += 1) {
        const channel = connection.openChannel();
        void channel.write(new Uint8Array(size).fill(channel.id)).then(() => channel.end());
      }
      setImmediate(() => {
        highest = transport.bufferedBytes;
      });
    });
    onTestFinished(() => listener.close());
    const client = new AppApiClient(await connectControlSocket(path));
    onTestFinished(() => client.close());
    const sizes = Array.from({ length: 40 }, async (_, index) => {
      const channel = client.channel(index + 1);
      let read = 0;
      for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read()) {
        read += bytes.filter((byte) => byte === index + 1).length;
      }
      return read;
    });
    expect(await Promise.all(sizes)).toEqual(Array.from({ length: 40 }, () => size));
    expect(highest).toBeGreaterThan(1024 * 1024);
    expect(highest).toBeLessThan(8 * 1024 * 1024);
  });

  test('a message of more than a megabyte from the agent and to it does not pass', async () => {
    const { connectClient } = await startAgent();
    const client = await connectClient();
    const command = Array.from({ length: 256 }, () => '\u{1f600}'.repeat(2048));
    expect(
      await codeOf(() => client.call('terminal.open', { peer: 'x', cols: 1, rows: 1, term: 'xterm', command })),
    ).toBe('control.invalid');
  });

  test.each([
    ['random bytes', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a length beyond the limit', Buffer.from(lengthHeader(APP_WIRE_LIMITS.message + 1))],
    ['an empty message', Buffer.from(lengthHeader(0))],
    ['a message that is no JSON', Buffer.concat([lengthHeader(3), Buffer.from([0, 1, 2])])],
    ['data for a foreign channel', Buffer.concat([lengthHeader(6), Buffer.from([1, 0, 0, 0, 9, 1])])],
  ])('%s ends that connection only', async (_name, bytes) => {
    const { connectClient, path, server } = await startAgent(stopHandler);
    const client = await connectClient();
    await client.call('agent.stop', {});
    const stranger = connect({ path });
    stranger.on('error', () => undefined);
    stranger.write(bytes);
    stranger.resume();
    await once(stranger, 'close');
    expect(await client.call('agent.stop', {})).toEqual({});
    expect(server.connectionCount).toBe(1);
  });
});

describe('the socket', () => {
  test('and its directory are for the owner only, from the first moment on', async () => {
    const profile = join(temporaryDirectory(), 'new', 'profile');
    const path = controlSocketPath(profile);
    await startAgent({}, path);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${path}.pid`, 'utf8')).toBe(`${process.pid}\n`);
  });

  test.runIf(CAN_BE_OTHER_USER)('takes no connection of another user', async () => {
    const { path } = await startAgent();
    const source = `
      import { connect } from 'node:net';
      const socket = connect({ path: ${JSON.stringify(path)} });
      socket.on('connect', () => { console.log('connected'); socket.destroy(); });
      socket.on('error', (error) => console.log(error.code));`;
    expect(runAsOtherUser(source)).toBe('EACCES');
  });

  test.runIf(CAN_BE_OTHER_USER)(
    'takes no connection of another user even with the directory open [S-KEY-1]',
    async () => {
      const { path } = await startAgent();
      chmodSync(dirname(path), 0o755);
      const source = `
      import { connect } from 'node:net';
      const socket = connect({ path: ${JSON.stringify(path)} });
      socket.on('connect', () => { console.log('connected'); socket.destroy(); });
      socket.on('error', (error) => console.log(error.code));`;
      expect(runAsOtherUser(source)).toBe('EACCES');
    },
  );

  test('is not made in a directory with content that others may enter', async () => {
    const profile = temporaryDirectory();
    writeFileSync(join(profile, 'something'), '');
    chmodSync(profile, 0o755);
    expect(await codeOf(() => startAgent({}, controlSocketPath(profile)))).toBe('store.directory-permissions');
    expect(await codeOf(() => connectControlSocket(controlSocketPath(profile)))).toBe('control.directory');
    expect(statSync(profile).mode & 0o777).toBe(0o755);
  });

  test('is made in an empty directory of this user, which becomes private first [S-KEY-1]', async () => {
    const profile = temporaryDirectory();
    chmodSync(profile, 0o755);
    expect(await codeOf(() => connectControlSocket(controlSocketPath(profile)))).toBe('control.not-running');
    expect(statSync(profile).mode & 0o777).toBe(0o755);
    await startAgent({}, controlSocketPath(profile));
    expect(statSync(profile).mode & 0o777).toBe(0o700);
  });

  test('is not made through a link that somebody has put there [S-KEY-1]', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'real'), { mode: 0o700 });
    symlinkSync(join(directory, 'real'), join(directory, 'link'));
    expect(await codeOf(() => startAgent({}, join(directory, 'link', 'control.sock')))).toBe('store.unreadable');
  });

  test('of a running agent is left alone, and its process is named', async () => {
    const { path, connectClient } = await startAgent(stopHandler);
    const error = await startAgent({}, path).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'control.in-use', details: { pid: process.pid } });
    expect(await (await connectClient()).call('agent.stop', {})).toEqual({});
  });

  test('of an agent that is killed while somebody comes in: none is running', async () => {
    const path = controlSocketPath(temporaryDirectory());
    const child = spawn(process.execPath, [
      '--eval',
      `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`,
    ]);
    await once(child.stdout, 'data');
    // It takes nobody any more, but the system still lets people queue.
    child.kill('SIGSTOP');
    const code = codeOf(() => connectControlSocket(path));
    child.kill('SIGKILL');
    // The connection is queued already; nothing looks at it before that end, since this waits without the event loop.
    const state = (): string => execFileSync('ps', ['-o', 'stat=', '-p', String(child.pid)], { encoding: 'utf8' });
    // A process ends thread by thread, and its sockets are closed with the last one.
    const threads = (): number => (process.platform === 'linux' ? readdirSync(`/proc/${child.pid}/task`).length : 1);
    while (!state().startsWith('Z') || threads() > 1);
    expect(await code).toBe('control.not-running');
  });

  test('of an agent that was killed is replaced', async () => {
    const profile = temporaryDirectory();
    const path = controlSocketPath(profile);
    const child = spawn(process.execPath, [
      '--eval',
      `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`,
    ]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(lstatSync(path).isSocket()).toBe(true);
    expect(await codeOf(() => connectControlSocket(path))).toBe('control.not-running');
    writeFileSync(`${path}.lock`, `${child.pid}\n`);
    const { connectClient } = await startAgent(stopHandler, path);
    expect(await (await connectClient()).call('agent.stop', {})).toEqual({});
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test('goes to exactly one of many agents that start at once over a stale one', async () => {
    const path = controlSocketPath(temporaryDirectory());
    const stale = createServer().listen({ path });
    await once(stale, 'listening');
    const held = `${path}.held`;
    // What a killed process leaves behind: a socket nobody listens on.
    renameSync(path, held);
    stale.close();
    await once(stale, 'close');
    renameSync(held, path);
    const starts = await Promise.allSettled(Array.from({ length: 8 }, () => startAgent(stopHandler, path)));
    const codes = starts.map((start) =>
      start.status === 'fulfilled' ? 'started' : (start.reason as { code: string }).code,
    );
    expect(codes.sort()).toEqual([...Array.from({ length: 7 }, () => 'control.in-use'), 'started']);
    const client = new AppApiClient(await connectControlSocket(path));
    onTestFinished(() => client.close());
    expect(await client.call('agent.stop', {})).toEqual({});
  });

  test('goes to an agent that starts while the one before it removes its socket', async () => {
    const path = controlSocketPath(temporaryDirectory());
    const ending = createServer().listen({ path });
    await once(ending, 'listening');
    const held = `${path}.held`;
    renameSync(path, held);
    ending.close();
    await once(ending, 'close');
    renameSync(held, path);
    // It has been looked at by then, and answers nobody.
    const starting = startAgent({}, path);
    rmSync(path);
    const { listener } = await starting;
    expect(lstatSync(path).isSocket()).toBe(true);
    await listener.close();
  });

  test('never replaces a file that is not a socket', async () => {
    const path = controlSocketPath(temporaryDirectory());
    writeFileSync(path, 'precious');
    expect(await codeOf(() => startAgent({}, path))).toBe('control.path');
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  test('is gone after a close, and closing twice is fine', async () => {
    const { path, listener } = await startAgent();
    await Promise.all([listener.close(), listener.close()]);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}.pid`)).toBe(false);
    expect(await codeOf(() => connectControlSocket(path))).toBe('control.not-running');
    await startAgent({}, path);
  });

  test('of a profile without a directory tells that nothing runs', async () => {
    expect(await codeOf(() => connectControlSocket('/nonexistent/profile/control.sock'))).toBe('control.not-running');
  });
});

test('a connection that is aborted before or while it is made is not made', async () => {
  const { path } = await startAgent();
  expect(await codeOf(() => connectControlSocket(path, { signal: AbortSignal.abort() }))).toBe('control.cancelled');
});

test('a close still delivers what was sent before', async () => {
  const path = controlSocketPath(temporaryDirectory());
  const size = 900_000;
  const listener = await listenControlSocket(path, (transport) => {
    transport.setHandlers({ message: () => undefined, drain: () => undefined, closed: () => undefined });
    for (let count = 0; count < 5; count += 1) transport.send(new Uint8Array(size));
    transport.close();
  });
  onTestFinished(() => listener.close());
  const transport = await connectControlSocket(path);
  let received = 0;
  const error = await new Promise<Error | undefined>((resolve) => {
    transport.setHandlers({
      message: (bytes) => {
        received += bytes.length;
      },
      drain: () => undefined,
      closed: resolve,
    });
  });
  expect(error).toBeUndefined();
  expect(received).toBe(5 * size);
});

test('a user interface that reads nothing does not keep the agent from closing', async () => {
  const { path, listener, server } = await startAgent();
  const socket: Socket = connect({ path });
  socket.pause();
  await once(socket, 'connect');
  await expect.poll(() => server.connectionCount).toBe(1);
  for (let count = 0; count < 400; count += 1) server.broadcast('approvals.changed', []);
  const begun = performance.now();
  await listener.close();
  expect(performance.now() - begun).toBeLessThan(4000);
  socket.destroy();
});

describe('the path of the socket', () => {
  test('lies in the profile directory when it fits', () => {
    expect(controlSocketPath('/tmp/profile')).toBe('/tmp/profile/control.sock');
  });

  test('is a short one that depends on the profile alone when it does not fit, and works', async () => {
    const profile = join(temporaryDirectory(), 'x'.repeat(120));
    const path = controlSocketPath(profile);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
    expect(basename(path)).toMatch(/^[0-9a-f]{32}\.sock$/);
    expect(controlSocketPath(join(profile, '..', basename(profile)))).toBe(path);
    expect(controlSocketPath(`${profile}y`)).not.toBe(path);
    const { connectClient } = await startAgent(stopHandler, path);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(await (await connectClient()).call('agent.stop', {})).toEqual({});
    onTestFinished(() => rmSync(`${path}.pid`, { force: true }));
  });
});

if (!CAN_BE_OTHER_USER)
  console.info('control socket: NOT tested against another user, for that this has to run as root');
