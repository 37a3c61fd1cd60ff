import * as z from 'zod';
import { givenName, none } from '../fields.ts';

/**
 * OpenClaw gateways (N1–N8): the gateways this device knows, what is wrong with them, what waits there for an answer, and the devices and nodes
 * of each. Times are milliseconds since 1970. What a gateway says of others is text of a stranger: bounded here, cleaned where it is shown.
 */

/** What a person types for a gateway: its name, or its id. */
export const gatewayReference = z.string().min(1).max(128);
const gatewayId = z.string().regex(/^[a-z0-9]{16}$/);
const gatewayName = givenName;
/** SHA-256 of the certificate's DER, 64 hexadecimal digits, lower case, no colons. */
export const certificateFingerprint = z.string().regex(/^[0-9a-f]{64}$/);
/** Text of a gateway or of a device behind it. */
const said = z.string().max(4096);
const time = z.number().int();

/** Where a gateway answers. `path`: behind a reverse proxy. */
export const gatewayEndpoint = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  /** Without TLS only on this machine and in private networks, as the official programs have it. */
  tls: z.boolean(),
  path: z
    .string()
    .max(256)
    .regex(/^\/[^\s?#]*$/),
});
export type GatewayEndpoint = z.infer<typeof gatewayEndpoint>;

/** `full` approves and administers, `read-only` looks. */
export const OPERATOR_ACCESS = ['full', 'read-only'] as const;
const operatorAccess = z.enum(OPERATOR_ACCESS);
export type OperatorAccess = z.infer<typeof operatorAccess>;

/** What this machine can do as a node, each with a switch of its own. */
export const NODE_CAPABILITIES = ['system.run', 'system.which', 'system.notify', 'fs.listDir'] as const;
export const nodeCapability = z.enum(NODE_CAPABILITIES);
export type NodeCapability = z.infer<typeof nodeCapability>;

export const GATEWAY_ROLES = ['operator', 'node'] as const;
export const gatewayRole = z.enum(GATEWAY_ROLES);
export type GatewayRole = z.infer<typeof gatewayRole>;

/** What a person sets of a gateway. */
export const gatewaySettings = z.strictObject({
  name: gatewayName,
  endpoint: gatewayEndpoint,
  /** Null: the certificate has to be one that this system trusts. */
  fingerprint: certificateFingerprint.nullable(),
  operator: z.strictObject({ enabled: z.boolean(), access: operatorAccess }),
  node: z.strictObject({ enabled: z.boolean(), name: gatewayName, capabilities: z.array(nodeCapability).max(4) }),
});
export type GatewaySettings = z.infer<typeof gatewaySettings>;

const problem = z.strictObject({
  /** Key of `ERROR_TEXTS`, `gateway.*`. */
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  at: time,
});
export type GatewayProblem = z.infer<typeof problem>;

/** One of the two connections to a gateway, in an honest state (N2). */
const roleView = z.strictObject({
  /**
   * `connecting`: the first try runs. `pairing`: an operator of the gateway has to approve this device; asked again by itself. `waiting`: lost or
   * refused for now, tried again at `retryAt`. `stopped`: nothing is tried until a person does something; `problem` says what.
   */
  state: z.enum(['off', 'connecting', 'connected', 'pairing', 'waiting', 'stopped']),
  since: time,
  retryAt: time.nullable(),
  problem: problem.nullable(),
  /** In state `pairing`: the gateway's name for the request. */
  requestId: z.string().max(128).nullable(),
  /** SHA-256 of this device's key there, 64 hexadecimal digits. */
  deviceId: z.string(),
  /** What the gateway granted. */
  scopes: z.array(said).max(32),
});
export type GatewayRoleView = z.infer<typeof roleView>;

const gatewayView = z.strictObject({
  id: gatewayId,
  settings: gatewaySettings,
  /** Secrets are never shown: only which there are. */
  hasToken: z.boolean(),
  hasPassword: z.boolean(),
  operator: roleView,
  node: roleView,
  /** The second stage: which of the node's commands the gateway lets be used. */
  surface: z.strictObject({
    state: z.enum(['none', 'pending', 'approved', 'reapproval']),
    requestId: z.string().max(128).nullable(),
    commands: z.array(said).max(64),
    /** Declared, not approved. */
    waiting: z.array(said).max(64),
  }),
  /**
   * A certificate that nobody has decided on: everything stands still until then. `before` is the one trusted so far; `trusted` where the system
   * itself trusts this one.
   */
  certificate: z
    .strictObject({
      fingerprint: certificateFingerprint,
      before: certificateFingerprint.nullable(),
      trusted: z.boolean(),
    })
    .nullable(),
  /** The gateway itself, where it is connected. */
  server: z.strictObject({ version: said, startedAt: time.nullable(), restarting: z.boolean() }).nullable(),
  /** Another node of OpenClaw that runs on this machine already; null where none is known of. */
  otherNode: said.nullable(),
  pendingRequests: z.number().int(),
});
export type GatewayView = z.infer<typeof gatewayView>;

