import * as z from 'zod';
import { createHash, randomUUID } from 'node:crypto';
import type { GatewayRequestView, GatewayRequestDecision } from '#shared/app-api/index.ts';
import { cleanName, showDetail } from '#shared/visible-text/index.ts';
import { commandLine } from '#shared/shell-quoting.ts';
import { SCOPES, scopesForDevice, scopesForNode } from './scopes.ts';
import type { RunRequest } from './run-approver.ts';
import { safeParse } from '#shared/safe-parse.ts';

/**
 * Gateway's request after parsing and cleaning: the part of a view that doesn't depend on the viewer. The functions of this file make it; they do no
 * I/O.
 */
export type ParsedRequest = Readonly<
  Omit<GatewayRequestView, 'key' | 'gateway' | 'gatewayName' | 'missingScopes'> & {
    /** Scopes needed to approve it. */
    needs: readonly string[];
    /** Digest of the request before cleaning; a changed request has another one. */
    digest: string;
  }
>;

/** Most characters of one command, folder or text. */
const LONGEST = 65_536;
/** Characters reserved for the count of omitted ones. */
const COUNT = 100;
const LONGEST_WORD = 256;
const MOST_WORDS = 256;
const MOST_ARGUMENTS = 1024;

/** Cleans texts for display and records whether any was cut: a cut request can't be approved. */
export class Cleaner {
  isWhole = true;

  /** Cleans one line. */
  line(text: string | null | undefined, most = 4000): string | null {
    if (text === null || text === undefined || text === '') return null;
    const shown = showDetail(text, most);
    if (!shown.isWhole) this.isWhole = false;
    return shown.text;
  }

  /** Cleans a text of several lines. */
  lines(text: string | null | undefined, most = LONGEST): string | null {
    if (text === null || text === undefined || text === '') return null;
    let shown = '';
    let taken = 0;
    for (const [row, ending = ''] of text.slice(0, most).matchAll(/[^\n]*?(\r?\n|$)/gu)) {
      const room = most - COUNT - shown.length;
      const line = showDetail(row.slice(0, row.length - ending.length), Math.max(0, room - 1));
      if (room < 1 || !line.isWhole) {
        // The mark for the omitted rest goes after the last line.
        this.isWhole = false;
        return shown + showDetail(text.slice(taken), Math.max(0, room)).text;
      }
      shown += line.text + (ending === '' ? '' : '\n');
      taken += row.length;
    }
    if (taken < text.length) this.isWhole = false;
    return taken === text.length ? shown : `${shown} … ⟨and ${text.length - taken} more characters⟩`;
  }

  /** Cleans a list of words. */
  words(all: readonly string[], most = LONGEST_WORD): string[] {
    const unique = [...new Set(all)];
    if (unique.length > MOST_WORDS) this.isWhole = false;
    return unique.slice(0, MOST_WORDS).map((word) => this.line(word, most) ?? '');
  }

  /** Cleans the arguments of a command. */
  arguments(argv: readonly string[] | null | undefined): string[] {
    if (argv === null || argv === undefined) return [];
    const shown = argv.length > MOST_ARGUMENTS ? [] : argv.map((word) => this.lines(word) ?? '');
    const length = shown.reduce((sum, word) => sum + word.length, 0);
    if (argv.length <= MOST_ARGUMENTS && length <= LONGEST) return shown;
    this.isWhole = false;
    return [];
  }
}

/** Returns a cleaned name; the start of the ID if nothing is left of it. */
export function nameOr(name: string | null | undefined, id: string): string {
  return cleanName(name ?? '') || cleanName(id).slice(0, 12);
}

/** Returns a digest that is equal for equal values only. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

/** Returns the possible decisions; a request too large to be shown can only be rejected. */
export function decisionsFor(
  isWhole: boolean,
  offered: GatewayRequestView['decisions'],
): GatewayRequestView['decisions'] {
  return isWhole && offered.length > 0 ? [...offered] : ['reject'];
}

/** Kind of a request that a gateway makes for others: all but `run`, which this machine, as its node, would carry out. */
export type ForeignRequestKind = Exclude<ParsedRequest['kind'], 'run'>;

