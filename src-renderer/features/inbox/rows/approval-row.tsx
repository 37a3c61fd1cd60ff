import { ShieldCheck } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type ReactElement } from 'react';
import { isProse, type ApprovalView } from '#shared/app-api/index.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import { text } from '../../../locale/index.ts';
import { useShortcutOf } from '../../../keys/index.ts';
import { useApp } from '../../../store/index.ts';
import {
  Button,
  Caution,
  Mono,
  UntrustedText,
  formatBytes,
  formatMomentWithSeconds,
  quoteUntrusted,
  useNow,
  type ArrivalGuard,
  useGuardedRow,
} from '../../../ui/index.ts';
import { BrowserChip, offeredLimit, requestDetail, SendLimitChoice } from '../../peers/index.ts';
import { RelayReadsChip } from '../../plain-relays/index.ts';
import { reachOf } from '../../relay-reach/index.ts';
import { useDecision, type ApprovalScope } from '../decision/use-decision.ts';
import { Answers } from './answers.tsx';
import { CommandBox, MarkedText } from './command-box.tsx';
import { FactBox } from './fact-box.tsx';
import { FactList } from './fact-list.tsx';
import { isRightForOnce } from './once.ts';
import { approvalRequest, isSaidByTitle } from './request-title.ts';
import { RowFrame, type RowState } from './row-frame.tsx';
import styles from './row.module.css';
import { useRowHandle, type RegisterRow } from './use-row-handle.ts';

/** Length of an approval for a time, ms. */
const HOUR = 3_600_000;

export type ApprovalRowProps = Readonly<{
  approval: ApprovalView;
  row: RowState;
  /** Decides when the answers of this row accept a press. */
  guard: ArrivalGuard;
  register: RegisterRow;
  /** Opens the peer's safety number; undefined when the peer was forgotten. */
  onSafetyNumber: (() => void) | undefined;
  /** Opens the dialog that compares the pairing words. */
  onCompare(): void;
  /** Opens the dialog that ignores the peer. */
  onIgnore(): void;
  /** Called when the row is removed while it has the focus. */
  onFocusLost(): void;
}>;

/**
 * Row of a peer's request: who asks, for which right, with which command or facts, and the answers. Approving needs all of the request to have been in
 * sight. Until the pairing words are confirmed, a button to compare them replaces approving. An answer is sent by `approvals.decide`.
 */
