import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Banner, IconButton, quoteUntrusted } from '../../ui/index.ts';
import { X } from 'lucide-react';
import { useResource } from '../api/index.ts';
import { projectName } from '../formats/index.ts';
import styles from './machine.module.css';

/**
 * Says that the person is no longer in a project, while its machines are shown: they end what this browser has open there, and the relay only says that
 * this browser was removed.
 */
export function LostProjects(): ReactElement | null {
  const projects = useResource('projects.list').value?.projects;
  const before = useRef<readonly ProjectView[]>([]);
  const [lost, setLost] = useState<ProjectView>();
  useEffect(() => {
    if (projects === undefined) return;
    const gone = before.current.find(({ id, role }) => role === 'member' && !projects.some((now) => now.id === id));
    before.current = projects;
    if (gone !== undefined) setLost(gone);
  }, [projects]);
  if (lost === undefined) return null;
  const project = quoteUntrusted(projectName(lost));
  return (
    <div className={styles['lost']} role="alert">
      <Banner
        tone="bad"
        action={<IconButton label={text('ui.close')} icon={<X />} onClick={() => setLost(undefined)} />}
      >
        {lost.owner === null
          ? text('machine.lost', { project })
          : text('machine.lost.by', { project, owner: quoteUntrusted(lost.owner.name) })}
      </Banner>
    </div>
  );
}