/** What is found out about a place before anything is trusted or sent. */
const probeView = z.strictObject({
  reachable: z.boolean(),
  /** Where it is not: key of `ERROR_TEXTS`. */
  problem: problem.nullable(),
  fingerprint: certificateFingerprint.nullable(),
  /** The system trusts the certificate for this name. */
  trusted: z.boolean(),
  subject: said.nullable(),
  validUntil: time.nullable(),
});
export type GatewayProbe = z.infer<typeof probeView>;

/** A secret is sent once; null takes it away, left out keeps it. */
const secret = z.string().min(1).max(4096).nullable().optional();
const secrets = { token: secret, password: secret };

/** True where the person accepts a gateway outside this machine without TLS: others in the network can read the token. */
const acceptPlain = z.boolean().optional();

/** What a setup code, a link, or an old file says, for the form to be filled with; the secret stays with the agent, under `draft`. */
const draftView = z.strictObject({
  /** To be given to `gateways.add`; forgotten after ten minutes. */
  draft: z.string().max(64),
  endpoint: gatewayEndpoint,
  /** What is secret in it goes to these hosts and no other, unless the certificate is the one it names. */
  places: z.array(z.strictObject({ host: gatewayEndpoint.shape.host, tls: z.boolean() })).max(16),
  fingerprint: certificateFingerprint.nullable(),
  name: gatewayName.nullable(),
  nodeName: gatewayName.nullable(),
  hasToken: z.boolean(),
  /** A setup code is good for one use until then. */
  setupExpiresAt: time.nullable(),
  /** Roles that the text is made for: a setup code and a `node.json` make a node, anything else an operator. */
  role: gatewayRole,
});
export type GatewayDraft = z.infer<typeof draftView>;

const foundGateway = z.strictObject({
  name: said,
  host: said,
  port: z.number().int(),
  tls: z.boolean(),
  /** As announced, by anybody in the network: only to compare with. */
  fingerprint: certificateFingerprint.nullable(),
});
export type FoundGateway = z.infer<typeof foundGateway>;

const gateway = gatewayReference;

export const GATEWAY_CALLS = {
  'gateways.list': { input: none, output: z.array(gatewayView).max(64) },
  /** Looks at the certificate; sends nothing else. */
  'gateways.probe': { input: z.strictObject({ endpoint: gatewayEndpoint }), output: probeView },
  /** Reads a setup code, `oc-pair://…`, a join link (fetched once), `openclaw://gateway/add?…`, or the text of an old `node.json`. */
  'gateways.read': { input: z.strictObject({ text: z.string().min(1).max(65_536) }), output: draftView },
  /** Gateways that announce themselves in the local network, within two seconds. */
  'gateways.discover': { input: none, output: z.array(foundGateway).max(64) },
  'gateways.add': {
    input: z.strictObject({ settings: gatewaySettings, ...secrets, acceptPlain, draft: z.string().max(64).optional() }),
    output: gatewayView,
  },
  'gateways.update': {
    input: z.strictObject({ gateway, settings: gatewaySettings, ...secrets, acceptPlain }),
    output: gatewayView,
  },
  'gateways.remove': { input: z.strictObject({ gateway }), output: none },
  /** Tries at once what is tried later, and what has stopped. */
  'gateways.connect': { input: z.strictObject({ gateway }), output: gatewayView },
  /**
   * Decides on the certificate shown: `fingerprint` must be that one. `once` holds until the agent ends. Over a former one, `confirm` has to be
   * the last four digits of the new.
   */
  'gateways.trust': {
    input: z.strictObject({
      gateway,
      fingerprint: certificateFingerprint,
      how: z.enum(['always', 'once']),
      confirm: z.string().max(4).optional(),
    }),
    output: gatewayView,
  },
  /** What the operator of the gateway gives to the one who runs a node (N6), and the commands and settings of an `openclaw node` (N3). */
  'gateways.handover': {
    input: z.strictObject({
      gateway,
      /** Makes a setup code at the gateway, good for ten minutes and one use; else the text tells where the token is to be found. */
      setupCode: z.boolean(),
      /** Under which address the node reaches the gateway, where that is another one than from here. */
      url: z.string().max(512).optional(),
    }),
    output: z.strictObject({
      text: z.string().max(16_384),
      link: z.string().max(8192).nullable(),
      command: z.string().max(8192),
      /** Settings of OpenClaw, JSON. */
      settings: z.string().max(8192),
      expiresAt: time.nullable(),
    }),
  },
} as const;

export const GATEWAY_EVENTS = {
  /** At most four times a second. */
  'gateways.changed': z.array(gatewayView).max(64),
} as const;