export function ApprovalRow({
  approval,
  row,
  guard,
  register,
  onSafetyNumber,
  onCompare,
  onIgnore,
  onFocusLost,
}: ApprovalRowProps): ReactElement {
  const now = useNow();
  const element = useRef<HTMLLIElement>(null);
  const decision = useDecision(approval);
  const [sent, setSent] = useState<ApprovalScope>('once');
  const [over, setOver] = useState(false);
  const [reason, setReason] = useState('');
  /** Size up to which later files are accepted, bytes; undefined for no limit. */
  const [most, setMost] = useState(() => offeredLimit(approval.size ?? 0));
  // At another machine nothing that lasts can be granted.
  const isElsewhere = approval.machine !== undefined;
  // Only the setting for browsers decides then, and each later request asks again.
  const isAskedEachTime = useApp(({ status }) => status?.browsers === 'ask') && approval.browser === true;
  const isOnceOnly = isElsewhere || isAskedEachTime;
  const facts = approval.facts ?? [];
  const isWholeInTitle = isSaidByTitle(approval);
  const [isCommandRead, setCommandRead] = useState(isWholeInTitle);
  const [areFactsRead, setFactsRead] = useState(facts.length === 0);
  const isRead = isCommandRead && areFactsRead;
  const { kind, right, peerName } = approval;
  const name = quoteUntrusted(peerName);
  const request = approvalRequest(approval);
  const command = requestDetail(right, approval.detail);
  const isFiles = right === 'send';
  const isDesktop = useApp((state) => state.facts?.kind === 'desktop');
  const isUncompared = approval.uncompared === true;
  const closed = over || decision.busy !== undefined;
  const guarded = useGuardedRow(element, guard, approval.id, decision.error !== undefined, onFocusLost);

  // The approve button appears where a press on Compare may be under way.
  useLayoutEffect(() => (isUncompared ? () => guard.shown() : undefined), [guard, isUncompared]);

  const answer = (act: () => void) => (): void => {
    if (guarded.isReady() && !closed) act();
  };
  const approve = (scope: ApprovalScope): void => {
    setSent(scope);
    void decision.decide('approve', scope, reason);
  };
  const relayKeys = useShortcutOf('inbox.relay');
  const lasts = !isRightForOnce(right);
  const mayAllow = row.isOpen && isRead && !isUncompared;
  const mayApprove = mayAllow && !lasts;
  const decline = answer(() => void decision.decide('not-now', 'once', reason));
  const hour =
    right === 'forward'
      ? {
          label: text('approvals.approve.hour.target'),
          explain: text('approvals.target.hour', { name }),
          onPress: answer(() => approve('once')),
        }
      : right === 'terminal' && !isOnceOnly
        ? {
            label: text('approvals.approve.hour'),
            explain: text('approvals.terminal.hour', { name }),
            onPress: answer(() => approve({ duration: HOUR })),
          }
        : undefined;
  useRowHandle(register, approval.id, {
    mayApprove,
    lasts,
    approve: () => {
      if (mayApprove) answer(() => approve('once'))();
    },
    missing: (how) => {
      const isOffered = { approve: !lasts, hour: hour !== undefined, relay: right === 'use-relay' }[how];
      if (!isOffered) return text('inbox.ignored.not-offered');
      if (isUncompared) return text('inbox.ignored.compare');
      return isRead ? undefined : text('requests.unread');
    },
    hour: () => {
      if (mayAllow) hour?.onPress();
    },
    relay: () => {
      if (right === 'use-relay' && mayAllow) answer(() => approve('once'))();
    },
    decline,
  });
  const isForHour = (typeof sent === 'object' && 'duration' in sent) || (right === 'forward' && sent === 'once');
  const approving = isForHour ? 'hour' : typeof sent === 'object' ? 'always' : sent;

  return (
    <RowFrame
      ref={element}
      row={row}
      data-approval={approval.id}
      title={
        <>
          <span className={styles['name']}>
            <UntrustedText>{peerName}</UntrustedText>
          </span>{' '}
          <span>{request}</span>
        </>
      }
      name={`${name} ${request}`}
      summary={<ApprovalSummary approval={approval} />}
      expiresAt={approval.expiresAt}
      onEnd={() => setOver(true)}
    >
      {isUncompared && <Caution>{text('approvals.uncompared', { name })}</Caution>}
      {approval.relayReads === true && <Caution>{text('approvals.relay-reads', { name })}</Caution>}
      {!isWholeInTitle && (
        <CommandBox
          label={text(right === 'use-relay' ? 'approvals.offers' : isFiles ? 'approvals.names' : 'approvals.wants')}
          command={command}
          isProse={isProse(right)}
          onRead={() => setCommandRead(true)}
        />
      )}
      {facts.length > 0 && (
        <FactBox onRead={() => setFactsRead(true)}>
          <FactList facts={facts} />
        </FactBox>
      )}
      {right === 'use-relay' && <OfferMeaning approval={approval} />}
      <p className={styles['asked']}>
        <span>
          {over
            ? text('approvals.over')
            : text('approvals.requested', { at: formatMomentWithSeconds(approval.requestedAt, now) })}
        </span>
        {approval.relayReads === true ? (
          <RelayReadsChip />
        ) : (
          <span>{text('peers.short-id', { id: shortPeerId(approval.peerId as PeerId) })}</span>
        )}
        {approval.browser === true && <BrowserChip />}
        {onSafetyNumber !== undefined && (
          <Button
            variant="quiet"
            size="small"
            edge="start"
            icon={<ShieldCheck aria-hidden="true" />}
            aria-label={text('approvals.safety-number.of', { name })}
            onClick={onSafetyNumber}
          >
            {text('approvals.safety-number')}
          </Button>
        )}
      </p>
      <Answers
        readiness={guarded.readiness}
        onKeyDownCapture={guarded.holdKeys}
        busy={decision.busy === 'approve' ? approving : decision.busy === 'not-now' ? 'decline' : undefined}
        closed={closed}
        isRead={isRead}
        once={
          right === 'forward'
            ? undefined
            : {
                label: isFiles ? text('approvals.accept') : undefined,
                lasting: lasts ? { label: text('approvals.use-relay.apply'), keys: relayKeys } : undefined,
                onPress: answer(() => approve('once')),
              }
        }
        hour={hour}
        always={
          right === 'use-relay' || isOnceOnly
            ? undefined
            : right === 'forward'
              ? {
                  label: text('approvals.approve.target'),
                  explain: text('approvals.target.scope'),
                  onPress: answer(() => approve('always')),
                }
              : {
                  label: text(`approvals.remember.${kind}.${right}`),
                  explain:
                    isFiles && most !== undefined
                      ? text('approvals.remember.right.send.explain.most', { name, size: formatBytes(most) })
                      : text(`approvals.remember.${kind}.${right}.explain`, { name }),
                  lead: isFiles ? text('approvals.always-from') : undefined,
                  choice: isFiles ? <SendLimitChoice most={most} disabled={closed} onChange={setMost} /> : undefined,
                  onPress: answer(() => approve(isFiles && most !== undefined ? { remember: true, most } : 'always')),
                }
        }
        alwaysAgent={
          isOnceOnly || approval.agent === undefined
            ? undefined
            : {
                label: text('approvals.remember.agent', { agent: approval.agent }),
                explain: text('approvals.remember.agent.explain', { name, agent: approval.agent }),
                onPress: answer(() => approve('agent')),
              }
        }
        other={
          isFiles && isDesktop && !isElsewhere
            ? { label: text('approvals.accept.into'), onPress: answer(() => void decision.acceptInto()) }
            : undefined
        }
        decline={isFiles ? text('approvals.not-now') : undefined}
        onCompare={isUncompared ? answer(onCompare) : undefined}
        onDecline={decline}
        ignore={
          right === 'use-relay' || isElsewhere
            ? undefined
            : { label: text('inbox.ignore', { name }), onPress: answer(onIgnore) }
        }
        reason={reason}
        onReason={isElsewhere ? undefined : setReason}
        error={decision.error}
        onDismiss={decision.reset}
      />
    </RowFrame>
  );
}

