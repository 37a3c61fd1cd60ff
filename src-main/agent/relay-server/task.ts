import type {
  CallInput,
  CallOutput,
  RelayServerAction,
  RelayServerPlan,
  RelayServerProgress,
  RelayServerState,
  RelayServerStep,
} from '#shared/app-api/index.ts';
import { pinOfCertificate } from '#node/tls/index.ts';
import type { RelayPackage, RelayPackages } from '#node/releases/index.ts';
import { connectionFailure } from '#shared/connection-failure.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import type { Network } from '../network/index.ts';
import { checkRelay } from './check-relay.ts';
import { RelayServerError } from './errors.ts';
import { RemoteShell, type CommandResult } from './remote-shell.ts';
import * as scripts from './scripts.ts';
import type { Asker, SignedIn } from './sign-in.ts';
import { readFacts, readSurvey, type InstallationRecord, type Survey } from './survey.ts';
import { unitText } from './unit.ts';

type Input = CallInput<'relayServers.run'>;
type Output = CallOutput<'relayServers.run'>;

/** Parts that a task uses. */
export type TaskParts = Readonly<{
  clock: Clock;
  network: Pick<Network, 'relay'>;
  packages: RelayPackages;
  version: string;
  ask: Asker;
  signal: AbortSignal;
  show(progress: RelayServerProgress): void;
  connect(): Promise<SignedIn>;
  /** Saves that a relay is there, or that it is gone. */
  installed(url: string, version: string): void;
  removed(url: string): void;
}>;

const DEFAULT_PORT = 7474;
/** Free disk that an installation needs, MB. */
const NEEDED_DISK = 500;
/** Longest wait for unpacking and starting, ms. */
const SLOW = 180_000;
/** Longest wait for the relay connection of this device, ms. */
const ADOPTION = 20_000;

/** One task at a server: sets a relay up, updates it, removes it, or looks at it. Undoes what it did when a step fails or the call is cancelled. */
export class Task {
  readonly #input: Input;
  readonly #parts: TaskParts;
  readonly #undo: { what: string; run: () => Promise<void> }[] = [];
  #step: RelayServerStep = 'connect';
  #shell: RemoteShell | undefined;
  #server = '';
  #host = '';
  #port: number;

  constructor(input: Input, parts: TaskParts) {
    this.#input = input;
    this.#parts = parts;
    this.#port = input.server.relayPort ?? DEFAULT_PORT;
  }

  /** Runs the task. @throws {ClawReachError} the reason of a failure, after everything was undone */
  async run(): Promise<Output> {
    let signedIn: SignedIn | undefined;
    try {
      this.#begin('connect');
      signedIn = await this.#parts.connect();
      this.#server = signedIn.server;
      this.#host = this.#input.server.address ?? signedIn.host;
      this.#shell = new RemoteShell(signedIn.client, this.#parts.clock);
      await this.#becomeRoot();
      const survey = await this.#survey();
      const output = await this.#dispatch(survey);
      this.#parts.show({ kind: 'step', step: this.#step, state: 'done' });
      return output;
    } catch (error) {
      this.#parts.show({ kind: 'step', step: this.#step, state: 'failed' });
      await this.#undoAll();
      if (this.#parts.signal.aborted && errorCode(error) !== 'relay-server.cancelled')
        throw new RelayServerError('relay-server.cancelled', 'cancelled', { cause: error });
      throw error;
    } finally {
      signedIn?.close();
    }
  }

  get #url(): string {
    return `wss://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${this.#port}`;
  }

