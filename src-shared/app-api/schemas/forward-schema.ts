import * as z from 'zod';
import { channel, givenName, none, peerId, peerReference } from '../fields.ts';
import { hostText, port } from '../../forward/index.ts';

const name = givenName;
const target = z.strictObject({ host: hostText, port });
/** Address on which a rule listens. Port 0 means a free port, chosen at each start. */
const listen = z.strictObject({ host: hostText, port: z.number().int().min(0).max(65_535) });
/** User name for a proxy. The password is sent once and never returned; `hasPassword` says whether one is stored. */
const proxyUser = z.string().min(1).max(255);
const secretText = z.string().min(1).max(255);

/** Kinds of forwards; `forwardRule` describes each. */
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

/** SSH server and the login to it. */
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

/** Settings of a rule: one saved forward. */
export const forwardRule = z.discriminatedUnion('kind', [
  /** SOCKS5 proxy on this device; its connections leave from the peer. */
  z.strictObject({ kind: z.literal('socks5'), ...common, peer: peerId, listen, user: proxyUser.nullable() }),
  /** HTTP proxy on this device (CONNECT and absolute form); its connections leave from the peer. */
  z.strictObject({ kind: z.literal('http-proxy'), ...common, peer: peerId, listen, user: proxyUser.nullable() }),
  /** Single TCP port. `local` listens on this device and connects from the peer; `remote` listens on the peer and connects from here. */
  z.strictObject({
    kind: z.literal('tcp-bridge'),
    ...common,
    peer: peerId,
    direction: z.enum(['local', 'remote']),
    listen,
    to: target,
  }),
  z.strictObject({ kind: z.literal('udp'), ...common, peer: peerId, listen, to: target }),
  /** UDP port on this device that stands in for the WireGuard endpoint `to`, which the peer reaches. */
  z.strictObject({ kind: z.literal('wg-proxy'), ...common, peer: peerId, listen, to: target }),
  /** Tunnel through an SSH server, without an agent there. With `peer`, the peer makes the connection to the server. `dynamic` is a SOCKS5 proxy. */
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
   * SOCKS5 and HTTP proxy on one port, through the upstream that works: the peer's link or the SSH server. A rule has one password, which belongs to
   * the proxy if `user` is set and to the SSH login otherwise.
   */
  z.strictObject({
    kind: z.literal('auto'),
    ...common,
    peer: peerId,
    listen,
    server: sshServer.nullable(),
    user: proxyUser.nullable().default(null),
  }),
  /** Folder of this device, served read-only over HTTP: on a port of this device, or with `peer` on a port of the peer. */
  z.strictObject({
    kind: z.literal('folder'),
    ...common,
    peer: peerId.optional(),
    listen,
    /** Absolute path, or one that begins with `~/`. */
    path: z.string().min(1).max(4096),
    /** Host names that the folder's server accepts besides addresses and `localhost`, such as a DNS name of this machine. */
    hosts: z.array(hostText).max(16).optional(),
  }),
]);
export type ForwardRule = z.infer<typeof forwardRule>;

const forwardState = z.enum(['off', 'starting', 'ready', 'waiting', 'failed']);
/** State of a rule, described at `ForwardView`. */
export type ForwardState = z.infer<typeof forwardState>;

const cause = {
  /** Error code. */
  code: z.string(),
  /** Values of the text's placeholders. */
  details: z.record(z.string(), z.union([z.string(), z.number()])),
};
const problem = z.strictObject({ ...cause, at: z.number().int() });
/** Failure of a rule or of one of its connections. `at`: time, ms since 1970. */
export type ForwardProblem = z.infer<typeof problem>;

/** Result of probing one upstream of a rule `auto`. */
const probe = z.strictObject({
  way: z.enum(['link', 'ssh']),
  works: z.boolean().nullable(),
  /** Round trip, ms. */
  rtt: z.number().nullable(),
  code: z.string().nullable(),
  checkedAt: z.number().int(),
});
export type ForwardProbe = z.infer<typeof probe>;

/** `no`: the machine let the last connection to the target through without asking anyone. `perhaps`: it asked someone, who may have allowed the target permanently. */
export const forwardAsks = z.enum(['no', 'perhaps']);