/** ID that is sent back unchanged. */
const id = z.string().regex(/^[\x21-\x7e]{1,256}$/);
const text = z.string().max(2_000_000);
const optional = text.nullish().catch(null);
const words = z.array(text).max(20_000);
const optionalWords = words.nullish().transform((value) => value ?? []);
/** Unix ms within the range of `Date`. */
const time = z
  .number()
  .min(0)
  .max(8_640_000_000_000_000)
  .transform((value) => Math.floor(value));

const device = z.object({
  requestId: id,
  deviceId: id,
  publicKey: optional,
  displayName: optional,
  platform: optional,
  clientId: optional,
  browserOrigin: optional,
  role: optional,
  roles: optionalWords,
  scopes: optionalWords,
  remoteIp: optional,
  isRepair: z.boolean().optional().catch(undefined),
  ts: time,
});

const node = z.object({
  requestId: id,
  nodeId: id,
  displayName: optional,
  platform: optional,
  remoteIp: optional,
  caps: optionalWords,
  commands: optionalWords,
  requiredApproveScopes: optionalWords,
  ts: time,
});

const decisions = z.array(z.string().max(64)).max(16).nullish().catch(null);
const exec = z.object({
  id,
  createdAtMs: time,
  expiresAtMs: time,
  request: z.object({
    command: text,
    commandArgv: words.nullish(),
    systemRunPlan: z.object({ argv: words, cwd: text.nullish(), commandText: text.nullish() }).nullish(),
    cwd: text.nullish(),
    env: z.record(text, z.unknown()).nullish(),
    envKeys: words.nullish(),
    host: text.nullish(),
    nodeId: text.nullish(),
    agentId: optional,
    warningText: text.nullish(),
    allowedDecisions: decisions,
  }),
});

const plugin = z.object({
  id,
  createdAtMs: time,
  expiresAtMs: time,
  request: z.object({
    pluginId: optional,
    title: text,
    description: text.nullish(),
    detail: text.nullish(),
    severity: z.enum(['info', 'warning', 'critical']).nullish().catch(null),
    toolName: optional,
    mcpTool: z.object({ server: text, tool: text }).nullish().catch(null),
    agentId: optional,
    allowedDecisions: decisions,
  }),
});

const NOTHING: Omit<
  ParsedRequest,
  'kind' | 'requestId' | 'who' | 'decisions' | 'requestedAt' | 'expiresAt' | 'needs' | 'digest'
> = {
  deviceId: null,
  platform: null,
  address: null,
  roles: [],
  scopes: [],
  commands: [],
  capabilities: [],
  command: null,
  argv: [],
  directory: null,
  environment: [],
  host: null,
  agent: null,
  title: null,
  text: null,
  severity: null,
  repair: false,
};

/** Returns a node's name. */
export type Naming = (nodeId: string) => string | undefined;

/** Parses a request from a gateway, ignoring unknown fields. Never throws. @returns undefined if it isn't a valid request */
export function parseGatewayRequest(
  kind: ForeignRequestKind,
  value: unknown,
  nameOf: Naming,
): ParsedRequest | undefined {
  return READERS[kind](value, nameOf);
}

/** Reads the ID of a request, even if the rest is invalid. */
export function readId(kind: ForeignRequestKind, value: unknown): string | undefined {
  const field = kind === 'device' || kind === 'node' ? 'requestId' : 'id';
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  const parsed = safeParse(id, found);
  return parsed.success ? parsed.data : undefined;
}

const READERS: Readonly<Record<ForeignRequestKind, (value: unknown, nameOf: Naming) => ParsedRequest | undefined>> = {
  device: readDevice,
  node: readNode,
  exec: readExec,
  plugin: readPlugin,
};

function readDevice(value: unknown): ParsedRequest | undefined {
  const parsed = safeParse(device, value);
  if (!parsed.success) return undefined;
  const { ts, requestId, deviceId, isRepair, ...fields } = parsed.data;
  const clean = new Cleaner();
  const rawRoles = [...new Set([...fields.roles, ...(fields.role ? [fields.role] : [])])];
  const roles = clean.words(rawRoles);
  const scopes = clean.words(fields.scopes);
  const origin = clean.line(fields.browserOrigin);
  return {
    ...NOTHING,
    kind: 'device',
    requestId,
    who: nameOr(fields.displayName, deviceId),
    deviceId,
    platform: clean.line(fields.platform, 256),
    address: clean.line(fields.remoteIp, 256),
    roles,
    scopes,
    text: origin === null ? null : `From a page of ${origin}`,
    severity: rawRoles.includes('operator') && fields.scopes.includes(SCOPES.admin) ? 'critical' : null,
    repair: isRepair === true,
    decisions: decisionsFor(clean.isWhole, ['approve', 'reject']),
    requestedAt: ts,
    expiresAt: null,
    needs: scopesForDevice(rawRoles, fields.scopes),
    digest: digestOf(['device', requestId, deviceId, isRepair === true, { ...fields, roles: rawRoles }]),
  };
}

