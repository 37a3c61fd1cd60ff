import { BellOff, CheckCheck, Ellipsis, FolderInput } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { useShortcutOf } from '../../../keys/index.ts';
import {
  Button,
  ButtonKeys,
  classes,
  ErrorNotice,
  IconButton,
  Menu,
  type MenuItem,
  type Readiness,
} from '../../../ui/index.ts';
import { DecisionNote } from './decision-note.tsx';
import styles from './row.module.css';

/** Answer that has been sent and isn't confirmed yet. */
export type BusyAnswer = 'once' | 'hour' | 'always' | 'agent' | 'decline' | undefined;

export type AnswersProps = Readonly<{
  readiness: Readiness;
  /** Ignores Enter and Space while the row accepts no press. */
  onKeyDownCapture(event: KeyboardEvent): void;
  busy: BusyAnswer;
  /** True after the end of the request, and while an answer is sent. */
  closed: boolean;
  /** True once the whole request was in sight. */
  isRead: boolean;
  /**
   * Approval of this one request; undefined if it isn't possible here. `lasting`: an approval that isn't for once, which the key for that
   * doesn't give; `keys`: the key that does, if any.
   * `reason`: why it can't be pressed now.
   */
  once:
    | Readonly<{
        onPress(): void;
        lasting?: Readonly<{ label: string; keys?: string | undefined }> | undefined;
        /** Label in place of "Approve once". */
        label?: string | undefined;
        reason?: string | undefined;
      }>
    | undefined;
  /** Approval of this and all like it for an hour; undefined if it isn't offered. `explain`: its consequence, read with the button. */
  hour?: Readonly<{ label: string; explain: string; onPress(): void }> | undefined;
  /** Approval of this and all like it; undefined if it isn't offered. `explain`: its consequence. */
  always:
    | Readonly<{
        label: string;
        explain: string;
        reason?: string | undefined;
        /** Further choice about what it covers, between the explanation and the button. */
        choice?: ReactNode;
        /** Label of a button beside the others that leads to the explanation, in place of an entry of the menu. */
        lead?: string | undefined;
        onPress(): void;
      }>
    | undefined;
  /** Approval of this one request in another way, as the first entry of the menu. */
  other?: Readonly<{ label: string; onPress(): void }> | undefined;
  /** Label in place of "Decline". */
  decline?: string | undefined;
  /** Approval of this and all messages to the same agent, offered before `always`; undefined if it isn't. */
  alwaysAgent?: Readonly<{ label: string; explain: string; onPress(): void }> | undefined;
  /** Comparison of the pairing words, in place of an approval. */
  onCompare?: (() => void) | undefined;
  onDecline(): void;
  /** Declines this and all later requests, after a confirmation. */
  ignore?: Readonly<{ label: string; onPress(): void }> | undefined;
  /** Further sentences about the answers. */
  children?: ReactNode;
  reason: string;
  /** Called when the person changes the reason; undefined: none can be given. */
  onReason: ((reason: string) => void) | undefined;
  error: unknown;
  onDismiss(): void;
}>;

/**
 * Answers of a request: Approve once, for an hour, Decline, and a menu with those that last: Always, which first says what it means, and Ignore. While the
 * request is new, they can't be pressed or focused; while it has just moved, they ignore presses.
 */