const forwardView = z.strictObject({
  id: z.string(),
  rule: forwardRule,
  peerName: z.string().nullable(),
  hasPassword: z.boolean(),
  /** `ready`: the port accepts connections. `waiting`: the rule retries, or works once `problem` is solved. */
  state: forwardState,
  /** Reason for the state `failed` or `waiting`, or the newest failed connection. */
  problem: problem.nullable(),
  /** Current listening address, `host:port`. */
  address: z.string().nullable(),
  /** Other machines can reach the listening address. */
  open: z.boolean(),
  /** URL to enter in programs, such as `socks5h://127.0.0.1:1080`; null if the kind has none. */
  url: z.string().nullable(),
  connections: z.number().int(),
  total: z.number().int(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  /** Bytes per second over the last two seconds. */
  rateIn: z.number(),
  rateOut: z.number(),
  /** Key that an SSH server has shown and no one here has trusted, `SHA256:…`. `before` is the pinned key, if the new one differs from it. */
  hostKey: z.strictObject({ fingerprint: z.string(), before: z.string().nullable() }).nullable(),
  /** Rule `auto` only: upstream in use and results of the probes. */
  auto: z.strictObject({ way: z.enum(['link', 'ssh']).nullable(), probes: z.array(probe).max(4) }).nullable(),
  /** Rule `wg-proxy` only: time of the newest answered WireGuard handshake; null before the first. */
  handshakeAt: z.number().int().nullable(),
  /** Kinds with one target at a machine only: what earlier connections say about a question there; undefined before the first. */
  asks: forwardAsks.optional(),
});
/** Rule with its current state, as a window or the command line shows it. */
export type ForwardView = z.infer<typeof forwardView>;

const connectionView = z.strictObject({
  id: z.number().int(),
  forward: z.string(),
  forwardName: z.string(),
  /** `in`: a peer's connection through this device. `out`: a connection of a rule of this device. */
  direction: z.enum(['in', 'out']),
  peerName: z.string().nullable(),
  target: z.string(),
  /** Address of the client, `host:port`; null if unknown. */
  source: z.string().nullable(),
  startedAt: z.number().int(),
  bytesIn: z.number(),
  bytesOut: z.number(),
});
/** Open connection of a rule, or of a peer through this device. */
export type ForwardConnectionView = z.infer<typeof connectionView>;

/**
 * Targets that a peer may reach from this device. `host` is a host, a network (`10.0.0.0/8`) or `*`. `ports` is a port, a range (`8000-8100`) or `*`;
 * 0 stands for a free port to listen on. A permanent approval sets `protocol` and `at` to limit the pattern to the request that the person saw.
 */
export const targetPattern = z.strictObject({
  kind: z.enum(['connect', 'listen']),
  host: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[A-Za-z0-9._:%/*~-]+$/),
  ports: z.string().regex(/^(?:\*|\d{1,5}(?:-\d{1,5})?)$/),
  /** Undefined allows both. */
  protocol: z.enum(['tcp', 'udp']).optional(),
  /** Addresses to which the host name must resolve; `public` stands for any public address. Undefined for no such limit. */
  at: z
    .array(z.string().regex(/^(?:public|[0-9a-f.:]{2,45})$/))
    .min(1)
    .max(17)
    .readonly()
    .optional(),
  expiresAt: z.number().int().nullable(),
});
export type TargetPattern = z.infer<typeof targetPattern>;

const temporaryTarget = z.strictObject({ target: z.string(), expiresAt: z.number().int() });
/** Target that a person has approved for this session of the peer, for an hour at most. */
export type TemporaryTarget = z.infer<typeof temporaryTarget>;

/** Rule parsed from one section of an INI text. */
const importedRule = z.strictObject({
  /** Line number of the section's heading. */
  line: z.number().int(),
  rule: forwardRule,
  peerName: z.string().nullable(),
  /** The rule replaces a saved one of the same name. */
  replaces: z.boolean(),
});

/** Most ports of a machine that a peer learns. */
export const MOST_PORTS = 64;

const openPort = z.strictObject({
  port,
  /** Name of the program that listens there; undefined if it isn't known. */
  program: z.string().max(64).optional(),
});
/** TCP port on which a program of a peer's machine listens, as the peer names it. */
export type OpenPort = z.infer<typeof openPort>;

const id = z.string().min(1).max(64);
/** Password of a proxy or an SSH login, or passphrase of a key. Null deletes the stored one, undefined keeps it. */
const password = secretText.nullable().optional();

/**
 * Calls for forwards and their connections (`forwards.*`) and for the targets that peers may reach (`targets.*`). Part of `AGENT_CALLS`. Times are ms
 * since 1970, sizes bytes.
 */
export const FORWARD_CALLS = {
  'forwards.list': { input: none, output: z.array(forwardView) },
  'forwards.add': { input: z.strictObject({ rule: forwardRule, password }), output: forwardView },
  /** Replaces the whole rule. Its connections end if the listening address or target changes. */
  'forwards.update': { input: z.strictObject({ id, rule: forwardRule, password }), output: forwardView },
  'forwards.remove': { input: z.strictObject({ id }), output: none },
  'forwards.enable': { input: z.strictObject({ id, enabled: z.boolean() }), output: forwardView },
  /** Closes the rule's connections and starts the rule again on the same port. */
  'forwards.restart': { input: z.strictObject({ id }), output: forwardView },
  /** Trusts the key that the SSH server has shown. Fails unless `fingerprint` matches that key. */
  'forwards.trustHostKey': { input: z.strictObject({ id, fingerprint: z.string().max(128) }), output: forwardView },
  /** Probes the upstreams of a rule `auto` now. */
  'forwards.probe': { input: z.strictObject({ id }), output: forwardView },
  'forwards.connections': { input: none, output: z.array(connectionView).max(4096) },
  /**
   * Connects through a peer to a target there, for a command that carries the bytes itself. Answers when the connection stands. Each direction of the
   * channel ends by itself; `forwards.connectionEnded` follows the last byte. If the user interface disconnects, the connection is reset.
   */
  'forwards.connect': {
    input: z.strictObject({ peer: peerReference, to: target }),
    output: z.strictObject({
      channel,
      /** Address that the peer connected to, `ip:port`; null if it named none. */
      address: z.string().nullable(),
    }),
    progress: z.enum(['connecting', 'approval']),
  },
  'forwards.disconnect': { input: z.strictObject({ connection: z.number().int() }), output: none },
  /**
   * Asks a peer for the TCP ports on which programs of its machine listen, lowest first; null if it names none: this device has no right `forward`
   * there, or the peer runs an older version. Links to the peer first if there is no link.
   */
  'forwards.ports': {
    input: z.strictObject({ peer: peerReference }),
    output: z.strictObject({ ports: z.array(openPort).max(MOST_PORTS).nullable() }),
  },
  /**
   * Opens a port of this machine for a moment. Returns null if that works, or else the problem that a forward would have there; with a taken port its
   * details name the program, where the system tells it, and a free port.
   */
  'forwards.checkPort': {
    input: z.strictObject({
      host: hostText,
      port: z.number().int().min(1).max(65_535),
      protocol: z.enum(['tcp', 'udp']),
    }),
    output: z.strictObject({ problem: z.strictObject(cause).nullable() }),
  },
  /** Opens a folder of this machine as a shared one. Returns null if that works, or else the problem that its forward would have. */
  'forwards.checkFolder': {
    input: z.strictObject({ path: z.string().min(1).max(4096) }),
    output: z.strictObject({ problem: z.strictObject(cause).nullable() }),
  },
  /**
   * Imports rules in INI form: all, or none if there are errors, which name line and key. `dryRun` only checks. With `replace`, a section replaces
   * the rule of the same name; otherwise a used name is an error.
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

  /** Sets the targets that a peer may reach from this device, in addition to its right `forward`, which covers all targets. */
  'targets.set': {
    input: z.strictObject({ peer: z.string().min(1).max(128), targets: z.array(targetPattern).max(256) }),
    output: none,
  },
  'targets.list': { input: z.strictObject({ peer: z.string().min(1).max(128) }), output: z.array(targetPattern) },
  /** Lists the targets that the peer may reach for a while, because a person has approved requests for them. */
  'targets.temporary': {
    input: z.strictObject({ peer: z.string().min(1).max(128) }),
    output: z.array(temporaryTarget),
  },
  /** Ends those approvals, or those of one target as it is listed, and the connections that use them. */
  'targets.endTemporary': {
    input: z.strictObject({ peer: z.string().min(1).max(128), target: z.string().min(1).max(512).optional() }),
    output: none,
  },
  /** Forbids peers to reach this port of this machine, for as long as the calling connection lasts. */
  'targets.protect': { input: z.strictObject({ port }), output: none },
} as const;

/** Events about forwards and the connections of commands. */
export const FORWARD_EVENTS = {
  /** A connection of `forwards.connect` has ended: both directions are finished, or one side has reset it. Sent to its own user interface. */
  'forwards.connectionEnded': z.strictObject({ channel, end: z.enum(['finished', 'reset']) }),
  /** Sent at most four times a second. */
  'forwards.changed': z.array(forwardView),
} as const;
