import { FolderKanban, Plus } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import {
  Button,
  Chip,
  EmptyState,
  PageHeader,
  quoteUntrusted,
  Row,
  RowList,
  StatusDot,
  UntrustedText,
} from '../../ui/index.ts';
import { useResource } from '../api/index.ts';
import { projectName } from '../formats/index.ts';
import { goTo } from '../router/index.ts';
import { LoadedView } from '../shell/loaded.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { CreateProjectDialog } from './create-project.tsx';
import { MyInvitations } from './my-invitations.tsx';

/** Page `/projects`: the projects of the account, and the invitations to others. */
export function ProjectsPage(): ReactElement {
  usePageTitle(text('site.page.projects'));
  const projects = useResource('projects.list');
  const [isCreating, setIsCreating] = useState(false);
  const create = (
    <Button variant="primary" icon={<Plus />} onClick={() => setIsCreating(true)}>
      {text('projects.create')}
    </Button>
  );
  const isEmpty = projects.value?.projects.length === 0;
  return (
    <>
      <PageHeader
        title={text('site.page.projects')}
        description={text('projects.about')}
        actions={isEmpty ? undefined : create}
      />
      <MyInvitations />
      <LoadedView of={projects} label={text('projects.loading')}>
        {({ projects: list }) =>
          list.length === 0 ? (
            <EmptyState icon={<FolderKanban />} title={text('projects.empty')} action={create}>
              {text('projects.empty.next')}
            </EmptyState>
          ) : (
            <RowList label={text('site.page.projects')}>
              {list.map((project) => (
                <ProjectRow key={project.id} project={project} />
              ))}
            </RowList>
          )
        }
      </LoadedView>
      {isCreating && <CreateProjectDialog onClose={() => setIsCreating(false)} />}
    </>
  );
}

function ProjectRow({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const { id, role, owner, people, devices, online } = project;
  const owned = role === 'owner' ? text('projects.owner.you') : ownerText(owner?.name);
  return (
    <Row
      tall
      wraps
      lead={<StatusDot state={online > 0 ? 'online' : 'offline'} label={text('projects.online', { count: online })} />}
      title={<UntrustedText>{projectName(project)}</UntrustedText>}
      detail={`${owned} · ${text('projects.devices', { count: devices })} · ${text('projects.people', { count: people })}`}
      note={project.plainAllowed ? <Chip tone="warning">{text('projects.plain')}</Chip> : undefined}
      keepsNote
      onOpen={() => goTo({ page: 'project', project: id, tab: 'devices' })}
    />
  );
}

function ownerText(name: string | undefined): string {
  return name === undefined ? text('projects.owner.device') : text('projects.owner', { name: quoteUntrusted(name) });
}
