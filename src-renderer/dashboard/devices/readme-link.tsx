import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { ProjectLink } from '../docs/index.ts';

/** Link to the README, which says how to install ClawReach. */
export function ReadmeLink(): ReactElement {
  return <ProjectLink path="#readme">{text('devices.link.readme')}</ProjectLink>;
}