function readNode(value: unknown): ParsedRequest | undefined {
  const parsed = safeParse(node, value);
  if (!parsed.success) return undefined;
  const { ts, requestId, nodeId, requiredApproveScopes, ...fields } = parsed.data;
  const clean = new Cleaner();
  return {
    ...NOTHING,
    kind: 'node',
    requestId,
    who: nameOr(fields.displayName, nodeId),
    deviceId: nodeId,
    platform: clean.line(fields.platform, 256),
    address: clean.line(fields.remoteIp, 256),
    commands: clean.words(fields.commands),
    capabilities: clean.words(fields.caps),
    severity: fields.commands.some((command) => command.startsWith('system.run')) ? 'warning' : null,
    decisions: decisionsFor(clean.isWhole, ['approve', 'reject']),
    requestedAt: ts,
    expiresAt: null,
    needs: scopesForNode(fields.commands, requiredApproveScopes),
    digest: digestOf(['node', requestId, nodeId, fields]),
  };
}

function readExec(value: unknown, nameOf: Naming): ParsedRequest | undefined {
  const parsed = safeParse(exec, value);
  if (!parsed.success) return undefined;
  const { id: requestId, request, createdAtMs, expiresAtMs } = parsed.data;
  const { systemRunPlan: plan } = request;
  const clean = new Cleaner();
  const argv = plan?.argv ?? request.commandArgv ?? [];
  const environment = [...Object.keys(request.env ?? {}), ...(request.envKeys ?? [])];
  const warning = clean.lines(request.warningText, 7000);
  // The plan is what runs if there is one, else the arguments. The gateway's own text is shown in addition.
  const called = plan?.commandText || request.command;
  const command = argv.length === 0 || says(called, argv) ? called : commandLine(argv);
  const others = [...new Set([called, request.command])].filter((text) => text !== command);
  const differs = others.length === 0 ? null : clean.lines(others.join('\n'), 8000);
  return {
    ...NOTHING,
    kind: 'exec',
    requestId,
    who: nameOr(request.agentId, 'agent'),
    command: clean.lines(command),
    argv: clean.arguments(argv),
    directory: clean.line(plan?.cwd ?? request.cwd),
    environment: clean.words(environment),
    host: hostOf(request, nameOf, clean),
    agent: clean.line(request.agentId, 256),
    text: joined([warning, differs === null ? null : `The gateway calls it: ${differs}`]),
    severity: warning === null && differs === null ? null : 'warning',
    decisions: decisionsFor(clean.isWhole, decisionsOf(request.allowedDecisions)),
    requestedAt: createdAtMs,
    expiresAt: expiresAtMs,
    needs: [SCOPES.approvals],
    digest: digestOf(['exec', requestId, { ...request, env: environment }]),
  };
}

function readPlugin(value: unknown): ParsedRequest | undefined {
  const parsed = safeParse(plugin, value);
  if (!parsed.success) return undefined;
  const { id: requestId, request, createdAtMs, expiresAtMs } = parsed.data;
  const { mcpTool } = request;
  const clean = new Cleaner();
  const tool = mcpTool ? `${mcpTool.server}: ${mcpTool.tool}` : request.toolName;
  const toolText = clean.line(tool, 512);
  return {
    ...NOTHING,
    kind: 'plugin',
    requestId,
    who: nameOr(request.pluginId ?? request.agentId, 'plugin'),
    agent: clean.line(request.agentId, 256),
    title: clean.line(request.title, 1024),
    text: joined([
      clean.lines(request.description, 4000),
      clean.lines(request.detail, 11_000),
      toolText === null ? null : `Tool: ${toolText}`,
    ]),
    severity: request.severity ?? 'info',
    decisions: decisionsFor(clean.isWhole, decisionsOf(request.allowedDecisions)),
    requestedAt: createdAtMs,
    expiresAt: expiresAtMs,
    needs: [SCOPES.approvals],
    digest: digestOf(['plugin', requestId, request]),
  };
}

