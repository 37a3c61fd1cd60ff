import * as z from 'zod';
import { givenName, none } from '../fields.ts';

/** Reference to a gateway as a person types it: its name or ID. */
export const gatewayReference = z.string().min(1).max(128);
const gatewayId = z.string().regex(/^[a-z0-9]{16}$/);
const gatewayName = givenName;
/** SHA-256 of the certificate's DER, 64 hexadecimal digits in lower case without colons. */
export const certificateFingerprint = z.string().regex(/^[0-9a-f]{64}$/);
/** Text from a gateway or a device behind it. Anyone may have written it: the length is limited here, and the text is cleaned where it is shown. */
const gatewayText = z.string().max(4096);
const time = z.number().int();

/** Address of a gateway. `path` is set behind a reverse proxy. */
export const gatewayEndpoint = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  /** Without TLS only on this machine and in private networks, like the official programs. */
  tls: z.boolean(),
  path: z
    .string()
    .max(256)
    .regex(/^\/[^\s?#]*$/),
});
export type GatewayEndpoint = z.infer<typeof gatewayEndpoint>;

/** Access that the operator connection requests: `full` to approve and administer, `read-only` to read. */
export const OPERATOR_ACCESS = ['full', 'read-only'] as const;
const operatorAccess = z.enum(OPERATOR_ACCESS);
export type OperatorAccess = z.infer<typeof operatorAccess>;

/** Capabilities that this machine can offer a gateway as its node. Each has its own switch. */
export const NODE_CAPABILITIES = ['system.run', 'system.which', 'system.notify', 'fs.listDir'] as const;
export const nodeCapability = z.enum(NODE_CAPABILITIES);
export type NodeCapability = z.infer<typeof nodeCapability>;

/** Roles in which this device connects to a gateway, each over its own connection. */
export const GATEWAY_ROLES = ['operator', 'node'] as const;
export const gatewayRole = z.enum(GATEWAY_ROLES);
export type GatewayRole = z.infer<typeof gatewayRole>;

/** Settings of a saved gateway. */
export const gatewaySettings = z.strictObject({
  name: gatewayName,
  endpoint: gatewayEndpoint,
  /** Null: the system must trust the certificate. */
  fingerprint: certificateFingerprint.nullable(),
  operator: z.strictObject({ enabled: z.boolean(), access: operatorAccess }),
  node: z.strictObject({ enabled: z.boolean(), name: gatewayName, capabilities: z.array(nodeCapability).max(4) }),
});
export type GatewaySettings = z.infer<typeof gatewaySettings>;

const problem = z.strictObject({
  /** Error code `gateway.*`. */
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  at: time,
});
/** Failure of a connection to a gateway: error code, details, and time. */
export type GatewayProblem = z.infer<typeof problem>;

/** State of one of the two connections to a gateway: the operator's or the node's. */
const roleView = z.strictObject({
  /**
   * `connecting`: the first attempt runs. `pairing`: an operator of the gateway has to approve this device; retried automatically. `waiting`: lost or
   * rejected for now, retried at `retryAt`. `stopped`: a person has to act; `problem` says how.
   */
  state: z.enum(['off', 'connecting', 'connected', 'pairing', 'waiting', 'stopped']),
  since: time,
  retryAt: time.nullable(),
  problem: problem.nullable(),
  /** Gateway's ID of the request, in state `pairing`. */
  requestId: z.string().max(128).nullable(),
  /** SHA-256 of this device's key there, 64 hexadecimal digits. */
  deviceId: z.string(),
  /** Scopes that the gateway granted. */
  scopes: z.array(gatewayText).max(32),
});
export type GatewayRoleView = z.infer<typeof roleView>;

const gatewayView = z.strictObject({
  id: gatewayId,
  settings: gatewaySettings,
  /** Stored secrets are reported, never returned. */
  hasToken: z.boolean(),
  hasPassword: z.boolean(),
  operator: roleView,
  node: roleView,
  /** Second stage of a node's pairing: the commands that the gateway allows this node to run. */
  surface: z.strictObject({
    state: z.enum(['none', 'pending', 'approved', 'reapproval']),
    requestId: z.string().max(128).nullable(),
    commands: z.array(gatewayText).max(64),
    /** Commands that this node offers and the gateway has not approved yet. */
    waiting: z.array(gatewayText).max(64),
  }),
  /**
   * Certificate that a person has to accept or reject; the connection waits for the decision. `before` is the fingerprint trusted until now;
   * `trusted` says that the system trusts the new one.
   */
  certificate: z
    .strictObject({
      fingerprint: certificateFingerprint,
      before: certificateFingerprint.nullable(),
      trusted: z.boolean(),
    })
    .nullable(),
  /** Gateway as it described itself when it was connected; null without a connection. */
  server: z.strictObject({ version: gatewayText, startedAt: time.nullable(), restarting: z.boolean() }).nullable(),
  /** Another OpenClaw node that runs on this machine; null if none is known. */
  otherNode: gatewayText.nullable(),
  pendingRequests: z.number().int(),
});
/** Saved gateway with the state of both connections. */
export type GatewayView = z.infer<typeof gatewayView>;

