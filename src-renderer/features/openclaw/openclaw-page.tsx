import { BotMessageSquare } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { openPairing, showOpenClaw, useApp } from '../../store/index.ts';
import {
  Button,
  EmptyState,
  PageHeader,
  RowSkeleton,
  classes,
  useFocusFallback,
  useWindowWidth,
} from '../../ui/index.ts';
import { Administration } from './administration/administration.tsx';
import { OpenClawDialog, type OpenDialog } from './dialogs.tsx';
import styles from './frame/frame.module.css';
import { SUBJECT_TITLE } from './frame/subject-head.tsx';
import { SubjectList } from './frame/subject-list.tsx';
import { findSubject, firstSubject, placeOf, type FoundSubject } from './frame/subject.ts';
import { GatewayAnnouncer } from './gateways/gateway-announcer.tsx';
import { GatewayPane } from './gateways/gateway-pane.tsx';
import { NodeColumn } from './node/node-column.tsx';
import { NodePane } from './node/node-pane.tsx';
import { promptPageState, type PromptPageState } from './prompts/prompt-page-state.ts';
import { recipientKey } from './prompts/recipient.ts';
import { RemotePane } from './prompts/remote-pane.tsx';
import { WorkflowsPane } from './workflows/workflows-pane.tsx';

export type OpenClawPageProps = Readonly<{
  /** Conversations; stories pass their own. */
  prompts?: PromptPageState;
}>;

/**
 * The section OpenClaw in three columns: gateways and the OpenClaw of paired machines, the conversation with the chosen one, and this machine as a
 * node. Without room for three the node is below the conversation; a narrow window shows the list, then one subject with a way back.
 */
export function OpenClawPage({ prompts = promptPageState }: OpenClawPageProps): ReactElement {
  const chosen = useApp((state) => state.openClaw);
  const gateways = useApp((state) => state.gateways);
  const remotes = useApp((state) => state.remotes);
  const known = useApp((state) => state.status !== undefined || state.gateways.length + state.remotes.length > 0);
  const isNarrow = useWindowWidth() === 'narrow';
  const [dialog, setDialog] = useState<OpenDialog>();
  const close = useCallback(() => setDialog(undefined), []);
  const page = useRef<HTMLDivElement>(null);
  useFocusFallback(page, dialog !== undefined);

  const subject = findSubject(chosen, gateways, remotes) ?? (isNarrow ? undefined : firstSubject(gateways, remotes));
  const place = subject === undefined ? undefined : placeOf(subject);
  const key = place === undefined ? '' : `${place.kind} ${'id' in place ? place.id : ''}`;
  const before = useRef(key);
  useEffect(() => {
    if (before.current === key) return;
    before.current = key;
    // The button that led here may be gone.
    if (document.activeElement === document.body) page.current?.focus();
  }, [key]);

  const isEmpty = gateways.length + remotes.length === 0 && subject === undefined;
  const add = {
    onAddGateway: () => setDialog({ kind: 'add-gateway' }),
    onAddMachine: () => setDialog({ kind: 'add-machine' }),
  };
  return (
    <div ref={page} className={styles['page']} tabIndex={-1}>
      <GatewayAnnouncer gateways={gateways} />
      {isEmpty ? (
        <div className={styles['alone']}>
          <PageHeader title={text('openclaw.title')} />
          {known ? <NoOpenClaw {...add} /> : <RowSkeleton label={text('prompts.loading')} />}
        </div>
      ) : (
        <div className={classes(styles['columns'], isNarrow && styles['single'])}>
          {(!isNarrow || subject === undefined) && <SubjectList current={place} {...add} />}
          {subject !== undefined && (
            <Content key={key} subject={subject} prompts={prompts} isNarrow={isNarrow} onOpen={setDialog} />
          )}
        </div>
      )}
      {dialog !== undefined && <OpenClawDialog dialog={dialog} onClose={close} />}
    </div>
  );
}

type ContentProps = Readonly<{
  subject: FoundSubject;
  prompts: PromptPageState;
  isNarrow: boolean;
  onOpen(dialog: OpenDialog): void;
}>;

/** The chosen subject, and the column of this machine as a node. Devices and nodes of a gateway take both columns. */
function Content({ subject, prompts, isNarrow, onOpen }: ContentProps): ReactElement {
  const { kind } = subject;
  const isNode = kind === 'node';
  const talks = kind === 'gateway' || kind === 'remote';
  const hasColumn = kind !== 'devices' && (!isNarrow || isNode);
  return (
    <div className={classes(styles['content'], hasColumn && styles['beside'])}>
      <div className={styles['subject']} data-region="">
        <section className={classes(styles['inner'], talks && styles['talks'])} aria-labelledby={SUBJECT_TITLE}>
          <Subject subject={subject} prompts={prompts} onOpen={onOpen} />
        </section>
      </div>
      {hasColumn && (
        <div className={styles['side']} data-region="">
          <NodeColumn besideRules={isNode} />
        </div>
      )}
    </div>
  );
}

function Subject({ subject, prompts, onOpen }: Omit<ContentProps, 'isNarrow'>): ReactElement {
  switch (subject.kind) {
    case 'gateway': {
      const { gateway } = subject;
      const conversation = prompts.conversation(recipientKey({ kind: 'gateway', gateway }));
      return <GatewayPane gateway={gateway} conversation={conversation} onOpen={onOpen} />;
    }
    case 'devices': {
      const { gateway } = subject;
      return <Administration gateway={gateway} onBack={() => showOpenClaw({ kind: 'gateway', id: gateway.id })} />;
    }
    case 'remote': {
      const { remote } = subject;
      const conversation = prompts.conversation(recipientKey({ kind: 'remote', remote }));
      return <RemotePane remote={remote} conversation={conversation} onOpen={onOpen} />;
    }
    case 'node':
      return <NodePane />;
    case 'workflows':
      return <WorkflowsPane />;
  }
}

type NoOpenClawProps = Readonly<{ onAddGateway(): void; onAddMachine(): void }>;

function NoOpenClaw({ onAddGateway, onAddMachine }: NoOpenClawProps): ReactElement {
  const hasPeers = useApp((state) => state.peers.length > 0);
  return (
    <EmptyState
      icon={<BotMessageSquare />}
      title={text('prompts.empty')}
      action={
        <>
          <Button variant="primary" onClick={onAddGateway}>
            {text('gateways.add')}
          </Button>
          <Button onClick={hasPeers ? onAddMachine : () => openPairing('choose')}>
            {text(hasPeers ? 'prompts.add' : 'prompts.empty.pair')}
          </Button>
        </>
      }
    >
      {text(hasPeers ? 'prompts.empty.text' : 'prompts.empty.no-peers')}
    </EmptyState>
  );
}
