import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, TestSshd } from '../../support/ssh/sshd.ts';
import { memoryHostKeys, openTunnel, type Tunnel, type TunnelOptions } from '../../support/ssh/stage.ts';

let sshd: TestSshd;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  sshd = await TestSshd.start();
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
afterAll(() => sshd.close());

function open(options: TunnelOptions): Tunnel {
  const tunnel = openTunnel(sshd, options);
  ends.push(() => tunnel.close());
  return tunnel;
}

/** The problem with which it fails for good. */
async function failure(options: TunnelOptions): Promise<unknown> {
  const state = await open(options).reached('failed');
  return 'problem' in state ? state.problem : undefined;
}

const key = (file: string): TunnelOptions => ({ login: { method: 'key', file } });

describe('a login with a key file', () => {
  it.each([
    ['ed25519', []],
    ['ecdsa', ['-b', '256']],
    ['ecdsa', ['-b', '521']],
    ['rsa', ['-b', '2048']],
  ] as const)('takes %s %j in the form of OpenSSH', async (type, more) => {
    const file = sshd.addKey(`plain-${type}${more.join('')}`, type, '', more);
    expect(await open(key(file)).reached('ready')).toStrictEqual({ state: 'ready' });
  });

  it('takes an encrypted one with its passphrase, in the form of OpenSSH and as PEM', async () => {
    const file = sshd.addKey('locked', 'ed25519', 'open sesame');
    expect(await open({ ...key(file), secret: 'open sesame' }).reached('ready')).toStrictEqual({ state: 'ready' });
    const pem = sshd.addKey('locked-pem', 'rsa', 'open sesame', ['-b', '2048', '-m', 'PEM']);
    expect(await open({ ...key(pem), secret: 'open sesame' }).reached('ready')).toStrictEqual({ state: 'ready' });
    const pkcs8 = sshd.addKey('locked-pkcs8', 'ecdsa', 'open sesame', ['-m', 'PKCS8']);
    expect(await open({ ...key(pkcs8), secret: 'open sesame' }).reached('ready')).toStrictEqual({ state: 'ready' });
  });

  it('finds a file that begins with ~/ in the home directory', async () => {
    sshd.addKey('at-home', 'ed25519');
    expect(await open(key('~/at-home')).reached('ready')).toStrictEqual({ state: 'ready' });
  });

  it('says what is wrong with the file, without a word to the server [S-FWD-6]', async () => {
    const locked = sshd.makeKey('other-locked', 'ed25519', 'secret');
    const lockedPem = sshd.makeKey('other-pem', 'rsa', 'secret', ['-b', '2048', '-m', 'PEM']);
    const garbage = join(sshd.folder, 'garbage');
    writeFileSync(garbage, 'no key at all');
    const x25519 = join(sshd.folder, 'x25519');
    writeFileSync(x25519, generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    let dialed = 0;
    const dial = (): Promise<never> => {
      dialed += 1;
      return Promise.reject(new Error('not wanted'));
    };
    const missing = join(sshd.folder, 'missing');
    const pipe = join(sshd.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const [file, secret, code] of [
      [missing, null, 'ssh.key-file-missing'],
      [sshd.folder, null, 'ssh.key-file-missing'],
      // What a file of rules from somebody else may name: they would hold up everything that waits for files.
      [pipe, null, 'ssh.key-file-missing'],
      ['/dev/tty', null, 'ssh.key-file-missing'],
      ['/dev/zero', null, 'ssh.key-file-missing'],
      [locked, null, 'ssh.key-file-passphrase'],
      [locked, 'wrong', 'ssh.key-file-passphrase'],
      [lockedPem, null, 'ssh.key-file-passphrase'],
      [lockedPem, 'wrong', 'ssh.key-file-passphrase'],
      [garbage, null, 'ssh.key-file-format'],
      [`${locked}.pub`, null, 'ssh.key-file-format'],
      [x25519, null, 'ssh.key-file-format'],
    ] as const)
      expect(await failure({ ...key(file), secret, dial })).toMatchObject({ code, details: { file } });
    expect(dialed).toBe(0);
  });

  it('is refused once, and not tried again: the account could be locked [S-SSH-5]', async () => {
    const stranger = sshd.makeKey('stranger', 'ed25519');
    const tunnel = open(key(stranger));
    await tunnel.reached('failed');
    expect(tunnel.connection.state).toMatchObject({
      problem: { code: 'ssh.login-refused', details: { methods: 'publickey' } },
    });
    expect(tunnel.states.map(({ state }) => state)).toStrictEqual(['connecting', 'failed']);
    await expect(tunnel.connection.client(new AbortController().signal)).rejects.toMatchObject({
      code: 'ssh.login-refused',
    });
  });
});

describe('a login with a key agent', () => {
  it('offers its keys until one is taken', async () => {
    const strangers = ['a', 'b'].map((name) => sshd.makeKey(`agent-${name}`, 'ed25519'));
    const known = sshd.addKey('agent-rsa', 'rsa', '', ['-b', '2048']);
    const agent = await startAgent(sshd.folder, [...strangers, known]);
    ends.push(() => agent.close());
    const machine = { home: sshd.folder, environment: { SSH_AUTH_SOCK: agent.socket } };
    const tunnel = open({ login: { method: 'agent' }, machine });
    expect(await tunnel.reached('ready')).toStrictEqual({ state: 'ready' });
  });

  it('with more keys than the server hears out is a refused login, not a broken connection', async () => {
    const strangers = Array.from({ length: 8 }, (_, index) => sshd.makeKey(`crowd-${index}`, 'ed25519'));
    const agent = await startAgent(sshd.folder, strangers, 'agent-of-many');
    ends.push(() => agent.close());
    const machine = { home: sshd.folder, environment: { SSH_AUTH_SOCK: agent.socket } };
    expect(await failure({ login: { method: 'agent' }, machine })).toMatchObject({ code: 'ssh.login-refused' });
  });

  it('goes on trying while there is none, or none with a key', async () => {
    const without = open({ login: { method: 'agent' } });
    expect(await without.reached('waiting')).toMatchObject({ problem: { code: 'ssh.agent-missing' } });
    const dead = { home: sshd.folder, environment: { SSH_AUTH_SOCK: join(sshd.folder, 'nobody') } };
    const gone = open({ login: { method: 'agent' }, machine: dead });
    expect(await gone.reached('waiting')).toMatchObject({ problem: { code: 'ssh.agent-missing' } });
    const agent = await startAgent(sshd.folder, [], 'agent-of-none');
    ends.push(() => agent.close());
    const none = { home: sshd.folder, environment: { SSH_AUTH_SOCK: agent.socket } };
    const empty = open({ login: { method: 'agent' }, machine: none });
    expect(await empty.reached('waiting')).toMatchObject({ problem: { code: 'ssh.agent-empty' } });
  });
});

/**
 * OpenSSH's server checks passwords of real accounts only, and asks questions through PAM only: neither can be had in a test without changing
 * the machine. So the server of the library stands in for these two.
 */
describe('a login with a password', () => {
  const PASSWORD = 'correct horse';
  let servers = 0;

  async function serve(
    methods: readonly ('password' | 'keyboard-interactive')[],
  ): Promise<Readonly<{ port: number; key: Buffer; tries: string[] }>> {
    // One in two hundred that the library makes can't be read by it.
    const file = sshd.makeKey(`library-host-${(servers += 1)}`, 'ed25519');
    const hostKey = readFileSync(file);
    const publicKey = readFileSync(`${file}.pub`, 'utf8');
    const tries: string[] = [];
    const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
      client.on('error', () => undefined);
      client.on('authentication', (context) => {
        const method = context.method;
        if (method === 'password' && methods.includes('password')) {
          tries.push('password');
          if (isSame(context.password, PASSWORD)) context.accept();
          else context.reject([...methods]);
        } else if (method === 'keyboard-interactive' && methods.includes('keyboard-interactive')) {
          context.prompt(
            [
              { prompt: 'Name:', echo: true },
              { prompt: 'Password:', echo: false },
            ],
            (answers) => {
              tries.push(`answers ${JSON.stringify(answers.map((answer) => answer === PASSWORD))} ${answers[0]}`);
              if (isSame(answers[1] ?? '', PASSWORD)) context.accept();
              else context.reject([...methods]);
            },
          );
        } else context.reject([...methods]);
      });
    });
    ends.push(() => server.close());
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    return { port, key: Buffer.from(publicKey.split(' ')[1] ?? '', 'base64'), tries };
  }

  function login(server: Readonly<{ port: number; key: Buffer }>, secret: string | null): TunnelOptions {
    const hostKeys = memoryHostKeys();
    hostKeys.trust({ peer: null, host: '127.0.0.1', port: server.port }, server.key);
    return { login: { method: 'password' }, secret, hostKeys, port: server.port };
  }

  it('gives it where the server takes passwords', async () => {
    const server = await serve(['password']);
    expect(await open(login(server, PASSWORD)).reached('ready')).toStrictEqual({ state: 'ready' });
    expect(server.tries).toStrictEqual(['password']);
  });

  it('answers the question that is typed unseen with it, and no other one [S-SSH-5]', async () => {
    const server = await serve(['keyboard-interactive']);
    expect(await open(login(server, PASSWORD)).reached('ready')).toStrictEqual({ state: 'ready' });
    expect(server.tries).toStrictEqual(['answers [false,true] ']);
  });

  it('offers a wrong one once in each way, and says what the server would take', async () => {
    const server = await serve(['password', 'keyboard-interactive']);
    expect(await failure(login(server, 'wrong'))).toMatchObject({
      code: 'ssh.login-refused',
      details: { methods: 'password, keyboard-interactive' },
    });
    expect(server.tries).toHaveLength(2);
  });

  it('says that none is saved', async () => {
    expect(await failure({ login: { method: 'password' } })).toMatchObject({ code: 'ssh.password-missing' });
  });
});

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
