import * as z from 'zod';
import { cleanDetail } from '#shared/visible-text/index.ts';

/** Bounds of what a gateway says when it lets somebody in. */
const MOST_METHODS = 4096;
const TICK = { least: 1000, usual: 30_000, most: 10 * 60_000 };
const name = z.string().max(256);
/** Longer than any runs: a time that no date has would make the list of all gateways unreadable, ms. */
const LONGEST_UPTIME = 100 * 366 * 24 * 3_600_000;

const helloSchema = z.object({
  type: z.literal('hello-ok'),
  server: z.object({ version: name, bootId: name.optional() }),
  features: z.object({ methods: z.array(name).max(MOST_METHODS) }),
  snapshot: z.object({ uptimeMs: z.number().min(0).max(LONGEST_UPTIME).optional().catch(undefined) }),
  auth: z.object({
    deviceToken: z.string().min(1).max(4096).optional(),
    scopes: z.array(z.string().max(128)).max(32).optional(),
  }),
  policy: z.object({ maxPayload: z.number().int().min(1), tickIntervalMs: z.number().min(1).optional() }),
});

/** What counts of a gateway's welcome. */
export type GatewayWelcome = Readonly<{
  serverVersion: string;
  /** Another one after each start of the gateway. */
  bootId: string | null;
  /** ms since the gateway started. */
  uptime: number | null;
  methods: readonly string[];
  /** A secret: with it alone this device comes back in this role. */
  deviceToken: string | null;
  scopes: readonly string[];
  /** Bytes of a frame. */
  maxPayload: number;
  /** The gateway says something at least so often, ms. */
  tick: number;
}>;

/** Undefined for what is no welcome. */
export function parseHello(payload: unknown): GatewayWelcome | undefined {
  const parsed = helloSchema.safeParse(payload);
  if (!parsed.success) return undefined;
  const { server, features, snapshot, auth, policy } = parsed.data;
  return {
    serverVersion: cleanDetail(server.version, 256),
    bootId: server.bootId ?? null,
    uptime: snapshot.uptimeMs ?? null,
    methods: features.methods,
    deviceToken: auth.deviceToken ?? null,
    scopes: auth.scopes ?? [],
    maxPayload: policy.maxPayload,
    tick: Math.min(TICK.most, Math.max(TICK.least, policy.tickIntervalMs ?? TICK.usual)),
  };
}
