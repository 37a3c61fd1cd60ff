import type { ReactElement } from 'react';
import { PROJECT_URL } from '#shared/project.ts';

/** Link to a page of the project, in a tab of its own, which learns nothing about this page. */
export function ProjectLink({ path, children }: Readonly<{ path: string; children: string }>): ReactElement {
  return (
    <a href={`${PROJECT_URL}${path}`} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}
