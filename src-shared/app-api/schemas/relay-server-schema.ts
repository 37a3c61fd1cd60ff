import * as z from 'zod';
import { none } from '../fields.ts';
import { hostText, port } from '../../forward/index.ts';

/** User name on a server. Neither options (`-o…`) nor control characters fit. */
const sshUser = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\$?$/);

/** Proof of identity at the server. `auto`: key agent, usual key files, then a password. */
const login = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('auto') }),
  z.strictObject({ method: z.literal('agent') }),
  /** Absolute path, or one that begins with `~/`. */
  z.strictObject({ method: z.literal('key'), file: z.string().min(1).max(4096) }),
  z.strictObject({ method: z.literal('password') }),
]);

/** Server that a relay is set up on. Empty fields are taken from `~/.ssh/config`. */
const relayServer = z.strictObject({
  /** Name, address, or entry of `~/.ssh/config`. */
  host: hostText,
  user: sshUser.optional(),
  port: port.optional(),
  login: login.optional(),
  /** Name or address under which devices reach the server; by default that of the SSH connection. */
  address: hostText.optional(),
  /** Port of the relay; by default 7474. */
  relayPort: port.optional(),
});
export type RelayServerInput = z.infer<typeof relayServer>;

/** Steps of a task at a server, in their order. */
export const RELAY_SERVER_STEPS = [
  'connect',
  'survey',
  'package',
  'copy',
  'verify',
  'install',
  'firewall',
  'service',
  'start',
  'check',
  'adopt',
  'remove',
  'undo',
] as const;
export type RelayServerStep = (typeof RELAY_SERVER_STEPS)[number];

/** Kinds of planned actions; each has a text in `src-shared/locales`. */
export const RELAY_SERVER_ACTIONS = [
  'copy-package',
  'create-folder',
  'create-file',
  'create-user',
  'create-service',
  'switch-version',
  'open-port',
  'start-service',
  'restart-service',
  'use-relay',
  'stop-service',
  'remove-service',
  'close-port',
  'remove-folder',
  'remove-user',
  'remove-data',
  'keep-data',
  'leave-relay',
] as const;

const action = z.strictObject({
  kind: z.enum(RELAY_SERVER_ACTIONS),
  /** Path, name, port or address that the action is about. */
  what: z.string().max(300),
});
export type RelayServerAction = z.infer<typeof action>;

/** Facts about a server, and what will be done there. */
const plan = z.strictObject({
  task: z.enum(['deploy', 'update', 'remove']),
  /** `user@host:port` of the SSH connection. */
  server: z.string().max(400),
  arch: z.string().max(16),
  /** Version to install; null for a removal. */
  version: z.string().max(64).nullable(),
  /** Version that is there; null if none. */
  before: z.string().max(64).nullable(),
  /** Size of the package, bytes. */
  size: z.number().int().nullable(),
  /** URL of the relay. */
  url: z.string().max(300),
  actions: z.array(action).max(40),
});
export type RelayServerPlan = z.infer<typeof plan>;

/** Question to the person, answered with `relayServers.answer`. */
const question = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('host-key'), host: z.string(), port, fingerprint: z.string() }),
  z.strictObject({ kind: z.literal('password'), server: z.string(), retry: z.boolean() }),
  z.strictObject({ kind: z.literal('passphrase'), file: z.string(), retry: z.boolean() }),
  z.strictObject({
    kind: z.literal('sudo-password'),
    server: z.string(),
    retry: z.boolean(),
    /** The answer `same` is possible: the password of this task's sign-in. */
    same: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('plan'), plan }),
  /** Keys and database of the relay are about to stay or to go. */
  z.strictObject({ kind: z.literal('data'), folder: z.string() }),
  /** The relay runs, but this machine can't reach it: a firewall in between. Yes checks again. */
  z.strictObject({ kind: z.literal('unreachable'), url: z.string(), port, reason: z.string() }),
]);
export type RelayServerQuestion = z.infer<typeof question>;

const answer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('decision'), yes: z.boolean() }),
  z.strictObject({ kind: z.literal('secret'), secret: z.string().max(1024) }),
  /** Password of the sign-in, for sudo. */
  z.strictObject({ kind: z.literal('same') }),
]);
export type RelayServerAnswer = z.infer<typeof answer>;

/** Relay that this device has set up on a server. */
const view = z.strictObject({
  id: z.string().max(64),
  server: relayServer,
  url: z.string().max(300),
  version: z.string().max(64),
  deployedAt: z.number().int(),
});
export type RelayServerView = z.infer<typeof view>;

/** State of a relay at its server. */
const state = z.strictObject({
  installed: z.boolean(),
  running: z.boolean(),
  version: z.string().max(64).nullable(),
  /** Newest version that can be installed from here. */
  available: z.string().max(64).nullable(),
  url: z.string().max(300),
  pin: z.string().max(64).nullable(),
  reachable: z.boolean(),
});
export type RelayServerState = z.infer<typeof state>;

const progress = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('question'), id: z.string(), question }),
  z.strictObject({
    kind: z.literal('step'),
    step: z.enum(RELAY_SERVER_STEPS),
    state: z.enum(['running', 'done', 'failed']),
    /** Bytes, while a package is copied. */
    done: z.number().int().optional(),
    total: z.number().int().optional(),
  }),
  z.strictObject({ kind: z.literal('plan'), plan }),
  /** After a failure: everything is as before, except what `remains` names. */
  z.strictObject({ kind: z.literal('undone'), remains: z.array(z.string().max(300)).max(40) }),
]);
export type RelayServerProgress = z.infer<typeof progress>;

/** Calls that set up, update and remove relays on servers by SSH, part of `AGENT_CALLS`. Secrets are asked for, and never stored or logged. */
export const RELAY_SERVER_CALLS = {
  /** Entries of `~/.ssh/config` that name one host. */
  'relayServers.hosts': {
    input: none,
    output: z.array(z.strictObject({ name: z.string(), host: z.string(), user: z.string().nullable() })).max(500),
  },
  'relayServers.list': { input: none, output: z.array(view).max(100) },
  /** Runs a task; aborting the call cancels it and undoes what was done. */
  'relayServers.run': {
    input: z.strictObject({
      task: z.enum(['deploy', 'update', 'remove', 'status']),
      server: relayServer,
      /** Fingerprint that the server's SSH key must have, also if it is known; without it, a person is asked about an unknown key. */
      trust: z
        .string()
        .regex(/^SHA256:[A-Za-z0-9+/]{43}$/)
        .optional(),
      /** Ends after the plan. */
      dryRun: z.boolean().optional(),
      /** False: this device keeps its relay. */
      adopt: z.boolean().optional(),
      /** With `remove`: whether keys and database go too; undefined asks. */
      removeData: z.boolean().optional(),
    }),
    progress,
    output: z.strictObject({
      outcome: z.enum(['done', 'unchanged', 'planned', 'declined', 'status']),
      plan: plan.nullable(),
      state: state.nullable(),
      /** Names of what a removal has kept. */
      kept: z.array(z.string().max(300)).max(10),
    }),
  },
  /** Cancels the running task, whose call ends after everything was undone, and names its server; null if none runs. The next task waits for that. */
  'relayServers.cancel': { input: none, output: z.strictObject({ server: hostText.nullable() }) },
  'relayServers.answer': { input: z.strictObject({ id: z.string().max(64), answer }), output: none },
} as const;

export const RELAY_SERVER_EVENTS = { 'relayServers.changed': z.array(view).max(100) } as const;
