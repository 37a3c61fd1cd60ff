import { Bot, Copy, Pencil, Plus, RefreshCw, Trash2, User } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { AgentView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApp, useCall } from '../../../store/index.ts';
import { Button, ConfirmDialog, IconButton, Row, RowList, UntrustedText, useWindowWidth } from '../../../ui/index.ts';
import { PaneHead } from '../frame/pane-head.tsx';
import frame from '../frame/frame.module.css';
import styles from './agents.module.css';
import { AgentDialog } from './agent-dialog.tsx';

type OpenDialog = Readonly<{ kind: 'add' } | { kind: 'edit' | 'remove' | 'renew'; agent: AgentView }>;

/** Agents of this machine: the person, and those that programs are added as, with what waits for them. They can be added, edited and removed. */
export function AgentsPane({ isAdding }: Readonly<{ isAdding: boolean }>): ReactElement {
  const agents = useApp((state) => state.agents);
  const isNarrow = useWindowWidth() === 'narrow';
  const [dialog, setDialog] = useState<OpenDialog | undefined>(isAdding ? { kind: 'add' } : undefined);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <PaneHead
        title={text('agents.title')}
        about={text('agents.about')}
        actions={
          isNarrow ? (
            <IconButton label={text('agents.add')} icon={<Plus />} onClick={() => setDialog({ kind: 'add' })} />
          ) : (
            <Button variant="primary" icon={<Plus aria-hidden="true" />} onClick={() => setDialog({ kind: 'add' })}>
              {text('agents.add')}
            </Button>
          )
        }
      />
      <div className={frame['content']}>
        <RowList label={text('agents.title')}>
          {agents.map((agent) => {
            const { name, description, builtIn, waiting, held, tokenFile, files, intake, openclaw } = agent;
            const edit = (): void => setDialog({ kind: 'edit', agent });
            return (
              <Row
                key={name}
                tall
                lead={builtIn ? <User size={16} /> : <Bot size={16} />}
                title={name}
                detail={
                  <>
                    {description === '' ? (
                      text(builtIn ? 'agents.me' : 'agents.none')
                    ) : (
                      <UntrustedText>{description}</UntrustedText>
                    )}
                    {intake === 'deliver' &&
                      ` · ${openclaw === null ? text('agents.to.webhook') : text('agents.to.openclaw', { agent: openclaw.agent })}`}
                    {files !== null && ` · ${text('agents.may-send')}`}
                  </>
                }
                note={
                  held + waiting === 0 ? undefined : (
                    <>
                      {held > 0 && <span className={styles['held']}>{text('messages.held', { count: held })}</span>}
                      {held > 0 && waiting > 0 && ' · '}
                      {waiting > 0 && text('agents.waiting', { count: waiting })}
                    </>
                  )
                }
                keepsNote
                menuLabel={text('agents.more', { name })}
                actions={[
                  { label: text('agents.edit', { name }), icon: <Pencil />, onSelect: edit },
                  ...(builtIn
                    ? []
                    : [
                        {
                          label: text('agents.remove', { name }),
                          icon: <Trash2 />,
                          onSelect: () => setDialog({ kind: 'remove', agent }),
                        },
                      ]),
                ]}
                menu={
                  tokenFile === null
                    ? []
                    : [
                        { label: text('agents.token.copy'), icon: <Copy />, onSelect: () => void copyPath(tokenFile) },
                        {
                          label: text('agents.token.renew'),
                          icon: <RefreshCw />,
                          onSelect: () => setDialog({ kind: 'renew', agent }),
                        },
                      ]
                }
                onOpen={edit}
              />
            );
          })}
        </RowList>
      </div>
      {dialog?.kind === 'remove' ? (
        <RemoveAgentDialog name={dialog.agent.name} onClose={close} />
      ) : dialog?.kind === 'renew' ? (
        <RenewTokenDialog name={dialog.agent.name} onClose={close} />
      ) : (
        dialog !== undefined && (
          <AgentDialog agent={dialog.kind === 'edit' ? dialog.agent : undefined} agents={agents} onClose={close} />
        )
      )}
    </>
  );
}

/** Copies the path of an agent's token file; the token itself is never shown. */
async function copyPath(path: string): Promise<void> {
  await navigator.clipboard.writeText(path);
  notify({ tone: 'good', text: text('agents.token.copied') });
}

function RenewTokenDialog({ name, onClose }: Readonly<{ name: string; onClose(): void }>): ReactElement {
  const renew = useCall('agents.renewToken', { outlives: true });
  return (
    <ConfirmDialog
      title={text('agents.token.renew.title', { name })}
      description={text('agents.token.renew.text')}
      apply={text('agents.token.renew.apply')}
      call={renew}
      onClose={onClose}
      onApply={() =>
        void renew.run({ name }).then((renewed) => {
          if (renewed === undefined) return;
          onClose();
          notify({ tone: 'good', text: text('agents.token.renewed', { name }) });
        })
      }
    />
  );
}

function RemoveAgentDialog({ name, onClose }: Readonly<{ name: string; onClose(): void }>): ReactElement {
  const remove = useCall('agents.remove', { outlives: true });
  return (
    <ConfirmDialog
      title={text('agents.remove.title', { name })}
      description={text('agents.remove.text')}
      apply={text('agents.remove.apply')}
      call={remove}
      onClose={onClose}
      onApply={() =>
        void remove.run({ name }).then((removed) => {
          if (removed !== undefined) onClose();
        })
      }
    />
  );
}
