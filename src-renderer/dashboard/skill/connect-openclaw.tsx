import type { ReactElement } from 'react';
import type { ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { CodeSteps } from '../devices/index.ts';
import { ProjectLink } from '../docs/index.ts';
import { Link } from '../router/index.ts';
import styles from './skill.module.css';

/** Folder of the skill in the project. */
const SKILL = 'skills/clawreach';

/** Steps that connect an OpenClaw to this relay. Open while the project has no node. */
export function ConnectOpenClaw({
  project,
  isOpen,
}: Readonly<{ project: ProjectView; isOpen: boolean }>): ReactElement {
  return (
    <details className={styles['connect']} open={isOpen}>
      <summary>{text('skill.connect')}</summary>
      <CodeSteps
        steps={[
          {
            label: text('skill.connect.code'),
            note: <Link to={{ page: 'project', project: project.id, tab: 'devices' }}>{text('skill.none.add')}</Link>,
          },
          {
            label: text('skill.connect.skill'),
            note: <ProjectLink path={`/tree/main/${SKILL}`}>{SKILL}</ProjectLink>,
          },
          {
            label: text('skill.connect.tell'),
            command: text('skill.connect.prompt', { origin: window.location.origin }),
            note: text('skill.connect.values'),
          },
        ]}
      />
    </details>
  );
}