const SHELL = /(?:^|[/\\])(?:ba|da|k|z|fi)?sh$/;

/** Reports whether a text is these arguments, quoted in any way, or the script of a shell's `-c`. */
function says(text: string, argv: readonly string[]): boolean {
  const plain = (words: string): string =>
    words
      .replaceAll(/["'\\]/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
  const [program = '', option = '', command = ''] = argv;
  const isShell = argv.length === 3 && SHELL.test(program) && /^-l?c$/.test(option);
  return plain(text) === plain(argv.join(' ')) || (isShell && text.trim() === command.trim());
}

function hostOf(
  request: Readonly<{ host?: string | null | undefined; nodeId?: string | null | undefined }>,
  nameOf: Naming,
  clean: Cleaner,
): string | null {
  if (!request.nodeId) return clean.line(request.host, 256);
  const name = nameOf(request.nodeId);
  const shown = clean.line(request.nodeId, 256);
  return name === undefined ? `node ${shown}` : `node ${name} (${shown?.slice(0, 12)})`;
}

const DECISIONS: Readonly<Record<string, GatewayRequestDecision>> = {
  'allow-once': 'approve',
  'allow-always': 'approve-always',
  deny: 'reject',
};

function decisionsOf(fields: readonly string[] | null | undefined): GatewayRequestDecision[] {
  const all = fields ?? ['allow-once', 'deny'];
  const known = all.flatMap((word) => DECISIONS[word] ?? []);
  // A person can always reject.
  return [...new Set<GatewayRequestDecision>([...known, 'reject'])];
}

/** Converts a decision to the gateway's word. */
export function decisionWord(decision: GatewayRequestDecision): string {
  return Object.entries(DECISIONS).find(([, ours]) => ours === decision)?.[0] ?? 'deny';
}

/** Converts the gateway's word to a decision; null if unknown. */
export function readDecision(word: string): GatewayRequestDecision | null {
  if (word === 'approved') return 'approve';
  if (word === 'rejected') return 'reject';
  return DECISIONS[word] ?? null;
}

function joined(parts: readonly (string | null)[]): string | null {
  const there = parts.filter((part) => part !== null);
  return there.length === 0 ? null : there.join('\n\n');
}

/** Fields that a run on this machine doesn't use. */
const NO_RUN_DETAILS: Pick<
  ParsedRequest,
  | 'kind'
  | 'deviceId'
  | 'platform'
  | 'address'
  | 'roles'
  | 'scopes'
  | 'commands'
  | 'capabilities'
  | 'host'
  | 'repair'
  | 'needs'
> = {
  kind: 'run',
  deviceId: null,
  platform: null,
  address: null,
  roles: [],
  scopes: [],
  commands: [],
  capabilities: [],
  host: 'this machine',
  repair: false,
  needs: [],
};

/**
 * Converts a run on this machine to a request with an ID of its own; it can only be rejected if something had to be
 * cut.
 * @param now Unix ms
 */
export function parseRunRequest(request: RunRequest, now: number): ParsedRequest {
  const { gateway, gatewayName: _name, expiresAt, ...rest } = request;
  const clean = new Cleaner();
  return {
    ...NO_RUN_DETAILS,
    who: nameOr(rest.who, gateway),
    requestId: randomUUID(),
    command: clean.lines(rest.command),
    argv: clean.arguments(rest.argv),
    directory: clean.line(rest.directory),
    // `NAME=value`; a value may be a token.
    environment: clean.words(rest.environment, 4000),
    program: clean.line(rest.program) ?? undefined,
    user: clean.line(rest.user) ?? undefined,
    agent: clean.line(rest.agent, 256),
    title: clean.line(rest.title, 1024),
    text: clean.lines(rest.text, 16_000),
    severity: rest.severity,
    decisions: clean.isWhole ? [...rest.decisions] : ['reject'],
    ...(rest.onceReason === undefined ? {} : { onceReason: rest.onceReason }),
    requestedAt: Math.floor(now),
    expiresAt: expiresAt === null ? null : Math.floor(expiresAt),
    digest: digestOf(['run', gateway, rest]),
  };
}