/** Result of connecting to an address to read its certificate, before anything is trusted or sent. */
const probeView = z.strictObject({
  reachable: z.boolean(),
  /** Set when the address is unreachable. */
  problem: problem.nullable(),
  fingerprint: certificateFingerprint.nullable(),
  /** The system trusts the certificate for this name. */
  trusted: z.boolean(),
  subject: gatewayText.nullable(),
  validUntil: time.nullable(),
});
export type GatewayProbe = z.infer<typeof probeView>;

/** Secret, sent to the agent and never returned. Null deletes the stored one, undefined keeps it. */
const secret = z.string().min(1).max(4096).nullable().optional();
const secrets = { token: secret, password: secret };

/** The person accepts a connection without TLS to a gateway on another machine, where others in the network can read the token. */
const acceptPlain = z.boolean().optional();

/** Parsed setup code, link or old file that prefills the form. The agent keeps the secrets of the text in memory under the ID `draft`. */
const draftView = z.strictObject({
  /** ID to pass to `gateways.add`; the agent forgets it after ten minutes. */
  draft: z.string().max(64),
  endpoint: gatewayEndpoint,
  /** Hosts to which the agent may send the stored secret; to any other host only if it presents the named certificate. */
  places: z.array(z.strictObject({ host: gatewayEndpoint.shape.host, tls: z.boolean() })).max(16),
  fingerprint: certificateFingerprint.nullable(),
  name: gatewayName.nullable(),
  nodeName: gatewayName.nullable(),
  hasToken: z.boolean(),
  /** Expiry of a single-use setup code. */
  setupExpiresAt: time.nullable(),
  /** Role for which the text was made: a setup code or `node.json` is for a node, anything else for an operator. */
  role: gatewayRole,
});
export type GatewayDraft = z.infer<typeof draftView>;

const foundGateway = z.strictObject({
  name: gatewayText,
  host: gatewayText,
  port: z.number().int(),
  tls: z.boolean(),
  /** Announced by anyone in the network, so only for comparison. */
  fingerprint: certificateFingerprint.nullable(),
});
/** Gateway found in the local network by its announcement, which is unauthenticated. */
export type FoundGateway = z.infer<typeof foundGateway>;

const gateway = gatewayReference;

/** Calls that manage this device's OpenClaw gateways: list, find, add, trust, connect, remove. Part of `AGENT_CALLS`. Times are ms since 1970. */
export const GATEWAY_CALLS = {
  'gateways.list': { input: none, output: z.array(gatewayView).max(64) },
  /** Reads the certificate of an address and sends nothing else to it. */
  'gateways.probe': { input: z.strictObject({ endpoint: gatewayEndpoint }), output: probeView },
  /** Parses a setup code, `oc-pair://…`, a join link (fetched once), `openclaw://gateway/add?…`, or an old `node.json`. */
  'gateways.read': { input: z.strictObject({ text: z.string().min(1).max(65_536) }), output: draftView },
  /** Searches gateways in the local network for two seconds. */
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
  /** Retries both connections now, even a stopped one. */
  'gateways.connect': { input: z.strictObject({ gateway }), output: gatewayView },
  /**
   * Accepts the shown certificate, which `fingerprint` must match. `once` lasts until the agent ends. If the gateway had another trusted certificate,
   * `confirm` must be the last four digits of the new fingerprint.
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
  /** Returns a text, a link, and the command and settings of `openclaw node`, with which an operator sets up a node on another machine. */
  'gateways.handover': {
    input: z.strictObject({
      gateway,
      /**
       * Creates a single-use setup code at the gateway, valid for ten minutes. If false, the text tells where to find the gateway's token instead.
       */
      setupCode: z.boolean(),
      /** Address at which the node reaches the gateway, if it differs from the one here. */
      url: z.string().max(512).optional(),
    }),
    output: z.strictObject({
      text: z.string().max(16_384),
      link: z.string().max(8192).nullable(),
      command: z.string().max(8192),
      /** Settings of OpenClaw as JSON. */
      settings: z.string().max(8192),
      expiresAt: time.nullable(),
    }),
  },
} as const;

/** Event with all gateways. */
export const GATEWAY_EVENTS = {
  /** Sent at most four times a second. */
  'gateways.changed': z.array(gatewayView).max(64),
} as const;