  #dispatch(survey: Survey): Promise<Output> {
    switch (this.#input.task) {
      case 'status':
        return this.#status(survey);
      case 'remove':
        return this.#remove(survey);
      case 'update':
        if (survey.record === undefined) throw missing();
        return this.#install(survey);
      case 'deploy':
        return this.#install(survey);
    }
  }

  async #becomeRoot(): Promise<void> {
    const { ask, signal } = this.#parts;
    const shell = this.#remote;
    const facts = readFacts((await shell.asUser(scripts.USER_SURVEY, [], signal)).output);
    if (facts.get('uid') === '0') return;
    if (!facts.has('sudo')) throw new RelayServerError('relay-server.sudo', 'neither root nor sudo');
    if (facts.has('sudo-free') && (await shell.useSudo(null, signal))) return;
    for (let tries = 0; tries < 3; tries += 1) {
      const password = await ask.secret({ kind: 'sudo-password', server: this.#server, retry: tries > 0 });
      if (password === undefined || /[\r\n]/.test(password)) break;
      if (await shell.useSudo(password, signal)) return;
    }
    throw new RelayServerError('relay-server.sudo', 'sudo is not allowed');
  }

  async #survey(): Promise<Survey> {
    this.#begin('survey');
    const look = async (): Promise<Survey> =>
      readSurvey((await this.#root(scripts.SURVEY, [String(this.#port)])).output);
    const survey = await look();
    const { record } = survey;
    if (record === undefined || this.#input.server.relayPort !== undefined || record.port === this.#port) return survey;
    // The relay that is there keeps its port.
    this.#port = record.port;
    return look();
  }

  async #status(survey: Survey): Promise<Output> {
    return { outcome: 'status', plan: null, state: await this.#state(survey), kept: [] };
  }

  async #state(survey: Survey): Promise<RelayServerState> {
    const { record, isActive, arch } = survey;
    const pin = record === undefined || !isActive ? undefined : (await this.#readRelay()).pin;
    const problem = pin === undefined ? 'off' : await checkRelay(this.#host, this.#port, pin, this.#parts.signal);
    return {
      installed: record !== undefined,
      running: isActive,
      version: record?.version ?? null,
      available: this.#parts.packages.find(arch) === 'own' ? this.#parts.version : null,
      url: this.#url,
      pin: pin ?? null,
      reachable: problem === undefined,
    };
  }

  async #install(survey: Survey): Promise<Output> {
    const { packages, signal } = this.#parts;
    const { record } = survey;
    if (record === undefined && (survey.hasUnit || survey.hasBase))
      throw new RelayServerError('relay-server.foreign', 'something else is there', {
        details: { path: survey.hasUnit ? scripts.UNIT : scripts.BASE },
      });
    if (survey.isPortUsed && !(record !== undefined && survey.isActive && record.port === this.#port))
      throw new RelayServerError('relay-server.port', 'the port is in use', { details: { port: this.#port } });
    if (survey.free < NEEDED_DISK)
      throw new RelayServerError('relay-server.disk', 'too little space', {
        details: { free: survey.free, needed: NEEDED_DISK },
      });
    this.#begin('package');
    const parcel = await packages.open(survey.arch, signal);
    try {
      const name = `${parcel.version}-${parcel.sha512.slice(0, 12)}`;
      const isSame = record?.name === name && record.port === this.#port && survey.isActive;
      const plan = this.#planInstall(survey, parcel, name, isSame);
      this.#parts.show({ kind: 'plan', plan });
      if (this.#input.dryRun === true) return { outcome: 'planned', plan, state: null, kept: [] };
      if (plan.actions.length === 0) return { outcome: 'unchanged', plan, state: await this.#state(survey), kept: [] };
      if (!(await this.#parts.ask.decide({ kind: 'plan', plan })))
        return { outcome: 'declined', plan, state: null, kept: [] };
      if (!isSame) await this.#putInPlace(survey, parcel, name);
      const { pin, token } = await this.#readRelay();
      if (pin === undefined || token === undefined)
        throw new RelayServerError('relay-server.start', 'the relay has no keys', {
          details: { reason: 'no certificate or token' },
        });
      await this.#check(pin);
      // The relay runs and answers from here: it stays, even if this device can't use it yet.
      this.#parts.installed(this.#url, parcel.version);
      this.#undo.splice(0);
      if (this.#wantsAdoption(survey)) await this.#adopt(pin, token);
      if (!isSame)
        await this.#remote.asRoot(scripts.REMOVE_OLD, [name, survey.current ?? name], signal).catch(() => undefined);
      const state: RelayServerState = {
        installed: true,
        running: true,
        version: parcel.version,
        available: parcel.version,
        url: this.#url,
        pin,
        reachable: true,
      };
      return { outcome: isSame ? 'unchanged' : 'done', plan, state, kept: [] };
    } finally {
      await parcel.release();
    }
  }

  #wantsAdoption(survey: Survey): boolean {
    const { status } = this.#parts.network.relay;
    return (
      this.#input.adopt !== false &&
      this.#input.task === 'deploy' &&
      (status.url !== this.#url || status.state !== 'online' || !survey.hasData)
    );
  }

  #planInstall(survey: Survey, parcel: RelayPackage, name: string, isSame: boolean): RelayServerPlan {
    const { record, firewall } = survey;
    const rules =
      firewall === undefined ||
      (record?.firewall !== undefined && record.firewall !== null && record.port === this.#port)
        ? []
        : [`${firewall}: ${this.#port}/tcp, ${this.#port}/udp`];
    const actions: readonly (RelayServerAction | false)[] = isSame
      ? []
      : [
          { kind: 'copy-package', what: `clawreach ${parcel.version}` },
          { kind: 'create-folder', what: `${scripts.BASE}/versions/${name}` },
          !survey.hasUser && { kind: 'create-user', what: scripts.USER },
          !survey.hasData && { kind: 'create-folder', what: scripts.DATA },
          { kind: 'create-file', what: scripts.RECORD },
          { kind: 'create-service', what: scripts.UNIT },
          ...rules.map((what) => ({ kind: 'open-port' as const, what })),
          { kind: 'switch-version', what: `${scripts.BASE}/current → versions/${name}` },
          { kind: survey.isActive ? 'restart-service' : 'start-service', what: scripts.SERVICE },
        ];
    return {
      task: record === undefined ? 'deploy' : 'update',
      server: this.#server,
      arch: survey.arch,
      version: parcel.version,
      before: record?.version ?? null,
      size: parcel.size,
      url: this.#url,
      actions: [...actions, this.#wantsAdoption(survey) && ({ kind: 'use-relay', what: this.#url } as const)].filter(
        (action) => action !== false,
      ),
    };
  }

  async #putInPlace(survey: Survey, parcel: RelayPackage, name: string): Promise<void> {
    const { signal, show } = this.#parts;
    const { record } = survey;
    this.#begin('copy');
    let shown = 0;
    const { folder, file } = await this.#remote.upload(
      parcel.path,
      (done) => {
        if (done < parcel.size && done - shown < 1_000_000) return;
        shown = done;
        show({ kind: 'step', step: 'copy', state: 'running', done, total: parcel.size });
      },
      signal,
      (made) => this.#later(made, () => this.#asUser('rm -rf -- "$1"', [made])),
    );
    this.#begin('verify');
    if (!survey.hasBase) this.#later(scripts.BASE, () => this.#asRoot(scripts.REMOVE_PROGRAMS, []));
    else
      this.#later(`${scripts.BASE}/versions/${name}`, () =>
        survey.current === name ? Promise.resolve() : this.#asRoot(scripts.REMOVE_VERSION, [name]),
      );
    await this.#root(scripts.VERIFY, [file, parcel.sha512], SLOW);
    await this.#asUser('rm -rf -- "$1"', [folder]);
    this.#begin('install');
    if (!survey.hasUser) this.#later(scripts.USER, () => this.#asRoot(scripts.REMOVE_USER, []));
    await this.#root(scripts.INSTALL, [name], SLOW);
    this.#begin('firewall');
    const firewall = await this.#openPort(survey);
    this.#begin('service');
    const next: InstallationRecord = {
      format: 1,
      version: parcel.version,
      name,
      port: this.#port,
      createdUser: record?.createdUser ?? (!survey.hasUser || survey.isOwnUser),
      firewall,
      installedAt: new Date(this.#parts.clock.now()).toISOString(),
    };
    if (!survey.hasData) this.#later(scripts.DATA, () => this.#asRoot(scripts.REMOVE_DATA, []));
    this.#later(scripts.UNIT, async () => {
      if (record === undefined) return this.#asRoot(scripts.REMOVE_SERVICE, []);
      await this.#asRoot(scripts.SERVICE_FILES, [unitText(record.port), JSON.stringify(record)]);
      await this.#asRoot(scripts.START, [record.name, String(record.port)], SLOW);
    });
    await this.#root(scripts.SERVICE_FILES, [unitText(this.#port), JSON.stringify(next)]);
    this.#begin('start');
    await this.#root(scripts.START, [name, String(this.#port)], SLOW);
  }

  async #openPort({ firewall, record }: Survey): Promise<InstallationRecord['firewall']> {
    const before = record?.firewall ?? null;
    if (firewall === undefined) return before;
    const { output } = await this.#root(scripts.MISSING_RULES, [firewall, String(this.#port)]);
    const rules = output.split('\n').flatMap((line) => /^rule=(\d{1,5}\/(?:tcp|udp))$/.exec(line)?.[1] ?? []);
    if (rules.length > 0) {
      // Before they are added: a cancel may meet the command.
      this.#later(`${firewall}: ${rules.join(', ')}`, () => this.#asRoot(scripts.CLOSE_PORT, [firewall, ...rules]));
      await this.#root(scripts.OPEN_PORT, [firewall, ...rules]);
    }
    const kept = before?.kind === firewall ? before.rules : [];
    return { kind: firewall, rules: [...new Set([...kept, ...rules])].slice(-8) };
  }

  async #readRelay(): Promise<Readonly<{ pin: string | undefined; token: string | undefined }>> {
    const facts = readFacts((await this.#root(scripts.READ_RELAY, [])).output);
    const decode = (key: string): string | undefined => {
      const value = facts.get(key);
      return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
    };
    const certificate = decode('tls-certificate.pem');
    const token = decode('admission-token')?.trim();
    try {
      return {
        pin: certificate === undefined ? undefined : toHex(pinOfCertificate(certificate)),
        token: token !== undefined && /^[\x21-\x7E]{8,256}$/.test(token) ? token : undefined,
      };
    } catch (cause) {
      throw new RelayServerError('relay-server.answers', 'the certificate cannot be read', { cause });
    }
  }

  /** Dials the relay from here, as other devices will; a firewall in between is a question, not yet a failure. */
  async #check(pin: string): Promise<void> {
    const { ask, signal } = this.#parts;
    this.#begin('check');
    for (;;) {
      const reason = await checkRelay(this.#host, this.#port, pin, signal);
      if (reason === undefined) return;
      const again = await ask.decide({ kind: 'unreachable', url: this.#url, port: this.#port, reason });
      if (!again)
        throw new RelayServerError('relay-server.unreachable', 'the relay cannot be reached', {
          // The system's own words say no more than that to people.
          details: { url: this.#url, ...(connectionFailure(reason) === undefined && { reason }) },
        });
    }
  }

  async #adopt(pin: string, admission: string): Promise<void> {
    const { network, signal } = this.#parts;
    this.#begin('adopt');
    await network.relay.change({ url: this.#url, pin, admission }, signal);
    await network.relay.ready(ADOPTION, signal);
  }

  async #remove(survey: Survey): Promise<Output> {
    const { ask } = this.#parts;
    const { record } = survey;
    if (record === undefined) throw missing();
    const wantsData =
      this.#input.removeData ??
      (this.#input.dryRun === true ? false : await ask.decide({ kind: 'data', folder: scripts.DATA }));
    const rules = record.firewall?.rules ?? [];
    const removesUser = record.createdUser && wantsData;
    const actions: readonly (RelayServerAction | false)[] = [
      { kind: 'stop-service', what: scripts.SERVICE },
      { kind: 'remove-service', what: scripts.UNIT },
      ...rules.map((rule) => ({ kind: 'close-port' as const, what: `${record.firewall?.kind ?? ''}: ${rule}` })),
      { kind: 'remove-folder', what: scripts.BASE },
      removesUser && { kind: 'remove-user', what: scripts.USER },
      { kind: wantsData ? 'remove-data' : 'keep-data', what: scripts.DATA },
      this.#isUsed && { kind: 'leave-relay', what: this.#url },
    ];
    const plan: RelayServerPlan = {
      task: 'remove',
      server: this.#server,
      arch: survey.arch,
      version: null,
      before: record.version,
      size: null,
      url: this.#url,
      actions: actions.filter((action) => action !== false),
    };
    this.#parts.show({ kind: 'plan', plan });
    if (this.#input.dryRun === true) return { outcome: 'planned', plan, state: null, kept: [] };
    if (!(await ask.decide({ kind: 'plan', plan }))) return { outcome: 'declined', plan, state: null, kept: [] };
    this.#begin('remove');
    await this.#root(scripts.REMOVE_SERVICE, []);
    if (record.firewall !== null && rules.length > 0)
      await this.#root(scripts.CLOSE_PORT, [record.firewall.kind, ...rules]);
    if (wantsData) await this.#root(scripts.REMOVE_DATA, []);
    if (removesUser) await this.#root(scripts.REMOVE_USER, []);
    // The record goes last, so that a removal that stops can be repeated.
    await this.#root(scripts.REMOVE_PROGRAMS, []);
    // It may have been chosen, or left, while the server worked.
    if (this.#isUsed) this.#parts.network.relay.leave();
    this.#parts.removed(this.#url);
    const kept = wantsData ? [] : [scripts.DATA, ...(record.createdUser ? [scripts.USER] : [])];
    return { outcome: 'done', plan, state: null, kept };
  }

  /** True if this device uses the relay of the server. */
  get #isUsed(): boolean {
    const { url } = this.#parts.network.relay.status;
    return url !== null && url === this.#url;
  }

  get #remote(): RemoteShell {
    if (this.#shell === undefined)
      throw new RelayServerError('relay-server.command', 'not connected', { details: { reason: 'not connected' } });
    return this.#shell;
  }

  /** Runs a script as root; its failure is one of the task. */
  async #root(script: string, args: readonly string[], timeout?: number): Promise<CommandResult> {
    return checked(await this.#remote.asRoot(script, args, this.#parts.signal, timeout));
  }

  /** Runs a script while undoing, when the task's own signal may have fired. */
  async #asRoot(script: string, args: readonly string[], timeout?: number): Promise<void> {
    checked(await this.#remote.asRoot(script, args, new AbortController().signal, timeout));
  }

  async #asUser(script: string, args: readonly string[]): Promise<void> {
    checked(await this.#remote.asUser(script, args, new AbortController().signal));
  }

  #later(what: string, run: () => Promise<void>): void {
    this.#undo.push({ what, run });
  }

  async #undoAll(): Promise<void> {
    if (this.#undo.length === 0) return;
    this.#parts.show({ kind: 'step', step: 'undo', state: 'running' });
    const remains: string[] = [];
    for (const { what, run } of this.#undo.splice(0).toReversed()) {
      await run().catch(() => remains.push(what));
    }
    this.#parts.show({ kind: 'step', step: 'undo', state: remains.length === 0 ? 'done' : 'failed' });
    this.#parts.show({ kind: 'undone', remains });
  }

  #begin(step: RelayServerStep): void {
    if (step !== this.#step) this.#parts.show({ kind: 'step', step: this.#step, state: 'done' });
    this.#step = step;
    this.#parts.show({ kind: 'step', step, state: 'running' });
  }
}

function missing(): RelayServerError {
  return new RelayServerError('relay-server.missing', 'no relay of ClawReach is there');
}

function checked(result: CommandResult): CommandResult {
  const { code, errors } = result;
  if (code === 0) return result;
  const details = { reason: cleanDetail(errors === '' ? `exit code ${code}` : errors, 300) };
  if (code === 90)
    throw new RelayServerError('relay-server.foreign', "the folder is not root's", { details: { path: scripts.BASE } });
  if (code === 91) throw new RelayServerError('relay-server.damaged', 'the server has other bytes than were sent');
  if (code === 92) throw new RelayServerError('relay-server.start', 'the relay did not start', { details });
  throw new RelayServerError('relay-server.command', 'a command failed at the server', { details });
}
