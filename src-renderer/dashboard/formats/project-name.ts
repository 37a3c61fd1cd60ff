import type { ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';

/**
 * Returns the name of a project. One that a machine gave to the account has none until the owner gives it one, and is called by its owner.
 * @param owner name of the owner, as far as it is known
 */
export function projectName({
  name,
  owner,
}: Pick<ProjectView, 'name'> & Readonly<{ owner?: Readonly<{ name: string }> | null }>): string {
  if (name !== '') return name;
  return owner === undefined || owner === null
    ? text('projects.unnamed')
    : text('projects.unnamed.of', { name: owner.name });
}
