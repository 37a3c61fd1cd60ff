import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { until } from '../e2e/until.ts';
import { freePort } from '../free-port.ts';
import { listens } from '../ssh/sshd.ts';

const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', ...postgresFolders()];

/** The whole path of a program of this machine. */
export function findProgram(name: string): string | undefined {
  return FOLDERS.filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** Whether all of them are there; one line says which are not, and so which test is left out. */
export function has(...names: readonly string[]): boolean {
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) console.info(`left out, not installed: ${missing.join(' ')}`);
  return missing.length === 0;
}

/** Whether this machine has the loopback address of IPv6. */
export function hasIpv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, '::1', () => server.close(() => resolve(true)));
  });
}

/** Servers as people run them, on loopback, in a folder of their own. */
export class Programs {
  readonly folder = mkdtempSync(join(tmpdir(), 'clawreach-programs-'));
  readonly #children: ChildProcess[] = [];

  constructor() {
    // A server that runs as another user has to find its part of it.
    chmodSync(this.folder, 0o755);
  }

  /** nginx with pages of `folder`/web: plain, and with TLS and HTTP/2. */
  async nginx(): Promise<Readonly<{ plain: number; tls: number; certificate: string }>> {
    const [plain, tls] = [await freePort(), await freePort()];
    const place = join(this.folder, 'nginx');
    for (const name of [place, join(this.folder, 'web')]) mkdirSync(name, { recursive: true });
    const certificate = join(place, 'certificate.pem');
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(place, 'key.pem')];
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...names, '-out', certificate], { stdio: 'pipe' });
    const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${place}/${name};`,
    );
    const ipv6 = (await hasIpv6()) ? `listen [::1]:${plain};` : '';
    const config = `daemon off; master_process off; pid ${place}/pid; error_log stderr;
events { worker_connections 256; }
http { access_log off; ${places.join(' ')} root ${join(this.folder, 'web')};
server { listen 127.0.0.1:${plain}; ${ipv6} }
server { listen 127.0.0.1:${tls} ssl http2; ssl_certificate ${certificate}; ssl_certificate_key ${place}/key.pem; } }
`;
    writeFileSync(join(place, 'nginx.conf'), config);
    await this.#start('nginx', ['-p', place, '-c', join(place, 'nginx.conf'), '-e', 'stderr'], plain);
    return { plain, tls, certificate };
  }

  /** PostgreSQL without passwords; its person is `tester`. */
  async postgres(): Promise<number> {
    const port = await freePort();
    const place = join(this.folder, 'postgres');
    mkdirSync(place, { mode: 0o700 });
    // It refuses to run as root.
    const as = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
    if (as.length > 0) chownSync(place, Number(execFileSync('id', ['-u', 'postgres'])), -1);
    const run = (name: string, ...words: readonly string[]): readonly [string, readonly string[]] => {
      const [first = '', ...rest] = [...as, findProgram(name) ?? name, ...words];
      return [first, rest];
    };
    const [init, words] = run(
      'initdb',
      '-D',
      place,
      '-A',
      'trust',
      '-U',
      'tester',
      '--no-sync',
      '--locale=C',
      '-E',
      'UTF8',
    );
    execFileSync(init, words, { stdio: 'pipe', cwd: '/' });
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'].flatMap((one) => [
      '-c',
      one,
    ]);
    const [server, options] = run('postgres', '-D', place, '-p', String(port), ...settings);
    await this.#start(server, options, port);
    return port;
  }

  async redis(): Promise<number> {
    const port = await freePort();
    const words = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      this.folder,
    ];
    await this.#start('redis-server', words, port);
    return port;
  }

  async close(): Promise<void> {
    // Each ends in order at SIGINT; PostgreSQL waits for nobody then.
    await Promise.all(this.#children.map((child) => endWith(child, 'SIGINT')));
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #start(program: string, words: readonly string[], port: number): Promise<void> {
    const child = spawn(findProgram(program) ?? program, words, { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' });
    this.#children.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => {
        said = (said + text.toString()).slice(-4000);
      });
    await until(`${program} to listen`, async () => {
      if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
      return (await listens(port)) ? true : undefined;
    });
  }
}

async function endWith(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => void child.once('exit', resolve));
  // `runuser` passes on no SIGINT: its child is told instead.
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' });
  const own = (stdout ?? '')
    .trim()
    .split(/\s+/)
    .filter((pid) => pid !== '')
    .map(Number);
  const isWrapper = child.spawnfile.endsWith('runuser');
  for (const pid of isWrapper ? own : [child.pid ?? 0]) if (pid > 0) process.kill(pid, signal);
  await over;
}

function postgresFolders(): readonly string[] {
  const place = '/usr/lib/postgresql';
  if (!existsSync(place)) return [];
  const versions = readdirSync(place).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(place, version, 'bin'));
}