/**
 * Explains what the approval of an offered relay means, from where it can be reached as far as its address tells, and that it replaces the relay in
 * use. An offer carries no test of the relay, so nothing is promised of a public address.
 */
function OfferMeaning({ approval }: Readonly<{ approval: ApprovalView }>): ReactElement {
  const isInstead = approval.facts?.some(({ fact }) => fact === 'instead') === true;
  const reach = reachOf(requestDetail(approval.right, approval.detail));
  const means = reach === 'anywhere' ? 'elsewhere' : reach === 'private' ? 'private' : 'network';
  return (
    <>
      {isInstead && <Caution>{text('approvals.use-relay.instead')}</Caution>}
      <p className={styles['scope']}>
        {text(`approvals.use-relay.means.${means}`, { name: quoteUntrusted(approval.peerName) })}
      </p>
    </>
  );
}

/** Command, folder and user of a request in one line. */
export function ApprovalSummary({ approval }: Readonly<{ approval: ApprovalView }>): ReactElement {
  const command = requestDetail(approval.right, approval.detail);
  const valueOf = (wanted: string): string | undefined => approval.facts?.find(({ fact }) => fact === wanted)?.value;
  const folder = valueOf('folder');
  const user = valueOf('user');
  return (
    <>
      {!isSaidByTitle(approval) && (
        <>
          <Mono>
            <span className={styles['what']}>
              <MarkedText>{command}</MarkedText>
            </span>
          </Mono>{' '}
        </>
      )}
      {folder !== undefined && (
        <span className={styles['where']}>
          <span className={styles['joint']}>{text('inbox.in')}</span>{' '}
          <Mono>
            <MarkedText>{folder}</MarkedText>
          </Mono>
          {user !== undefined && (
            <>
              {' '}
              <span className={styles['joint']}>{text('inbox.as')}</span> <MarkedText>{user}</MarkedText>
            </>
          )}
        </span>
      )}
    </>
  );
}
