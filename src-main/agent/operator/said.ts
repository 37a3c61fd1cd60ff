import * as z from 'zod';
import type { GatewayRequestDecision } from '#shared/app-api/index.ts';
import { Cleaner, decisionsFor, digestOf, nameOr, type ParsedRequest } from './asked.ts';
import { SCOPES, scopesForDevice, scopesForNode } from './scopes.ts';

/** What a gateway says of requests, read with care: what is not known is ignored, what does not fit is no request. */

/** Kinds that come from gateways. */
export type RemoteKind = Exclude<ParsedRequest['kind'], 'run'>;

/** Names that are sent back as they came. */
const id = z.string().regex(/^[\x21-\x7e]{1,256}$/);
const text = z.string().max(2_000_000);
const optional = text.nullish().catch(null);
const words = z.array(text).max(20_000);
const optionalWords = words.nullish().transform((value) => value ?? []);
/** Milliseconds since 1970 that a date can have. */
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

/** @param nameOf what a node is called */
export type Naming = (nodeId: string) => string | undefined;

/** @returns undefined for what is no request @throws nothing */
export function parseGatewayRequest(kind: RemoteKind, value: unknown, nameOf: Naming): ParsedRequest | undefined {
  return READERS[kind](value, nameOf);
}

/** The id alone, of a request that may not be readable otherwise. */
export function readId(kind: RemoteKind, value: unknown): string | undefined {
  const field = kind === 'device' || kind === 'node' ? 'requestId' : 'id';
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  const parsed = id.safeParse(found);
  return parsed.success ? parsed.data : undefined;
}

const READERS: Readonly<Record<RemoteKind, (value: unknown, nameOf: Naming) => ParsedRequest | undefined>> = {
  device: readDevice,
  node: readNode,
  exec: readExec,
  plugin: readPlugin,
};

function readDevice(value: unknown): ParsedRequest | undefined {
  const parsed = device.safeParse(value);
  if (!parsed.success) return undefined;
  const { ts, requestId, deviceId, isRepair, ...said } = parsed.data;
  const clean = new Cleaner();
  const rawRoles = [...new Set([...said.roles, ...(said.role ? [said.role] : [])])];
  const roles = clean.words(rawRoles);
  const scopes = clean.words(said.scopes);
  const origin = clean.line(said.browserOrigin);
  return {
    ...NOTHING,
    kind: 'device',
    requestId,
    who: nameOr(said.displayName, deviceId),
    deviceId,
    platform: clean.line(said.platform, 256),
    address: clean.line(said.remoteIp, 256),
    roles,
    scopes,
    text: origin === null ? null : `From a page of ${origin}`,
    severity: rawRoles.includes('operator') && said.scopes.includes(SCOPES.admin) ? 'critical' : null,
    repair: isRepair === true,
    decisions: decisionsFor(clean.isWhole, ['approve', 'reject']),
    requestedAt: ts,
    expiresAt: null,
    needs: scopesForDevice(rawRoles, said.scopes),
    digest: digestOf(['device', requestId, deviceId, isRepair === true, { ...said, roles: rawRoles }]),
  };
}

function readNode(value: unknown): ParsedRequest | undefined {
  const parsed = node.safeParse(value);
  if (!parsed.success) return undefined;
  const { ts, requestId, nodeId, requiredApproveScopes, ...said } = parsed.data;
  const clean = new Cleaner();
  return {
    ...NOTHING,
    kind: 'node',
    requestId,
    who: nameOr(said.displayName, nodeId),
    deviceId: nodeId,
    platform: clean.line(said.platform, 256),
    address: clean.line(said.remoteIp, 256),
    commands: clean.words(said.commands),
    capabilities: clean.words(said.caps),
    severity: said.commands.some((command) => command.startsWith('system.run')) ? 'warning' : null,
    decisions: decisionsFor(clean.isWhole, ['approve', 'reject']),
    requestedAt: ts,
    expiresAt: null,
    needs: scopesForNode(said.commands, requiredApproveScopes),
    digest: digestOf(['node', requestId, nodeId, said]),
  };
}

function readExec(value: unknown, nameOf: Naming): ParsedRequest | undefined {
  const parsed = exec.safeParse(value);
  if (!parsed.success) return undefined;
  const { id: requestId, request, createdAtMs, expiresAtMs } = parsed.data;
  const { systemRunPlan: plan } = request;
  const clean = new Cleaner();
  const argv = plan?.argv ?? request.commandArgv ?? [];
  const environment = [...Object.keys(request.env ?? {}), ...(request.envKeys ?? [])];
  const warning = clean.lines(request.warningText, 7000);
  // Where a plan binds the run, it is what runs; and where there are words, they are. What the gateway calls it beside is shown as well.
  const called = plan?.commandText || request.command;
  const command = argv.length === 0 || says(called, argv) ? called : quoted(argv);
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
  const parsed = plugin.safeParse(value);
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

/** Whether a text is these words, quoted in whatever way, or all that a shell is given as its command. */
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

function quoted(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
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

function decisionsOf(said: readonly string[] | null | undefined): GatewayRequestDecision[] {
  const all = said ?? ['allow-once', 'deny'];
  const known = all.flatMap((word) => DECISIONS[word] ?? []);
  // A person can always say no.
  return [...new Set<GatewayRequestDecision>([...known, 'reject'])];
}

/** What a decision is called at the gateway. */
export function decisionWord(decision: GatewayRequestDecision): string {
  return Object.entries(DECISIONS).find(([, ours]) => ours === decision)?.[0] ?? 'deny';
}

/** And back; null for what is not known. */
export function readDecision(word: string): GatewayRequestDecision | null {
  if (word === 'approved') return 'approve';
  if (word === 'rejected') return 'reject';
  return DECISIONS[word] ?? null;
}

function joined(parts: readonly (string | null)[]): string | null {
  const there = parts.filter((part) => part !== null);
  return there.length === 0 ? null : there.join('\n\n');
}
