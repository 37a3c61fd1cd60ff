import * as z from 'zod';
import { givenName, none, peerId } from '../fields.ts';
import { hostText, port } from '../../forward/index.ts';

/** Forwards: saved rules, their state, and the calls. Times are ms since 1970, sizes bytes. */

const name = givenName;
const target = z.strictObject({ host: hostText, port });
/** Listening address of a rule. Port 0: a free one, chosen at each start. */
const listen = z.strictObject({ host: hostText, port: z.number().int().min(0).max(65_535) });
/** User of a proxy. Passwords are sent once and never returned; `hasPassword` says whether one is stored. */
const proxyUser = z.string().min(1).max(255);
const secretText = z.string().min(1).max(255);

export const FORWARD_KINDS = [
  'socks5',
  'http-proxy',
  'tcp-bridge',
  'udp',
  'wg-proxy',
  'ssh-tunnel',
  'auto',
  'folder',
] as const;
export const forwardKind = z.enum(FORWARD_KINDS);
export type ForwardKind = z.infer<typeof forwardKind>;

/** SSH server and the login there. */
const sshServer = z.strictObject({
  host: hostText,
  port,
  user: z.string().min(1).max(128),
  login: z.discriminatedUnion('method', [
    z.strictObject({ method: z.literal('agent') }),
    /** Absolute path, or one that begins with `~/`. */
    z.strictObject({ method: z.literal('key'), file: z.string().min(1).max(4096) }),
    z.strictObject({ method: z.literal('password') }),
  ]),
});
export type SshServer = z.infer<typeof sshServer>;

const common = {
  name,
  /** Runs whenever the agent runs. */
  enabled: z.boolean(),
};

/** Settings of a rule. */
export const forwardRule = z.discriminatedUnion('kind', [
  /** SOCKS5 proxy here; its connections leave at the peer. */
  z.strictObject({ kind: z.literal('socks5'), ...common, peer: peerId, listen, user: proxyUser.nullable() }),
  /** HTTP proxy here (CONNECT and absolute form); its connections leave at the peer. */
  z.strictObject({ kind: z.literal('http-proxy'), ...common, peer: peerId, listen, user: proxyUser.nullable() }),
  /** Single port: `local` listens here and leaves at the peer, `remote` listens at the peer and leaves here. */
  z.strictObject({
    kind: z.literal('tcp-bridge'),
    ...common,
    peer: peerId,
    direction: z.enum(['local', 'remote']),
    listen,
    to: target,
  }),
  z.strictObject({ kind: z.literal('udp'), ...common, peer: peerId, listen, to: target }),
  /** UDP port here in place of the WireGuard endpoint `to` at the peer. */
  z.strictObject({ kind: z.literal('wg-proxy'), ...common, peer: peerId, listen, to: target }),
  /** Tunnel through an SSH server without an agent; `peer`: the server is reached through it. `dynamic` is a SOCKS5 proxy. */
  z.strictObject({
    kind: z.literal('ssh-tunnel'),
    ...common,
    peer: peerId.nullable(),
    server: sshServer,
    direction: z.enum(['local', 'remote', 'dynamic']),
    listen,
    /** Null with `dynamic`. */
    to: target.nullable(),
  }),
  /**
   * SOCKS5 and HTTP on one port, through the upstream that works: the peer's link or the SSH server. A rule has one password: with `user` it is the
   * proxy's.
   */
  z.strictObject({
    kind: z.literal('auto'),
    ...common,
    peer: peerId,
    listen,
    server: sshServer.nullable(),
    user: proxyUser.nullable().default(null),
  }),
  /** Folder of this device, served read-only over HTTP. */
  z.strictObject({
    kind: z.literal('folder'),
    ...common,
    listen,
    /** Absolute path, or one that begins with `~/`. */
    path: z.string().min(1).max(4096),
    /** Host names accepted besides addresses and `localhost`; names that lead here from elsewhere. */
    hosts: z.array(hostText).max(16).optional(),
  }),
]);
export type ForwardRule = z.infer<typeof forwardRule>;

const forwardState = z.enum(['off', 'starting', 'ready', 'waiting', 'failed']);
export type ForwardState = z.infer<typeof forwardState>;

const problem = z.strictObject({
  /** Error code. */
  code: z.string(),
  /** Values of the text's placeholders. */
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  at: z.number().int(),
});
export type ForwardProblem = z.infer<typeof problem>;

/** Upstream of a rule of kind `auto`, with the result of its probe. */
const probe = z.strictObject({
  way: z.enum(['link', 'ssh']),
  works: z.boolean().nullable(),
  /** Round trip, ms. */
  rtt: z.number().nullable(),
  code: z.string().nullable(),
  checkedAt: z.number().int(),
});
export type ForwardProbe = z.infer<typeof probe>;