export function Answers({
  readiness,
  onKeyDownCapture,
  busy,
  closed,
  isRead,
  once,
  hour,
  always,
  alwaysAgent,
  other,
  decline,
  onCompare,
  onDecline,
  ignore,
  children,
  reason,
  onReason,
  error,
  onDismiss,
}: AnswersProps): ReactElement {
  const id = useId();
  const [isAlways, setAlways] = useState(false);
  const more = useRef<HTMLButtonElement>(null);
  const cancelAlways = useRef<HTMLButtonElement>(null);
  const closeAlways = (): void => {
    setAlways(false);
    more.current?.focus();
  };
  // What lasts is a step further away than the answers to this one request.
  const items: readonly MenuItem[] = [
    ...(onCompare === undefined && other !== undefined
      ? [{ label: other.label, icon: <FolderInput />, disabled: closed || !isRead, onSelect: other.onPress }]
      : []),
    ...(onCompare === undefined && always !== undefined && always.lead === undefined
      ? [{ label: text('inbox.always'), icon: <CheckCheck />, disabled: closed, onSelect: () => setAlways(true) }]
      : []),
    ...(ignore === undefined
      ? []
      : [{ label: ignore.label, icon: <BellOff />, disabled: closed, onSelect: ignore.onPress }]),
  ];
  const approveKeys = useShortcutOf('inbox.approve');
  const onceKeys = once?.lasting === undefined ? approveKeys : once.lasting.keys;
  const hourKeys = useShortcutOf('inbox.hour');
  const declineKeys = useShortcutOf('inbox.decline');
  const mayApprove = onCompare === undefined && [once, hour, always].some((answer) => answer !== undefined);
  const unread = isRead ? undefined : `${id}-unread`;
  return (
    <>
      <div
        className={classes(styles['answers'], readiness !== 'ready' && styles['guarded'])}
        role="group"
        aria-label={text('approvals.answer')}
        data-readiness={readiness}
        // A new request can't be pressed or focused. A moved one keeps its focus and ignores presses.
        inert={readiness === 'fresh'}
        onKeyDownCapture={(event) => {
          if (event.key !== 'Escape' || !isAlways) return onKeyDownCapture(event);
          event.stopPropagation();
          closeAlways();
        }}
      >
        {!isRead && mayApprove && (
          <p id={`${id}-unread`} className={styles['scope']}>
            {text('requests.unread')}
          </p>
        )}
        {children}
        {onCompare === undefined && hour !== undefined && (
          <p id={`${id}-hour`} className={styles['scope']}>
            {hour.explain}
          </p>
        )}
        {isAlways && always !== undefined && (
          <div id={`${id}-always`} className={styles['always']} role="group" aria-label={always.label}>
            {alwaysAgent !== undefined && (
              <>
                <p className={styles['scope']}>{alwaysAgent.explain}</p>
                <div className={styles['buttons']}>
                  <Button
                    busy={busy === 'agent'}
                    disabled={!isRead || (closed && busy !== 'agent')}
                    aria-describedby={unread}
                    onClick={alwaysAgent.onPress}
                  >
                    {alwaysAgent.label}
                  </Button>
                </div>
              </>
            )}
            <p className={styles['scope']}>{always.explain}</p>
            {always.choice}
            <div className={styles['buttons']}>
              <Button
                busy={busy === 'always'}
                disabled={!isRead || (closed && busy !== 'always')}
                reason={always.reason}
                aria-describedby={unread}
                onClick={always.onPress}
              >
                {always.label}
              </Button>
              <Button ref={cancelAlways} variant="quiet" onClick={closeAlways}>
                {text('ui.cancel')}
              </Button>
            </div>
          </div>
        )}
        <div className={styles['buttons']}>
          {onCompare !== undefined && (
            <Button variant="primary" disabled={closed} onClick={onCompare}>
              {text('approvals.compare')}
            </Button>
          )}
          {onCompare === undefined && once !== undefined && (
            <Button
              variant="primary"
              busy={busy === 'once'}
              disabled={!isRead || (closed && busy !== 'once')}
              reason={once.reason}
              aria-describedby={unread}
              aria-keyshortcuts={onceKeys}
              onClick={once.onPress}
            >
              {once.lasting?.label ?? once.label ?? text('approvals.approve.once')}
              {onceKeys !== undefined && <ButtonKeys keys={onceKeys} />}
            </Button>
          )}
          {onCompare === undefined && hour !== undefined && (
            <Button
              variant={once === undefined ? 'primary' : 'secondary'}
              busy={busy === 'hour'}
              disabled={!isRead || (closed && busy !== 'hour')}
              aria-describedby={`${id}-hour`}
              aria-keyshortcuts={hourKeys}
              onClick={hour.onPress}
            >
              {hour.label}
              <ButtonKeys keys={hourKeys} />
            </Button>
          )}
          <Button
            busy={busy === 'decline'}
            disabled={closed && busy !== 'decline'}
            aria-keyshortcuts={declineKeys}
            onClick={onDecline}
          >
            {decline ?? text('approvals.decline')}
            <ButtonKeys keys={declineKeys} />
          </Button>
          {onCompare === undefined && always?.lead !== undefined && !isAlways && (
            <Button variant="quiet" disabled={closed} onClick={() => setAlways(true)}>
              {always.lead}
            </Button>
          )}
          {items.length > 0 && (
            <Menu
              label={text('inbox.more')}
              trigger={<IconButton ref={more} label={text('inbox.more')} icon={<Ellipsis />} />}
              items={items}
              // The answer that lasts isn't a second press of the same key away.
              returnFocus={() => cancelAlways.current}
            />
          )}
        </div>
        {onReason !== undefined && <DecisionNote reason={reason} onChange={onReason} />}
      </div>
      {error !== undefined && <ErrorNotice error={error} onDismiss={onDismiss} />}
    </>
  );
}
