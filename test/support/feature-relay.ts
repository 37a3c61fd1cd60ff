import { WebSocket } from 'ws';
import { systemClock } from '#node/clock/index.ts';
import {
  createRoutes,
  FeatureServer,
  HTTP_LIMITS,
  isNearAddress,
  isSameOrigin,
  isSameOriginSocket,
  PendingSocketLimit,
  parsePublicUrl,
  RelayServer,
  servedOrigin,
  type FeatureServerOptions,
  type HttpLimits,
  type ServerFeature,
} from '#relay/http/index.ts';

export type FeatureRelay = Readonly<{
  port: number;
  url: string;
  gate: PendingSocketLimit;
  features: FeatureServer;
  /** Reasons of refusals, in order. */
  refusals: readonly string[];
  /** Errors that a feature didn't expect. */
  failures: readonly unknown[];
  drain(): void;
  stop(): Promise<void>;
}>;

/** The HTTP server of a relay with features, on a free port of loopback; devices can't connect to it. */
export async function startFeatureRelay(
  features: readonly ServerFeature[],
  more: Partial<Pick<FeatureServerOptions, 'clock' | 'admitRequest' | 'admitSocket' | 'trustProxy'>> &
    Readonly<{ limits?: Partial<HttpLimits>; perAddress?: number; publicUrl?: string; helloTimeout?: number }> = {},
): Promise<FeatureRelay> {
  const trustProxy = more.trustProxy ?? false;
  const gate = new PendingSocketLimit(
    { unauthenticated: 20_000, unauthenticatedPerAddress: more.perAddress ?? 512 },
    (address) => trustProxy && isNearAddress(address),
  );
  const refusals: string[] = [];
  const failures: unknown[] = [];
  const origin = servedOrigin(more.publicUrl === undefined ? [] : [parsePublicUrl(more.publicUrl)], false);
  const featureServer = new FeatureServer({
    features,
    clock: more.clock ?? systemClock,
    limits: { ...HTTP_LIMITS, ...more.limits },
    gate,
    trustProxy,
    admitRequest: more.admitRequest ?? (() => 0),
    admitSocket: more.admitSocket ?? (() => 0),
    isSameOrigin: (request) => isSameOrigin(request, origin),
    isSameOriginSocket: (request) => isSameOriginSocket(request, origin),
    refused: (reason) => refusals.push(reason),
    failed: (_feature, error) => failures.push(error),
  });
  const server = new RelayServer(
    {
      controlSocket: WebSocket,
      pendingSockets: gate,
      trustProxy,
      controlMessage: 1024,
      linkMessage: 1024,
      helloTimeout: more.helloTimeout ?? 10_000,
      lingerTimeout: 1000,
      handlers: {
        control: () => undefined,
        rawLink: (socket) => socket.end(),
        webSocketLink: () => undefined,
        request: createRoutes({
          metricsToken: undefined,
          behindProxy: false,
          ready: () => true,
          metrics: () => Promise.resolve({ type: 'text/plain; version=0.0.4; charset=utf-8', text: '# HELP' }),
        }),
        wait: () => 0,
        refused: (reason) => refusals.push(reason),
      },
      features: featureServer,
    },
    undefined,
  );
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    gate,
    features: featureServer,
    refusals,
    failures,
    drain: () => server.drain(),
    stop: () => server.close(),
  };
}
