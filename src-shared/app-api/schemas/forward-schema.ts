import * as z from 'zod';
import { givenName, none, peerId } from '../fields.ts';
import { hostText, port } from '../../forward/index.ts';

/**
 * Forwards (R1–R9): saved rules, what runs of them, and the calls. Times are milliseconds since 1970, sizes bytes.
 */

const name = givenName;
const target = z.strictObject({ host: hostText, port });
/** Where a rule listens. Port 0: any free one, chosen anew at each start. */
const listen = z.strictObject({ host: hostText, port: z.number().int().min(0).max(65_535) });
/** A password is never shown again: it is sent once, and `hasPassword` tells that there is one. */
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

/** An SSH server, and how this device proves itself there. */
const sshServer = z.strictObject({
  host: hostText,
  port,
  user: z.string().min(1).max(128),
  login: z.discriminatedUnion('method', [
    z.strictObject({ method: z.literal('agent') }),
    /** An absolute path, or one that begins with `~/`. */
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

/** What a person sets of a rule. */
export const forwardRule = z.discriminatedUnion('kind', [
  /** A SOCKS5 proxy here; its connections leave at the peer. */
  z.strictObject({ kind: z.literal('socks5'), ...common, peer: peerId, listen, user: proxyUser.nullable() }),
  /** An HTTP proxy here (CONNECT and absolute form); its connections leave at the peer. */
  z.strictObject({ kind: z.literal('http-proxy'), ...common, peer: peerId, listen, user: proxyUser.nullable() }),
  /** One port: `local` listens here and leaves at the peer, `remote` listens at the peer and leaves here. */
  z.strictObject({
    kind: z.literal('tcp-bridge'),
    ...common,
    peer: peerId,
    direction: z.enum(['local', 'remote']),
    listen,
    to: target,
  }),
  z.strictObject({ kind: z.literal('udp'), ...common, peer: peerId, listen, to: target }),
  /** A UDP port here that stands in for the WireGuard endpoint `to` at the peer. */
  z.strictObject({ kind: z.literal('wg-proxy'), ...common, peer: peerId, listen, to: target }),
  /** Through an SSH server where no agent runs; `peer`: the server is reached through it. `dynamic` is a SOCKS5 proxy. */
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
  /** SOCKS5 and HTTP on one port, through whatever works: the peer's link, or the SSH server. A rule has one password: with `user` it is that of the proxy. */
  z.strictObject({
    kind: z.literal('auto'),
    ...common,
    peer: peerId,
    listen,
    server: sshServer.nullable(),
    user: proxyUser.nullable().default(null),
  }),
  /** A folder of this device, read only, by HTTP. */
  z.strictObject({
    kind: z.literal('folder'),
    ...common,
    listen,
    /** An absolute path, or one that begins with `~/`. */
    path: z.string().min(1).max(4096),
    /** Names under which it may be asked for, besides addresses and `localhost`: those that lead here from elsewhere. */
    hosts: z.array(hostText).max(16).optional(),
  }),
]);
export type ForwardRule = z.infer<typeof forwardRule>;

const forwardState = z.enum(['off', 'starting', 'ready', 'waiting', 'failed']);
export type ForwardState = z.infer<typeof forwardState>;

const problem = z.strictObject({
  /** Key of `ERROR_TEXTS`. */
  code: z.string(),
  /** What the text's placeholders stand for. */
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  at: z.number().int(),
});
export type ForwardProblem = z.infer<typeof problem>;

/** One way that a rule of kind `auto` may take, and what came of trying it. */
const probe = z.strictObject({
  way: z.enum(['link', 'ssh']),
  works: z.boolean().nullable(),
  /** ms */
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
  /** `ready`: the port takes connections. `waiting`: it does, or will, as soon as what it waits for is there; `problem` says for what. */
  state: forwardState,
  /** Why it does not run (`failed`, `waiting`), or the newest failure of a connection. */
  problem: problem.nullable(),
  /** Where it listens now, `host:port`. */
  address: z.string().nullable(),
  /** Others than this machine can reach it. */
  open: z.boolean(),
  /** For programs, such as `socks5h://127.0.0.1:1080`; null where there is none. */
  url: z.string().nullable(),
  connections: z.number().int(),
  total: z.number().int(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  /** Bytes a second, over the last two seconds. */
  rateIn: z.number(),
  rateOut: z.number(),
  /** SHA-256 of the key that an SSH server showed and nobody has trusted yet, `SHA256:…`; `before` where another one was pinned. */
  hostKey: z.strictObject({ fingerprint: z.string(), before: z.string().nullable() }).nullable(),
  /** Of a rule `auto`: which way is used, why, and what was tried. */
  auto: z.strictObject({ way: z.enum(['link', 'ssh']).nullable(), probes: z.array(probe).max(4) }).nullable(),
  /** Of a rule `wg-proxy`: when the newest answered handshake passed; null when none has since it began. */
  handshakeAt: z.number().int().nullable(),
});
export type ForwardView = z.infer<typeof forwardView>;

const connectionView = z.strictObject({
  id: z.number().int(),
  forward: z.string(),
  forwardName: z.string(),
  /** `in`: a peer's connection that this device carries; `out`: one of our own rules. */
  direction: z.enum(['in', 'out']),
  peerName: z.string().nullable(),
  target: z.string(),
  /** Who connected, `host:port`, where that is known. */
  source: z.string().nullable(),
  startedAt: z.number().int(),
  bytesIn: z.number(),
  bytesOut: z.number(),
});
export type ForwardConnectionView = z.infer<typeof connectionView>;

/**
 * What a peer may reach from this device: a host, a network (`10.0.0.0/8`) or `*`, and a port, a range (`8000-8100`) or `*`; 0 is a free port to
 * listen at. What a person has agreed to once and for good is bound to what they saw: by `protocol` and `at`.
 */
export const targetPattern = z.strictObject({
  kind: z.enum(['connect', 'listen']),
  host: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[A-Za-z0-9._:%/*~-]+$/),
  ports: z.string().regex(/^(?:\*|\d{1,5}(?:-\d{1,5})?)$/),
  /** Both where it is left out. */
  protocol: z.enum(['tcp', 'udp']).optional(),
  /** Only while the name leads to one of these addresses, or to any `public` one. */
  at: z
    .array(z.string().regex(/^(?:public|[0-9a-f.:]{2,45})$/))
    .min(1)
    .max(17)
    .readonly()
    .optional(),
  expiresAt: z.number().int().nullable(),
});
export type TargetPattern = z.infer<typeof targetPattern>;

/** A section of the INI form, read. */
const importedRule = z.strictObject({
  /** Of its heading. */
  line: z.number().int(),
  rule: forwardRule,
  peerName: z.string().nullable(),
  /** It takes the place of a rule that has its name. */
  replaces: z.boolean(),
});

const id = z.string().min(1).max(64);
/** Password of a proxy or of an SSH login, or the passphrase of a key; null takes it away, left out keeps it. */
const password = secretText.nullable().optional();

export const FORWARD_CALLS = {
  'forwards.list': { input: none, output: z.array(forwardView) },
  'forwards.add': { input: z.strictObject({ rule: forwardRule, password }), output: forwardView },
  /** The whole rule anew; connections of a rule that listens or leads elsewhere end. */
  'forwards.update': { input: z.strictObject({ id, rule: forwardRule, password }), output: forwardView },
  'forwards.remove': { input: z.strictObject({ id }), output: none },
  'forwards.enable': { input: z.strictObject({ id, enabled: z.boolean() }), output: forwardView },
  /** Ends its connections and begins anew, on the same port. */
  'forwards.restart': { input: z.strictObject({ id }), output: forwardView },
  /** Trusts the key an SSH server showed; `fingerprint` must be the one it showed. */
  'forwards.trustHostKey': { input: z.strictObject({ id, fingerprint: z.string().max(128) }), output: forwardView },
  /** Tries the ways of a rule `auto` now. */
  'forwards.probe': { input: z.strictObject({ id }), output: forwardView },
  'forwards.connections': { input: none, output: z.array(connectionView).max(4096) },
  'forwards.disconnect': { input: z.strictObject({ connection: z.number().int() }), output: none },
  /**
   * Reads the INI form (R9). Nothing is added where one section is wrong; errors name line and key. `dryRun` only checks. `replace`: a rule
   * that has the name of a section becomes what the section says; without it, that is an error.
   */
  'forwards.import': {
    input: z.strictObject({
      text: z.string().max(100_000),
      peer: z.string().min(1).max(128).optional(),
      dryRun: z.boolean().optional(),
      replace: z.boolean().optional(),
    }),
    output: z.strictObject({
      /** What could be read of the sections, in their order. */
      rules: z.array(importedRule).max(256),
      /** What was saved: added, or put in place of another. */
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

  /** What a peer may reach from here, besides what its right `forward` says as a whole. */
  'targets.set': {
    input: z.strictObject({ peer: z.string().min(1).max(128), targets: z.array(targetPattern).max(256) }),
    output: none,
  },
  'targets.list': { input: z.strictObject({ peer: z.string().min(1).max(128) }), output: z.array(targetPattern) },
  /** No peer reaches this port of this machine through it, as long as the connection that says so lasts. */
  'targets.protect': { input: z.strictObject({ port }), output: none },
} as const;

export const FORWARD_EVENTS = {
  /** At most four times a second while something moves. */
  'forwards.changed': z.array(forwardView),
} as const;
