import type { Workflow } from '#shared/app-api/index.ts';

/**
 * Contents of the form of a workflow, as typed. The functions of this file are pure. The dialogs of workflows use them; the field for prompts uses
 * the limit.
 */
export type WorkflowDraft = Readonly<{
  name: string;
  description: string;
  /** Name of a gateway; empty for the connected one. */
  gateway: string;
  kind: 'prompt' | 'method';
  /** Prompt with placeholders such as `{{branch}}`. */
  template: string;
  method: string;
  /** Parameters of the method, a JSON object as text. */
  params: string;
}>;

/** Form of a new workflow. */
export const EMPTY_WORKFLOW: WorkflowDraft = {
  name: '',
  description: '',
  gateway: '',
  kind: 'prompt',
  template: '',
  method: '',
  params: '{}',
};

/** Field of the form to which a problem belongs. */
export type WorkflowField = 'name' | 'description' | 'template' | 'method' | 'params';
/** Problem of one typed value, which the form explains. */
export type FieldProblem = 'missing' | 'invalid' | 'taken' | 'long' | 'not-json' | 'not-object';
/** First problem of each invalid field; valid fields are left out. */
export type WorkflowProblems = Readonly<Partial<Record<WorkflowField, FieldProblem>>>;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const METHOD = /^[a-z][A-Za-z0-9.]{0,127}$/;
/** Most characters of a prompt or template that the agent accepts. */
export const PROMPT_LIMIT = 200_000;

/** Fills the form from a saved workflow. */
export function workflowDraft({ name, description, gateway, action }: Workflow): WorkflowDraft {
  const common = { ...EMPTY_WORKFLOW, name, description, gateway: gateway ?? '', kind: action.kind };
  return action.kind === 'prompt'
    ? { ...common, template: action.template }
    : { ...common, method: action.method, params: JSON.stringify(action.params, null, 2) };
}

/**
 * Checks all fields of the form as typed. Pure.
 * @param taken names of the other workflows
 */
export function checkWorkflow(draft: WorkflowDraft, taken: readonly string[]): WorkflowProblems {
  const name = checkName(draft.name, taken);
  const common = {
    ...(name !== undefined && { name }),
    ...(draft.description.length > 512 && { description: 'long' as const }),
  };
  if (draft.kind === 'prompt') {
    if (draft.template.trim() === '') return { ...common, template: 'missing' };
    return draft.template.length > PROMPT_LIMIT ? { ...common, template: 'long' } : common;
  }
  const params = parseJsonParams(draft.params);
  return {
    ...common,
    ...(draft.method === ''
      ? { method: 'missing' as const }
      : !METHOD.test(draft.method) && { method: 'invalid' as const }),
    ...(params.kind === 'problem' && { params: params.problem }),
  };
}

function checkName(name: string, taken: readonly string[]): FieldProblem | undefined {
  if (name === '') return 'missing';
  if (!NAME.test(name)) return name.length > 64 ? 'long' : 'invalid';
  return taken.includes(name) ? 'taken' : undefined;
}

/** Converts the form, without problems, to the workflow that the agent saves. */
export function workflowOf(draft: WorkflowDraft): Workflow {
  const params = parseJsonParams(draft.params);
  return {
    name: draft.name,
    description: draft.description.trim(),
    gateway: draft.gateway === '' ? null : draft.gateway,
    action:
      draft.kind === 'prompt'
        ? { kind: 'prompt', template: draft.template }
        : { kind: 'method', method: draft.method, params: params.kind === 'params' ? params.params : {} },
  };
}

/** Typed parameters, or the reason why they are invalid. */
export type ReadParams =
  | Readonly<{ kind: 'params'; params: Record<string, unknown> }>
  | Readonly<{ kind: 'problem'; problem: 'not-json' | 'not-object' }>;

/** Parses typed parameters: one JSON object, or nothing for no parameters. Pure. */
export function parseJsonParams(text: string): ReadParams {
  if (text.trim() === '') return { kind: 'params', params: {} };
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? { kind: 'params', params: value } : { kind: 'problem', problem: 'not-object' };
  } catch {
    return { kind: 'problem', problem: 'not-json' };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the names of a template's placeholders, each once: `branch` for `{{branch}}`. */
export function templatePlaceholders(template: string): readonly string[] {
  return [
    ...new Set(Array.from(template.matchAll(/\{\{\s*([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*\}\}/gu), ([, name = '']) => name)),
  ];
}
