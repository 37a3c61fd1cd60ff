import type { core } from 'zod';

/** Fields of the local API that are IDs of messages. */
const IDS: ReadonlySet<string> = new Set(['id', 'ids', 'reply_to', 'after', 'before', 'answer_to']);

/**
 * Returns a sentence about the first problem of a request to the local API, with what to write instead. Contains nothing of the request but names of
 * fields. Pure.
 */
export function inputProblem(issue: core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'The request is invalid. The API is described at /v1/openapi.json.';
  const field = issue.path.join('.');
  const name = field === '' ? 'The request' : `"${field}"`;
  const [last] = issue.path.filter((part) => typeof part === 'string').slice(-1);
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.message.endsWith('received undefined')) return `${name} is missing: it is ${kindOf(issue.expected)}.`;
      if (last === 'body')
        return `${name} has to be a string. Send a JSON value as its text, with "media": "application/json".`;
      return `${name} has to be ${kindOf(issue.expected)}.`;
    }
    case 'invalid_value':
      return `${name} has to be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}.`;
    case 'unrecognized_keys':
      return `There is no field ${issue.keys.map((key) => JSON.stringify(key.slice(0, 64))).join(', ')} here. Remove it, or check its name.`;
    case 'too_small':
      return `${name} is too ${issue.origin === 'string' || issue.origin === 'array' ? 'short' : 'small'}: the least is ${unitOf(issue.origin, issue.minimum)}.`;
    case 'too_big':
      return `${name} is too ${issue.origin === 'string' || issue.origin === 'array' ? 'long' : 'large'}: the most is ${unitOf(issue.origin, issue.maximum)}.`;
    case 'invalid_format':
      if (last !== undefined && IDS.has(last))
        return `${name} has to be the ID of a message: 32 digits and letters from a to f, as an answer of this API has it.`;
      if (last === 'thread') return `${name} has up to 64 letters, digits, ".", "_", ":" and "-".`;
      return `${name} has another form than this API expects. See /v1/openapi.json.`;
    default:
      return `${name} isn't valid: ${issue.message}. See /v1/openapi.json.`;
  }
}

/** Returns a kind of value with its article. */
function kindOf(kind: string): string {
  if (kind === 'int' || kind === 'integer') return 'a whole number';
  return `${/^[aeio]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

function unitOf(origin: string, limit: number | bigint): string {
  if (origin === 'string') return `${limit} ${limit === 1 ? 'character' : 'characters'}`;
  return origin === 'array' ? `${limit} ${limit === 1 ? 'entry' : 'entries'}` : String(limit);
}
