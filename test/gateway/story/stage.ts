import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import {
  AppApiClient,
  type DecidedGatewayRequest,
  type GatewayEndpoint,
  type GatewayRequestKind,
  type GatewayRequestView,
  type GatewayRoleView,
  type GatewaySettings,
  type GatewayView,
} from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { createLocalAgent } from '#local/index.ts';
import { createTransportPair } from '#test/support/app-transport.ts';
import { until } from '#test/support/e2e/until.ts';

/** A first start, a certificate, and a model take long on a slow machine, ms. */
const PATIENCE = 120_000;

/** A gateway that the story is played at, with what its owner does there by OpenClaw's own means. */
export interface Scene {
  readonly url: string;
  readonly token: string;
  /** As the gateway's own machine shows it. */
  fingerprint(): string;
  approveDevice(requestId: string): Promise<void>;
  approveNode(requestId: string): Promise<void>;
  /** Asks the node where a program is. */
  which(nodeId: string, program: string): Promise<string>;
  rotate(deviceId: string, role: string): Promise<void>;
  revoke(deviceId: string, role: string): Promise<void>;
  /** @param meanwhile done while it is away */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  replaceCertificate(): Promise<void>;
}

/** A device of ours with nothing in its profile, and a user interface at it. */
export class StoryDevice {
  readonly client: AppApiClient;
  readonly #agent: Awaited<ReturnType<typeof createLocalAgent>>;
  readonly #folder: string;

  private constructor(agent: Awaited<ReturnType<typeof createLocalAgent>>, folder: string) {
    const [page, ours] = createTransportPair();
    agent.serve(ours);
    this.client = new AppApiClient(page);
    this.#agent = agent;
    this.#folder = folder;
  }

  static async start(): Promise<StoryDevice> {
    const folder = await mkdtemp(join(tmpdir(), 'clawreach-story-'));
    const agent = await createLocalAgent({ profile: folder, logger: silentLogger, name: 'story', loopback: true });
    agent.start();
    return new StoryDevice(agent, folder);
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.#agent.close('the story is over');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async view(): Promise<GatewayView> {
    const [view] = await this.client.call('gateways.list', {});
    if (view === undefined) throw new Error('no gateway is known');
    return view;
  }

  /** The gateway as soon as a role is in that state, or has that problem. */
  until(role: 'operator' | 'node', what: GatewayRoleView['state'] | `gateway.${string}`): Promise<GatewayView> {
    return this.when(`the ${role} to be ${what}`, (view) => {
      const { state, problem } = view[role];
      return what.startsWith('gateway.') ? problem?.code === what && state !== 'connecting' : state === what;
    });
  }

  async when(what: string, suits: (view: GatewayView) => boolean): Promise<GatewayView> {
    let last: GatewayView | undefined;
    const look = async (): Promise<GatewayView | undefined> => {
      last = await this.view();
      return suits(last) ? last : undefined;
    };
    return until(what, look, PATIENCE).catch((error: unknown) => {
      throw new Error(`${String(error)}; it was ${JSON.stringify(last)}`, { cause: error });
    });
  }

  /** What waits in the inbox, as soon as one suits. */
  request(kind: GatewayRequestKind, suits: (request: GatewayRequestView) => boolean): Promise<GatewayRequestView> {
    return until(
      `a request by the kind ${kind}`,
      async () => {
        const { waiting } = await this.client.call('requests.list', {});
        return waiting.find((request) => request.kind === kind && suits(request));
      },
      PATIENCE,
    );
  }

  /** How a request has ended, as soon as it has. */
  decided(key: string): Promise<DecidedGatewayRequest> {
    const look = async (): Promise<DecidedGatewayRequest | undefined> =>
      (await this.client.call('requests.list', { all: true })).decided.find((one) => one.key === key);
    return until('the request to be decided', look, PATIENCE);
  }

  /** Changes settings or secrets. */
  async update(changes: Partial<GatewaySettings>, secrets: Readonly<{ token?: string }> = {}): Promise<void> {
    const { id, settings } = await this.view();
    await this.client.call('gateways.update', { gateway: id, settings: { ...settings, ...changes }, ...secrets });
  }
}

export function endpointOf(url: string): GatewayEndpoint {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, port: Number(port), tls: protocol === 'wss:', path: '/' };
}

export function settingsOf(url: string): GatewaySettings {
  return {
    name: 'Lab',
    endpoint: endpointOf(url),
    fingerprint: null,
    operator: { enabled: true, access: 'full' },
    node: { enabled: false, name: 'story', capabilities: ['system.which', 'system.run'] },
  };
}

/** What a node has answered to `system.which`. */
export function whereIs(answer: unknown, program: string): string {
  const { payload } = z.object({ payload: z.object({ bins: z.record(z.string(), z.string()) }) }).parse(answer);
  return payload.bins[program] ?? 'nowhere';
}
