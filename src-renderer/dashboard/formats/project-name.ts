import type { ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';

/** Returns the name of a project. One that a machine gave to the account has none until the owner gives it one. */
export function projectName({ name }: Pick<ProjectView, 'name'>): string {
  return name === '' ? text('projects.unnamed') : name;
}
