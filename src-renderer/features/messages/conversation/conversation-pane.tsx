import { Ban, Check, Copy, Ellipsis, Eraser, Hand, Monitor, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import type { ForeignInstanceView, MessageView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { navigate, useApp, useCall, type ConversationKey } from '../../../store/index.ts';
import {
  Button,
  ConfirmDialog,
  ErrorNotice,
  IconButton,
  Menu,
  RowSkeleton,
  classes,
  useNow,
} from '../../../ui/index.ts';
import { isSameConversation, keyText } from '../conversation-key.ts';
import { useDraft } from '../drafts.ts';
import { PANE_TITLE, PaneHead } from '../frame/pane-head.tsx';
import frame from '../frame/frame.module.css';
import { quotation } from '../message-text.ts';
import { useMachineNames } from '../use-machine-names.ts';
import { Composer } from './composer.tsx';
import styles from './conversation.module.css';
import { dayOf } from './day.ts';
import { MessageBlock } from './message-block.tsx';
import { useMessages } from './use-messages.ts';
import { useNear } from './use-seen.ts';

/** Pixels from the end within which the list follows new messages. */
const AT_END = 48;

/**
 * Conversation of two agents, oldest message first, and the field for the next one. The page reads along where two programs write; the person can
 * write in the name of the one of this machine.
 */
export function ConversationPane({ conversation }: Readonly<{ conversation: ConversationKey }>): ReactElement {
  const { agent, peerId, other } = conversation;
  const machineOf = useMachineNames();
  const machine = machineOf(peerId);
  const ownId = useApp((state) => state.status?.device.peerId);
  const isHere = peerId === ownId;
  const peer = useApp(({ peers }) => peers.find((known) => known.peerId === peerId));
  const instance = useApp(({ instances }) => instances.find((known) => known.peerId === peerId));
  const isAway = !isHere && peer?.online !== true && instance?.isOnline !== true;
  const setRight = useCall('instances.setRight', { outlives: true });
  const [isForgetting, setForgetting] = useState(false);
  const [isDiscarding, setDiscarding] = useState(false);
  const shown = useApp(({ conversations }) => conversations?.find((one) => isSameConversation(one, conversation)));
  const isWaiting = shown !== undefined && shown.waiting + shown.held > 0;
  const hasAgent = useApp(({ agents }) => agents.length === 0 || agents.some(({ name }) => name === agent));
  const loaded = useMessages(conversation);
  const [draft, setDraft] = useDraft(keyText(conversation));
  const [isWriting, setWriting] = useState(agent === 'me' || draft.body !== '');
  const field = useRef<HTMLTextAreaElement>(null);
  const reply = useRef<(message: MessageView) => void>(() => undefined);
  useEffect(() => {
    reply.current = (message) => {
      setDraft({ ...draft, replyTo: message.id, words: quotation(message.body) });
      setWriting(true);
      requestAnimationFrame(() => field.current?.focus());
    };
  });
  const onReply = useCallback((message: MessageView) => reply.current(message), []);
  const last = loaded.blocks?.at(-1)?.at(-1);
  return (
    <>
      <PaneHead
        title={
          <>
            <span className="visually-hidden">{text('messages.pair', { agent, other })}</span>
            <span className={styles['pair']} aria-hidden="true">
              <span>{agent}</span>
              <span className={classes(styles['wire'], isAway && styles['wire-away'])} />
              <span>{other}</span>
            </span>
          </>
        }
        about={aboutText(conversation, machine, isHere, instance?.relay)}
        actions={
          <Menu
            label={text('messages.more')}
            trigger={<IconButton label={text('messages.more')} icon={<Ellipsis />} />}
            items={[
              ...(peer === undefined
                ? []
                : [
                    {
                      label: text('messages.show-machine'),
                      icon: <Monitor />,
                      onSelect: () => navigate({ page: 'machines', machine: peerId }),
                    },
                  ]),
              ...(instance === undefined
                ? []
                : [
                    ...(['allow', 'ask', 'deny'] as const)
                      .filter((decision) => decision !== instance.message)
                      .map((message) => ({
                        label: text(`messages.program.${message}`),
                        icon: RIGHT_ICONS[message],
                        onSelect: () => void setRight.run({ instance: peerId, message }),
                      })),
                    {
                      label: text('messages.program.forget'),
                      icon: <Trash2 />,
                      onSelect: () => setForgetting(true),
                    },
                  ]),
              {
                label: text('messages.copy-address'),
                icon: <Copy />,
                onSelect: () => void navigator.clipboard.writeText(`${instance?.address ?? peerId}/${other}`),
              },
              ...(isWaiting
                ? [{ label: text('messages.discard'), icon: <Eraser />, onSelect: () => setDiscarding(true) }]
                : []),
            ]}
          />
        }
      />
      {setRight.error !== undefined && <ErrorNotice error={setRight.error} onDismiss={setRight.reset} />}
      {isForgetting && instance !== undefined && (
        <ForgetProgramDialog instance={instance} onClose={() => setForgetting(false)} />
      )}
      {isDiscarding && (
        <DiscardDialog conversation={conversation} isHere={isHere} onClose={() => setDiscarding(false)} />
      )}
      <MessageList loaded={loaded} machine={machine} isAway={isAway} onReply={onReply} />
      <div className={frame['foot']}>
        {isWriting && hasAgent ? (
          <Composer
            ref={field}
            conversation={conversation}
            machine={machine}
            thread={last?.thread}
            draft={draft}
            mayHaveFiles={!isHere && instance === undefined}
            onDraft={setDraft}
            onSent={() => field.current?.focus()}
          />
        ) : (
          <p className={styles['along']}>
            <span>{text('messages.read-along')}</span>
            {hasAgent && (
              <Button
                size="small"
                onClick={() => {
                  setWriting(true);
                  requestAnimationFrame(() => field.current?.focus());
                }}
              >
                {text('messages.write-as', { agent })}
              </Button>
            )}
          </p>
        )}
      </div>
    </>
  );
}

const RIGHT_ICONS = { allow: <Check />, ask: <Hand />, deny: <Ban /> } as const;

function ForgetProgramDialog({
  instance: { peerId, address },
  onClose,
}: Readonly<{ instance: ForeignInstanceView; onClose(): void }>): ReactElement {
  const forget = useCall('instances.forget', { outlives: true });
  return (
    <ConfirmDialog
      title={text('messages.program.forget.title', { name: address })}
      description={text('messages.program.forget.text')}
      apply={text('messages.program.forget.apply')}
      call={forget}
      onClose={onClose}
      onApply={() =>
        void forget.run({ instance: peerId }).then((forgotten) => {
          if (forgotten === undefined) return;
          onClose();
          useApp.setState(({ conversations }) => ({
            messages: undefined,
            conversations: conversations?.filter((one) => one.peerId !== peerId),
          }));
        })
      }
    />
  );
}

/** Asks before the messages of a conversation are discarded that no one has taken. Two agents of this machine have those to both. */
function DiscardDialog({
  conversation: { agent, peerId, other },
  isHere,
  onClose,
}: Readonly<{ conversation: ConversationKey; isHere: boolean; onClose(): void }>): ReactElement {
  const discard = useCall('messages.discard', { outlives: true });
  const apply = async (): Promise<void> => {
    if ((await discard.run({ agent, peer: peerId, other })) === undefined) return;
    if (isHere && (await discard.run({ agent: other, peer: peerId, other: agent })) === undefined) return;
    onClose();
  };
  return (
    <ConfirmDialog
      title={text('messages.discard.title')}
      description={text('messages.discard.text')}
      apply={text('messages.discard.apply')}
      call={discard}
      onClose={onClose}
      onApply={() => void apply()}
    />
  );
}

/** @param relay relay that vouches for the other side; undefined for a machine */
function aboutText(
  { agent, other }: ConversationKey,
  machine: string,
  isHere: boolean,
  relay: string | undefined,
): string {
  if (relay !== undefined)
    return agent === 'me'
      ? text('messages.about.program.me', { other, machine, relay })
      : text('messages.about.program', { agent, other, machine, relay });
  if (isHere) return text('messages.about.here', { agent, other });
  return agent === 'me'
    ? text('messages.about.me', { other, machine })
    : text('messages.about', { agent, other, machine });
}

type ListProps = Readonly<{
  loaded: ReturnType<typeof useMessages>;
  machine: string;
  isAway: boolean;
  onReply(message: MessageView): void;
}>;

/** Messages of the conversation. Begins at their end and follows it while it is in sight; older ones are loaded when their place comes near. */
function MessageList({ loaded, machine, isAway, onReply }: ListProps): ReactElement {
  const { blocks, hasOlder, error, loadOlder, reload } = loaded;
  const scroller = useRef<HTMLDivElement>(null);
  const [list, setList] = useState<HTMLOListElement | null>(null);
  const top = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const today = dayOf(useNow(60_000));
  const byId = useMemo(() => new Map((blocks ?? []).flat().map((message) => [message.id, message])), [blocks]);
  const find = useCallback((id: string) => byId.get(id), [byId]);
  useNear(top, hasOlder ? loadOlder : undefined);
  const first = blocks?.[0]?.[0]?.id;
  const before = useRef<Readonly<{ first: string | undefined; height: number }>>({ first: undefined, height: 0 });
  // What is in sight keeps its place when older messages come before it.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const known = before.current;
    if (known.first === undefined) box.scrollTop = box.scrollHeight;
    else if (known.first !== first) box.scrollTop += box.scrollHeight - known.height;
    before.current = { first, height: box.scrollHeight };
  });
  useEffect(() => {
    if (list === null) return undefined;
    // Bodies get their whole height only once they are in sight.
    const growth = new ResizeObserver(() => {
      const box = scroller.current;
      if (box !== null && isAtEnd.current) box.scrollTop = box.scrollHeight;
    });
    growth.observe(list);
    return () => growth.disconnect();
  }, [list]);
  const isEmpty = blocks !== undefined && byId.size === 0;
  return (
    <div
      ref={scroller}
      className={styles['scroller']}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- The keyboard scrolls it too.
      tabIndex={0}
      role="region"
      aria-labelledby={PANE_TITLE}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < AT_END;
      }}
    >
      {error !== undefined && (
        <ErrorNotice error={error} action={<Button onClick={reload}>{text('messages.retry')}</Button>} />
      )}
      {blocks === undefined && error === undefined && <RowSkeleton label={text('ui.loading')} />}
      {isEmpty && <p className={styles['none']}>{text('messages.none')}</p>}
      {hasOlder && (
        <div ref={top} className={styles['older']}>
          <Button size="small" variant="quiet" onClick={loadOlder}>
            {text('messages.older')}
          </Button>
        </div>
      )}
      {blocks !== undefined && !isEmpty && (
        <ol ref={setList} className={styles['messages']} aria-label={text('messages.list')}>
          {blocks.map((block, index) => (
            <MessageBlock
              key={block[0]?.id}
              messages={block}
              before={blocks[index - 1]?.at(-1)}
              find={find}
              today={today}
              machine={machine}
              isAway={isAway}
              onReply={onReply}
            />
          ))}
        </ol>
      )}
    </div>
  );
}
