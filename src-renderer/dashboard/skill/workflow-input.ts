import { PLATFORM_LIMITS, PLATFORM_ROUTES } from '#shared/platform/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { text } from '../../locale/index.ts';

/** Returns what is wrong with the name of a workflow, in the language of the page; undefined if nothing is. */
export function workflowProblem(workflow: string): string | undefined {
  const { input } = PLATFORM_ROUTES['nodes.request'];
  const isValid = safeParse(input, { type: 'workflow', workflow: workflow.trim() }).success;
  return isValid ? undefined : text('skill.workflow.name.invalid');
}

/** Reads parameters of a workflow from JSON. Pure. @returns undefined for none, `invalid` for anything but an object */
export function readParams(json: string): Record<string, unknown> | undefined | 'invalid' {
  if (json.trim() === '') return undefined;
  if (json.length > PLATFORM_LIMITS.prompt) return 'invalid';
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : 'invalid';
  } catch {
    return 'invalid';
  }
}
