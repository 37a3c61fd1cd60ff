import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

interface PublishedSchema {
  readonly definitions: Readonly<Record<string, unknown>>;
  readonly methods: Readonly<Record<string, Readonly<{ scope: string }>>>;
}

const ID = 'https://openclaw.ai/protocol.schema.json';
/** The schema lies beside the package's door and is not among its exports. */
const published = JSON.parse(
  readFileSync(
    join(dirname(fileURLToPath(import.meta.resolve('@openclaw/gateway-protocol'))), '..', 'protocol.schema.json'),
    'utf8',
  ),
) as PublishedSchema;
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(published, ID);
const compiled = new Map<string, ValidateFunction>();

/** Definitions whose names do not follow from the method's or the event's. */
const RESULTS: Readonly<Record<string, string>> = {
  'terminal.input': 'TerminalAckResult',
  'terminal.resize': 'TerminalAckResult',
  'terminal.close': 'TerminalAckResult',
};
const EVENTS: Readonly<Record<string, string>> = {
  chat: 'ChatEvent',
  agent: 'AgentEvent',
  'node.invoke.request': 'NodeInvokeRequestEvent',
};

/** What is wrong with a frame as such; undefined when nothing is. */
export function frameProblem(frame: unknown): string | undefined {
  const type = typeof frame === 'object' && frame !== null && 'type' in frame ? frame.type : undefined;
  const name = type === 'req' ? 'RequestFrame' : type === 'res' ? 'ResponseFrame' : 'EventFrame';
  return problem(name, frame);
}

/** What is wrong with the parameters of a method, in the gateway's words; undefined when nothing is, or no schema was published. */
export function paramsProblem(method: string, params: unknown): string | undefined {
  return problem(method === 'connect' ? 'ConnectParams' : `${camel(method)}Params`, params);
}

export function resultProblem(method: string, payload: unknown): string | undefined {
  return problem(method === 'connect' ? 'HelloOk' : (RESULTS[method] ?? `${camel(method)}Result`), payload);
}

export function eventProblem(event: string, payload: unknown): string | undefined {
  return problem(EVENTS[event] ?? `${camel(event)}Event`, payload);
}

/** The scope that a method asks for: `node` for the node role, `dynamic` where it depends on the parameters; undefined for an unknown one. */
export function scopeOf(method: string): string | undefined {
  return published.methods[method]?.scope;
}

export const METHODS: readonly string[] = Object.keys(published.methods);

/** What version 2026.9.6 says beyond the schema of 2026.9.1, by definition. */
const BEYOND: Readonly<Record<string, readonly string[]>> = { HelloOk: ['method', 'clientId'] };

function problem(name: string, value: unknown): string | undefined {
  const check = checker(name);
  if (check === undefined || check(value) === true) return undefined;
  const found = (check.errors ?? []).filter(
    ({ params }) => BEYOND[name]?.includes(String(params['additionalProperty'])) !== true,
  );
  return found.length === 0 ? undefined : found.map(inWords).join('; ');
}

/** As the gateway writes it in its errors. */
function inWords({ instancePath, keyword, params, message = 'does not match' }: ErrorObject): string {
  if (keyword === 'additionalProperties')
    return `at ${instancePath || 'root'}: unexpected property '${String(params['additionalProperty'])}'`;
  return instancePath === '' ? message : `at ${instancePath}: ${message}`;
}

function checker(name: string): ValidateFunction | undefined {
  if (!(name in published.definitions)) return undefined;
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const made = ajv.compile({ $ref: `${ID}#/definitions/${name}` });
  compiled.set(name, made);
  return made;
}

function camel(name: string): string {
  return name
    .split(/[.-]/u)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
