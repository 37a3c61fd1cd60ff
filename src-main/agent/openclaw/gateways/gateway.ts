import * as z from 'zod';
import type { GatewayProblem, GatewayRole, GatewaySettings, GatewayView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import {
  gatewayDeviceKey,
  sameEndpoint,
  type GatewayDeviceKey,
  type GatewayMachine,
  type GatewaySelf,
} from '#shared/openclaw/gateway/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { AuditLog } from '../../core/store/index.ts';
import type { GatewayBook, StoredGateway } from './book.ts';
import { CertificateTrust, type GatewayTrust } from './certificate-trust.ts';
import type { Channel, GatewayWelcome } from './channel.ts';
import { GatewayConnection, type ConnectionHandlers } from './connection.ts';
import type { Credential } from './credentials.ts';
import { RoleLink } from './role-link.ts';
import { ApprovedCommandsWatch } from './approved-commands.ts';
import type { GatewayChannel, NodeDeclaration } from './gateway-directory.ts';
import { safeParse } from '#shared/safe-parse.ts';

type Server = NonNullable<GatewayView['server']>;

const resolved = z.object({
  deviceId: z.string().max(128),
  requestId: z.string().max(128),
  decision: z.string().max(32),
});

/** Dependencies that all gateways of an agent share. */
export type GatewayContext = Readonly<{
  machine: GatewayMachine;
  self: Pick<GatewaySelf, 'platform' | 'version'>;
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  audit: AuditLog;
  book: GatewayBook;
  random: () => number;
  /** Name of this device as the gateway's operator. */
  deviceName(): string;
  /** Reports whether the agent is paused; call `apply` after a change. */
  isPaused(): boolean;
  /** Commands that this machine declares as the gateway's node. */
  nodeDeclaration(id: string): NodeDeclaration;
  /** Counts the gateway's requests that wait for a person. */
  pendingRequests(id: string): number;
  /** Called for each new connection. */
  onChannel(channel: GatewayChannel): void;
  /** Called when the view may have changed. */
  onChange(): void;
}>;

/**
 * One saved gateway at run time: its operator and node connections, its certificate, and the view for user interfaces. Saves tokens and trusted
 * certificates in the book, and writes changes of its connections to the audit log. Used by `GatewayManager`.
 */
export class KnownGateway {
  readonly id: string;
  readonly #context: GatewayContext;
  readonly #links: Readonly<Record<GatewayRole, RoleLink>>;
  readonly #approvedCommands: ApprovedCommandsWatch;
  readonly #listeners = new Set<() => void>();
  readonly #trust: CertificateTrust;
  /** Last failure of each role in the audit log, so that retries don't repeat it. */
  readonly #recorded = new Map<GatewayRole, string>();
  #server: Server | null = null;

  constructor(context: GatewayContext, stored: StoredGateway) {
    this.id = stored.id;
    this.#context = context;
    this.#trust = new CertificateTrust(() => this.settings.fingerprint);
    this.#links = { operator: this.#createLink('operator'), node: this.#createLink('node') };
    this.#approvedCommands = new ApprovedCommandsWatch({
      clock: context.clock,
      logger: context.logger.child({ gateway: this.id }),
      onChange: () => this.#changed(),
    });
  }

  /** Saved settings. */
  get settings(): GatewaySettings {
    return this.#stored.settings;
  }

  /** Returns the current connection of a role, if any. */
  channel(role: GatewayRole): GatewayChannel | undefined {
    return this.#links[role].channel;
  }

  /** Link of a role, for `awaitChannel`. */
  link(role: GatewayRole): Pick<RoleLink, 'channel' | 'failure' | 'isHeld'> {
    return this.#links[role];
  }

  /** Calls the listener after each change of this gateway. @returns removes the listener */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Starts the roles that are switched on and stops the others. Starts none while a certificate waits for a decision. */
  apply(): void {
    const { settings } = this;
    for (const role of ['operator', 'node'] as const) {
      if (!settings[role].enabled) this.#links[role].stop();
      else if (this.#context.isPaused()) this.#links[role].pause();
      else if (this.#trust.waiting === null) this.#links[role].start();
    }
  }

  /** Connects now, on a person's request; fetches a waiting certificate again. */
  connect(): void {
    this.#trust.dropWaiting();
    this.apply();
  }

  /** Reconnects the roles that changed settings concern. @param secretsChanged a person has set or removed a secret */
  updated(before: GatewaySettings, secretsChanged: boolean): void {
    const after = this.settings;
    const moved = !sameEndpoint(before.endpoint, after.endpoint) || before.fingerprint !== after.fingerprint;
    if (moved) this.#trust.forget();
    for (const role of ['operator', 'node'] as const) {
      const link = this.#links[role];
      if (!after[role].enabled || this.#trust.waiting !== null || this.#context.isPaused()) continue;
      const declared = JSON.stringify(before[role]) !== JSON.stringify(after[role]);
      if (moved || declared) link.restart();
      else if (secretsChanged && link.channel === undefined) link.restart();
    }
    this.apply();
  }

  /** Applies a person's decision on the certificate that is shown. @throws {GatewayError} `gateway.confirm`; {StoreError} */
  trust(answer: GatewayTrust): void {
    const { fingerprint, how } = answer;
    this.#trust.decide(answer, () => this.#context.book.pin(this.id, fingerprint));
    this.#context.audit.record('gateway.trusted', { gateway: this.id, name: this.settings.name, fingerprint, how });
    this.apply();
    this.#changed();
  }

  /** Retries at once and probes open connections, after the machine woke up or changed its network. */
  nudge(): void {
    for (const link of Object.values(this.#links)) link.nudge();
  }

  /** Reconnects the node, which declares its commands when it connects. */
  declarationChanged(): void {
    this.#links.node.redeclare();
  }

  close(): void {
    this.#approvedCommands.close();
    for (const link of Object.values(this.#links)) link.stop();
    this.#listeners.clear();
  }

  /**
   * Converts the gateway for user interfaces.
   * @param otherNode location of OpenClaw's own node on this machine; null if there is none
   */
  view(otherNode: string | null): GatewayView {
    const { settings, token, password } = this.#stored;
    const { operator, node } = this.#links;
    const restarting = operator.isRestarting || node.isRestarting;
    const isThere = operator.channel !== undefined || node.channel !== undefined;
    return {
      id: this.id,
      settings,
      hasToken: token !== null,
      hasPassword: password !== null,
      operator: operator.view(),
      node: node.view(),
      surface: this.#approvedCommands.view,
      certificate: this.#trust.waiting,
      server: this.#server === null || !(isThere || restarting) ? null : { ...this.#server, restarting },
      otherNode,
      pendingRequests: this.#context.pendingRequests(this.id),
    };
  }

  get #stored(): StoredGateway {
    return this.#context.book.get(this.id);
  }

  #createLink(role: GatewayRole): RoleLink {
    const { clock, random, book, crypto } = this.#context;
    const secrets = book.secrets(this.id, role);
    const key = secrets === undefined ? undefined : gatewayDeviceKey(secrets.seed, crypto);
    return new RoleLink({
      role,
      clock,
      random,
      deviceId: key?.id ?? '',
      secrets: () => book.secrets(this.id, role),
      connect: ({ seed }, credential, handlers) =>
        this.#open(role, key ?? gatewayDeviceKey(seed, crypto), credential, handlers),
      forget: (what) => {
        this.#save(() => {
          if (what === 'bootstrap') book.forgetBootstrap(this.id);
          else book.saveDeviceToken(this.id, role, null, []);
        });
      },
      welcomed: (hello, credential) => this.#welcomed(role, hello, credential),
      onConnected: (channel, hello) => this.#connected(channel, hello),
      onChange: () => this.#changed(),
      onProblem: (problem, state) => this.#problem(role, problem, state),
    });
  }

  #open(
    role: GatewayRole,
    key: GatewayDeviceKey,
    credential: Credential,
    handlers: ConnectionHandlers,
  ): GatewayConnection {
    const { machine, self, crypto, clock, logger, deviceName, nodeDeclaration } = this.#context;
    const { settings } = this;
    return new GatewayConnection(
      {
        machine,
        crypto,
        clock,
        logger: logger.child({ gateway: this.id, role }),
        gatewayId: this.id,
        gatewayName: () => this.#name(settings.name),
        endpoint: settings.endpoint,
        fingerprint: this.#trust.expected,
        self: {
          ...self,
          key,
          displayName: role === 'node' ? settings.node.name : deviceName(),
        },
        identity:
          role === 'operator'
            ? { role, access: settings.operator.access }
            : { role, declaration: nodeDeclaration(this.id) },
        credential,
      },
      handlers,
    );
  }

  /** Returns the current name. @param last name to use after the gateway was removed */
  #name(last: string): string {
    const { book } = this.#context;
    return book.list().find(({ id }) => id === this.id)?.settings.name ?? last;
  }

  #welcomed(role: GatewayRole, hello: GatewayWelcome, credential: Credential): void {
    const { book } = this.#context;
    this.#save(() => {
      if (hello.deviceToken !== null) book.saveDeviceToken(this.id, role, hello.deviceToken, hello.scopes);
      // A setup code works once.
      if (credential.kind === 'setup') book.forgetBootstrap(this.id);
    });
  }

  #connected(channel: Channel, hello: GatewayWelcome): void {
    const { clock, audit, nodeDeclaration, onChannel } = this.#context;
    const { role } = channel;
    this.#server = {
      version: hello.serverVersion,
      startedAt: hello.uptime === null ? null : Math.floor(clock.now() - hello.uptime),
      restarting: false,
    };
    this.#recorded.delete(role);
    audit.record('gateway.connected', { gateway: this.id, name: this.settings.name, role });
    channel.onEvent((event, payload) => {
      if (event === 'shutdown') this.#links[role].shuttingDown(restartOf(payload));
      else if (event === 'device.pair.resolved') this.#resolved(payload);
    });
    if (role === 'node') this.#approvedCommands.nodeConnected(channel, nodeDeclaration(this.id).commands);
    else this.#approvedCommands.operatorConnected(channel);
    onChannel(channel);
    this.#changed();
  }

  /** Acts at once when an operator has decided on this device's own pairing request in its other role. */
  #resolved(payload: unknown): void {
    const answer = safeParse(resolved, payload);
    if (!answer.success) return;
    const { deviceId, requestId, decision } = answer.data;
    for (const link of Object.values(this.#links)) {
      const view = link.view();
      if (view.state !== 'pairing' || view.deviceId !== deviceId) continue;
      if (decision === 'approved') link.nudge();
      else if (requestId === view.requestId) link.halt('gateway.pairing-rejected', { requestId });
    }
  }

  #problem(role: GatewayRole, problem: GatewayProblem, state: string): void {
    const { audit, logger } = this.#context;
    const { code, details } = problem;
    const { name } = this.settings;
    logger.info('a gateway is not connected', { gateway: this.id, role, errorCode: code, state });
    const requestId = this.#links[role].view().requestId ?? '';
    // Recorded once, not for each attempt.
    const entry = `${state} ${code} ${requestId}`;
    if (this.#recorded.get(role) !== entry) {
      if (state === 'pairing') audit.record('gateway.pairing', { gateway: this.id, name, role, request: requestId });
      else if (state === 'stopped') audit.record('gateway.refused', { gateway: this.id, name, role, code });
      else audit.record('gateway.lost', { gateway: this.id, name, role, code });
    }
    this.#recorded.set(role, entry);
    if (code === 'gateway.fingerprint-unknown' || code === 'gateway.fingerprint-changed')
      this.#undecided(code, details);
  }

  /** Stops both roles until a person has decided on the certificate. */
  #undecided(
    code: 'gateway.fingerprint-unknown' | 'gateway.fingerprint-changed',
    details: GatewayProblem['details'],
  ): void {
    const shown = this.#trust.seen(details);
    if (shown === undefined) return;
    const { fingerprint, before } = shown;
    const { name } = this.settings;
    this.#context.audit.record('gateway.certificate', { gateway: this.id, name, fingerprint, before });
    for (const link of Object.values(this.#links)) link.halt(code, details);
    this.#changed();
  }

  /** Saves, and only logs a failure: the connection works without it until the agent restarts. */
  #save(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#context.logger.warn('a gateway could not be saved', { gateway: this.id, errorCode: errorCode(error) });
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
    this.#context.onChange();
  }
}

function restartOf(payload: unknown): number | null {
  const expected =
    typeof payload === 'object' && payload !== null && 'restartExpectedMs' in payload
      ? payload.restartExpectedMs
      : null;
  return typeof expected === 'number' && Number.isFinite(expected) && expected >= 0 ? expected : null;
}
