import { Bot, Plus, RefreshCw, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { InstanceView, ProjectView } from '#shared/platform/index.ts';
import { compareNames, text } from '../../locale/index.ts';
import {
  Button,
  Chip,
  EmptyState,
  formatAgo,
  Mono,
  quoteUntrusted,
  Row,
  RowList,
  showHidden,
  StatusDot,
  UntrustedText,
  useNow,
  useWindowWidth,
} from '../../ui/index.ts';
import { useResource } from '../api/index.ts';
import { LoadedView } from '../shell/loaded.tsx';
import { AddProgramDialog, NewKeyDialog, RemoveProgramDialog } from './program-dialogs.tsx';
import styles from './project.module.css';

type Question = Readonly<{ kind: 'key' | 'remove'; program: InstanceView }>;

/** Foreign programs of a project, which send messages by the relay: who is there, when each was heard, and how much. The owner adds and removes them. */
export function ProgramsTab({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const programs = useResource('instances.list', { params: { project: project.id } });
  const [isAdding, setIsAdding] = useState(false);
  const [question, setQuestion] = useState<Question>();
  const isOwner = project.role === 'owner';
  const add = isOwner && (
    <Button variant="primary" icon={<Plus />} onClick={() => setIsAdding(true)}>
      {text('project.programs.add')}
    </Button>
  );
  const close = (): void => setQuestion(undefined);
  return (
    <>
      <LoadedView of={programs} label={text('project.programs.loading')}>
        {({ instances }) =>
          instances.length === 0 ? (
            <EmptyState icon={<Bot />} title={text('project.programs.empty')} action={add}>
              {isOwner ? text('project.programs.about') : text('project.programs.empty.member')}
            </EmptyState>
          ) : (
            <>
              <div className={styles['bar']}>
                <p>{text('project.programs.about')}</p>
                {add}
              </div>
              <RowList label={text('project.tab.programs')}>
                {instances
                  .toSorted(
                    (one, other) =>
                      Number(other.online) - Number(one.online) || compareNames(nameOf(one), nameOf(other)),
                  )
                  .map((program) => (
                    <ProgramRow
                      key={program.id}
                      program={program}
                      onAsk={isOwner ? (kind) => setQuestion({ kind, program }) : undefined}
                    />
                  ))}
              </RowList>
            </>
          )
        }
      </LoadedView>
      {isAdding && <AddProgramDialog project={project.id} onClose={() => setIsAdding(false)} />}
      {question?.kind === 'key' && <NewKeyDialog project={project.id} program={question.program} onClose={close} />}
      {question?.kind === 'remove' && (
        <RemoveProgramDialog project={project.id} program={question.program} onClose={close} />
      )}
    </>
  );
}

function ProgramRow({
  program,
  onAsk,
}: Readonly<{ program: InstanceView; onAsk: ((kind: Question['kind']) => void) | undefined }>): ReactElement {
  const now = useNow();
  const width = useWindowWidth();
  const isNarrow = width === 'narrow';
  const hasMarkBelow = isNarrow || width === 'icons';
  const { id, name, online, lastHeard, agents, sent, received, refused, signsReceipts, reportedName } = program;
  const heard =
    lastHeard === null ? text('devices.never') : text('project.programs.heard', { ago: formatAgo(lastHeard, now) });
  const state = online ? `${text('devices.online')} · ${heard}` : heard;
  const counts = text('project.programs.counts', { sent, received, refused });
  const mark = <Chip tone="bad">{text('project.programs.readable')}</Chip>;
  return (
    <Row
      tall
      wraps={isNarrow}
      lead={<StatusDot state={online ? 'online' : 'offline'} label="" />}
      title={<UntrustedText>{name}</UntrustedText>}
      detail={
        <>
          <Mono>{id}</Mono> · {state}
          <div>{signsReceipts ? `${counts} · ${text('project.programs.signs')}` : counts}</div>
          {reportedName !== null && reportedName !== name && (
            <div>{text('project.programs.reported', { name: quoteUntrusted(reportedName) })}</div>
          )}
          {agents.length > 0 && <div>{text('project.programs.agents', { names: showHidden(agents.join(', ')) })}</div>}
          {hasMarkBelow && <div className={styles['mark']}>{mark}</div>}
        </>
      }
      note={hasMarkBelow ? undefined : mark}
      keepsNote
      menu={
        onAsk && [
          { label: text('project.programs.key.new'), icon: <RefreshCw />, onSelect: () => onAsk('key') },
          { label: text('devices.remove'), icon: <Trash2 />, tone: 'danger', onSelect: () => onAsk('remove') },
        ]
      }
      menuLabel={text('devices.actions', { name: quoteUntrusted(name) })}
    />
  );
}

function nameOf({ name }: InstanceView): string {
  return name;
}
