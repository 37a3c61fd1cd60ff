import { X } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Banner, IconButton, quoteUntrusted } from '../../ui/index.ts';
import { useAccount, useResource } from '../api/index.ts';
import { projectName } from '../formats/index.ts';
import { followProjects, forgetLost, keepProjects, readProjects, type KeptProject } from './kept-projects.ts';
import styles from './lost-projects.module.css';

/**
 * Says which projects the person is no longer in, until they close the notice: machines end what this browser has open there, and the relay only says
 * that this browser was removed. A project that was lost while the page was closed is named, too.
 */
export function LostProjects(): ReactElement | null {
  const { id: account } = useAccount();
  const projects = useResource('projects.list').value?.projects;
  const known = useMemo(() => {
    const before = readProjects(account);
    return projects === undefined ? before : followProjects(before, projects);
  }, [account, projects]);
  const [closed, setClosed] = useState<readonly string[]>([]);
  useEffect(() => keepProjects(known), [known]);
  const close = ({ id }: KeptProject): void => {
    forgetLost(account, id);
    setClosed((before) => [...before, id]);
  };
  const lost = known.lost.filter(({ id }) => !closed.includes(id));
  if (lost.length === 0) return null;
  return (
    <div className={styles['lost']} role="alert">
      {lost.map((project) => (
        <Banner
          key={project.id}
          tone="bad"
          action={<IconButton label={text('ui.close')} icon={<X />} onClick={() => close(project)} />}
        >
          {lostText(project)}
        </Banner>
      ))}
    </div>
  );
}

function lostText({ name, owner }: KeptProject): string {
  const project = quoteUntrusted(projectName({ name, owner: owner === null ? null : { name: owner } }));
  return owner === null
    ? text('machine.lost', { project })
    : text('machine.lost.by', { project, owner: quoteUntrusted(owner) });
}
