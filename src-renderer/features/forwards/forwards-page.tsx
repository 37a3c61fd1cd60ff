import { Download, Ellipsis, FileUp, Plus } from 'lucide-react';
import { useCallback, useRef, useState, type ReactElement } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { Button, IconButton, Menu, PageHeader, PageList, PageLoading, useFocusFallback } from '../../ui/index.ts';
import type { Draft } from './form/draft.ts';
import { ExportDialog } from './import-export/export-dialog.tsx';
import { ForwardAnnouncer } from './list/forward-announcer.tsx';
import { ForwardsEmpty } from './list/forwards-empty.tsx';
import styles from './forwards-page.module.css';
import { HostKeyDialog } from './problems/host-key-dialog.tsx';
import { ImportDialog } from './import-export/import-dialog.tsx';
import { IncomingConnections } from './list/incoming-connections.tsx';
import { RemoveForwardDialog } from './list/remove-dialog.tsx';
import { ForwardDialog } from './form/forward-dialog.tsx';
import { RuleRow, type RuleDialogKind } from './list/rule-row.tsx';
import { useConnections } from './list/use-connections.ts';

type OpenDialog =
  | Readonly<{ kind: 'add'; draft: Draft | undefined }>
  | Readonly<{ kind: 'import' | 'export' }>
  /** Rule for which the dialog was opened; its current view is shown while it exists. */
  | Readonly<{ kind: RuleDialogKind; forward: ForwardView }>;

/**
 * The section Forwards: the saved forwards with switch, status and traffic, the connections of peers through this machine, and the dialogs that add,
 * edit, remove, import and export forwards. While it is shown, it asks the agent for the open connections every second.
 */
export function ForwardsPage(): ReactElement {
  const forwards = useApp((state) => state.forwards);
  const known = useApp((state) => state.status !== undefined || state.forwards.length > 0);
  const connections = useConnections();
  const [dialog, setDialog] = useState<OpenDialog>();
  const page = useRef<HTMLDivElement>(null);
  const close = useCallback(() => setDialog(undefined), []);
  const openRule = useCallback((kind: RuleDialogKind, forward: ForwardView) => setDialog({ kind, forward }), []);
  useFocusFallback(page, dialog !== undefined);

  const now =
    dialog === undefined || !('forward' in dialog)
      ? undefined
      : (forwards.find(({ id }) => id === dialog.forward.id) ?? dialog.forward);
  return (
    <div ref={page} className={styles['page']} tabIndex={-1}>
      <PageHeader
        title={text('forwards.title')}
        description={
          forwards.length > 0 &&
          text('forwards.description', {
            count: forwards.length,
            running: forwards.filter(({ state }) => state === 'ready').length,
          })
        }
        actions={
          forwards.length > 0 && (
            <>
              <Button icon={<Plus aria-hidden="true" />} onClick={() => setDialog({ kind: 'add', draft: undefined })}>
                {text('forwards.add')}
              </Button>
              <Menu
                label={text('forwards.page.more')}
                trigger={<IconButton label={text('forwards.page.more')} icon={<Ellipsis aria-hidden="true" />} />}
                items={[
                  { label: text('forwards.import'), icon: <FileUp />, onSelect: () => setDialog({ kind: 'import' }) },
                  { label: text('forwards.export'), icon: <Download />, onSelect: () => setDialog({ kind: 'export' }) },
                ]}
              />
            </>
          )
        }
      />
      <ForwardAnnouncer forwards={forwards} />
      {!known && <PageLoading label={text('forwards.loading')} />}
      {known && forwards.length === 0 && (
        <ForwardsEmpty
          onChoose={(draft) => setDialog({ kind: 'add', draft })}
          onImport={() => setDialog({ kind: 'import' })}
        />
      )}
      <div className={styles['container']}>
        {forwards.length > 0 && (
          <PageList label={text('forwards.list')}>
            {forwards.map((forward) => (
              <RuleRow
                key={forward.id}
                forward={forward}
                connections={connections?.filter((connection) => connection.forward === forward.id)}
                onOpen={openRule}
              />
            ))}
          </PageList>
        )}
        <IncomingConnections connections={connections} />
      </div>
      {dialog?.kind === 'add' && <ForwardDialog draft={dialog.draft} onClose={close} />}
      {dialog?.kind === 'import' && <ImportDialog onClose={close} />}
      {dialog?.kind === 'export' && <ExportDialog onClose={close} />}
      {dialog?.kind === 'edit' && now !== undefined && <ForwardDialog forward={now} onClose={close} />}
      {dialog?.kind === 'remove' && now !== undefined && <RemoveForwardDialog forward={now} onClose={close} />}
      {dialog?.kind === 'host-key' && now !== undefined && now.hostKey !== null && (
        <HostKeyDialog forward={now} hostKey={now.hostKey} onClose={close} />
      )}
    </div>
  );
}