const forwardView = z.strictObject({
  id: z.string(),
  rule: forwardRule,
  peerName: z.string().nullable(),
  hasPassword: z.boolean(),
  /** `ready`: the port takes connections. `waiting`: it does, or will once `problem` is solved. */
  state: forwardState,
  /** Reason why it doesn't run (`failed`, `waiting`), or the newest failure of a connection. */
  problem: problem.nullable(),
  /** Current listening address, `host:port`. */
  address: z.string().nullable(),
  /** Reachable from other machines. */
  open: z.boolean(),
  /** URL for programs, such as `socks5h://127.0.0.1:1080`; null where there is none. */
  url: z.string().nullable(),
  connections: z.number().int(),
  total: z.number().int(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  /** Bytes per second over the last two seconds. */
  rateIn: z.number(),
  rateOut: z.number(),
  /** Untrusted key that an SSH server has shown, `SHA256:…`; `before` is the pinned one that differs. */
  hostKey: z.strictObject({ fingerprint: z.string(), before: z.string().nullable() }).nullable(),
  /** Rule `auto` only: upstream in use and results of the probes. */
  auto: z.strictObject({ way: z.enum(['link', 'ssh']).nullable(), probes: z.array(probe).max(4) }).nullable(),
  /** Rule `wg-proxy` only: time of the newest answered handshake; null before one. */
  handshakeAt: z.number().int().nullable(),
});
export type ForwardView = z.infer<typeof forwardView>;

const connectionView = z.strictObject({
  id: z.number().int(),
  forward: z.string(),
  forwardName: z.string(),
  /** `in`: a peer's connection through this device; `out`: a connection of our own rule. */
  direction: z.enum(['in', 'out']),
  peerName: z.string().nullable(),
  target: z.string(),
  /** Client's address, `host:port`; null where it is unknown. */
  source: z.string().nullable(),
  startedAt: z.number().int(),
  bytesIn: z.number(),
  bytesOut: z.number(),
});
export type ForwardConnectionView = z.infer<typeof connectionView>;

/**
 * Target that a peer may reach from this device: a host, a network (`10.0.0.0/8`) or `*`, and a port, a range (`8000-8100`) or `*`; 0 is a free port
 * to listen on. A permanent approval is limited to what the person saw, by `protocol` and `at`.
 */
export const targetPattern = z.strictObject({
  kind: z.enum(['connect', 'listen']),
  host: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[A-Za-z0-9._:%/*~-]+$/),
  ports: z.string().regex(/^(?:\*|\d{1,5}(?:-\d{1,5})?)$/),
  /** Left out: both. */
  protocol: z.enum(['tcp', 'udp']).optional(),
  /** Only while the name resolves to one of these addresses, or to any `public` one. */
  at: z
    .array(z.string().regex(/^(?:public|[0-9a-f.:]{2,45})$/))
    .min(1)
    .max(17)
    .readonly()
    .optional(),
  expiresAt: z.number().int().nullable(),
});
export type TargetPattern = z.infer<typeof targetPattern>;

/** Parsed section of the INI form. */
const importedRule = z.strictObject({
  /** Line of its heading. */
  line: z.number().int(),
  rule: forwardRule,
  peerName: z.string().nullable(),
  /** Replaces a rule of the same name. */
  replaces: z.boolean(),
});

const id = z.string().min(1).max(64);
/** Password of a proxy or an SSH login, or passphrase of a key; null deletes it, left out keeps it. */
const password = secretText.nullable().optional();

export const FORWARD_CALLS = {
  'forwards.list': { input: none, output: z.array(forwardView) },
  'forwards.add': { input: z.strictObject({ rule: forwardRule, password }), output: forwardView },
  /** Replaces the whole rule; connections end if its listening address or target changes. */
  'forwards.update': { input: z.strictObject({ id, rule: forwardRule, password }), output: forwardView },
  'forwards.remove': { input: z.strictObject({ id }), output: none },
  'forwards.enable': { input: z.strictObject({ id, enabled: z.boolean() }), output: forwardView },
  /** Closes the rule's connections and starts it again on the same port. */
  'forwards.restart': { input: z.strictObject({ id }), output: forwardView },
  /** Trusts the key that an SSH server has shown; `fingerprint` must match it. */
  'forwards.trustHostKey': { input: z.strictObject({ id, fingerprint: z.string().max(128) }), output: forwardView },
  /** Probes the upstreams of a rule `auto` now. */
  'forwards.probe': { input: z.strictObject({ id }), output: forwardView },
  'forwards.connections': { input: none, output: z.array(connectionView).max(4096) },
  'forwards.disconnect': { input: z.strictObject({ connection: z.number().int() }), output: none },
  /**
   * Imports rules in INI form, all or none; errors name line and key. `dryRun` only checks. `replace` replaces rules with the names of sections;
   * without it, such a name is an error.
   */
  'forwards.import': {
    input: z.strictObject({
      text: z.string().max(100_000),
      peer: z.string().min(1).max(128).optional(),
      dryRun: z.boolean().optional(),
      replace: z.boolean().optional(),
    }),
    output: z.strictObject({
      /** Parsed sections, in their order. */
      rules: z.array(importedRule).max(256),
      /** Saved rules, new or replaced. */
      added: z.array(forwardView),
      errors: z.array(
        z.strictObject({ line: z.number().int(), key: z.string().nullable(), code: z.string(), message: z.string() }),
      ),
    }),
  },
  'forwards.export': {
    input: z.strictObject({ ids: z.array(id).max(1000).optional() }),
    output: z.strictObject({ text: z.string() }),
  },

  /** Sets the targets that a peer may reach from here, besides its right `forward` as a whole. */
  'targets.set': {
    input: z.strictObject({ peer: z.string().min(1).max(128), targets: z.array(targetPattern).max(256) }),
    output: none,
  },
  'targets.list': { input: z.strictObject({ peer: z.string().min(1).max(128) }), output: z.array(targetPattern) },
  /** Denies peers this port of this machine while the calling connection lasts. */
  'targets.protect': { input: z.strictObject({ port }), output: none },
} as const;

export const FORWARD_EVENTS = {
  /** At most four times a second while something changes. */
  'forwards.changed': z.array(forwardView),
} as const;
