import { ShieldCheck } from 'lucide-react';
import { useId, useLayoutEffect, useRef, useState, type ReactElement } from 'react';
import type { ApprovalView } from '#shared/app-api/index.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import { text } from '../../../locale/index.ts';
import {
  Button,
  Caution,
  classes,
  Countdown,
  ErrorNotice,
  Mono,
  UntrustedText,
  formatMoment,
  quoteUntrusted,
  useNow,
} from '../../../ui/index.ts';
import { requestText } from '../../peers/index.ts';
import { RelayReadsChip } from '../../plain-relays/index.ts';
import styles from './approval-card.module.css';
import type { ArrivalGuard } from '../decision/arrival-guard.ts';
import { CommandBox } from './command-box.tsx';
import { DecisionNote } from './decision-note.tsx';
import { FactBox } from './fact-box.tsx';
import { FactList } from './fact-list.tsx';
import { useDecision } from '../decision/use-decision.ts';
import { useGuardedCard } from '../decision/use-guarded-card.ts';

export type ApprovalCardProps = Readonly<{
  approval: ApprovalView;
  /** Decides when the buttons of this card accept a press. */
  guard: ArrivalGuard;
  /** Opens the peer's safety number; undefined when the peer was forgotten. */
  onSafetyNumber: (() => void) | undefined;
  /** Opens the dialog that compares the pairing words. */
  onCompare(): void;
  /** Opens the dialog that ignores the peer. */
  onIgnore(): void;
  /** Called when the card is removed while it has the focus. */
  onFocusLost(): void;
}>;

/**
 * Shows one request of a peer: who asks, for which right, with which command or facts, until when, and buttons to approve, deny or ignore. Approving
 * can be remembered, and needs all of the request to have been in sight; a field takes an optional reason. Until the pairing words are confirmed, a
 * button to compare them replaces approving. Another one opens the safety number. An answer is sent by `approvals.decide`, with a toast or an error
 * as the result. No answer has the focus at first, and the guard ignores clicks and keys that were meant for something else.
 */
export function ApprovalCard({
  approval,
  guard,
  onSafetyNumber,
  onCompare,
  onIgnore,
  onFocusLost,
}: ApprovalCardProps): ReactElement {
  const id = useId();
  const now = useNow();
  const card = useRef<HTMLLIElement>(null);
  const decision = useDecision(approval);
  const [remember, setRemember] = useState(false);
  const [over, setOver] = useState(false);
  const [reason, setReason] = useState('');
  const facts = approval.facts ?? [];
  const [isCommandRead, setCommandRead] = useState(false);
  const [areFactsRead, setFactsRead] = useState(facts.length === 0);
  const isRead = isCommandRead && areFactsRead;
  const name = quoteUntrusted(approval.peerName);
  const request = text(`approvals.request.${approval.kind}.${approval.right}`);
  // A target is one address of many: the person approves it once or permanently.
  const { right } = approval;
  const isTarget = right === 'forward';
  const isUncompared = approval.uncompared === true;
  const isApproving = decision.busy === 'approve' && !(isTarget && remember);
  const closed = over || decision.busy !== undefined;

  const { readiness, isReady, holdKeys } = useGuardedCard(
    card,
    guard,
    approval.id,
    decision.error !== undefined,
    onFocusLost,
  );

  // The approve button appears where a press on Compare may be under way.
  useLayoutEffect(() => (isUncompared ? () => guard.shown() : undefined), [guard, isUncompared]);

  const answer = (act: () => void) => (): void => {
    if (isReady() && !closed) act();
  };
  const approve = (forGood: boolean): void => {
    setRemember(forGood);
    void decision.decide('approve', forGood, reason);
  };

  return (
    <li ref={card} className={styles['card']} aria-labelledby={`${id}-title`} data-approval={approval.id}>
      <header className={styles['header']}>
        <h3 id={`${id}-title`} className={styles['title']}>
          <span className={styles['name']}>
            <UntrustedText>{approval.peerName}</UntrustedText>
          </span>{' '}
          <span className={styles['request']}>{request}</span>
        </h3>
        <Countdown until={approval.expiresAt} onEnd={() => setOver(true)} />
      </header>
      <p className={styles['requester']}>
        {approval.relayReads === true ? <RelayReadsChip /> : <Mono>{shortPeerId(approval.peerId as PeerId)}</Mono>}
        {onSafetyNumber !== undefined && (
          <Button
            variant="quiet"
            size="small"
            icon={<ShieldCheck aria-hidden="true" />}
            aria-label={text('approvals.safety-number.of', { name })}
            onClick={onSafetyNumber}
          >
            {text('approvals.safety-number')}
          </Button>
        )}
      </p>
      {isUncompared && <Caution className={styles['uncompared']}>{text('approvals.uncompared', { name })}</Caution>}
      {approval.relayReads === true && (
        <Caution className={styles['uncompared']}>{text('approvals.relay-reads', { name })}</Caution>
      )}
      <CommandBox
        label={text('approvals.wants')}
        command={requestText(approval.right, approval.detail)}
        isProse={right === 'prompt'}
        onRead={() => setCommandRead(true)}
      />
      {facts.length > 0 && (
        <FactBox onRead={() => setFactsRead(true)}>
          <FactList facts={facts} />
        </FactBox>
      )}
      <p className={styles['times']}>
        {text('approvals.requested', { at: formatMoment(approval.requestedAt, now) })}
        {' · '}
        {over
          ? text('approvals.over')
          : text('approvals.answer-until', { until: formatMoment(approval.expiresAt, now) })}
      </p>
      <div
        className={classes(styles['answers'], readiness !== 'ready' && styles['guarded'])}
        role="group"
        aria-label={text('approvals.answer')}
        data-readiness={readiness}
        // A new request can't be pressed or focused. A moved one keeps its focus and ignores presses.
        inert={readiness === 'fresh'}
        onKeyDownCapture={holdKeys}
      >
        {isUncompared ? null : isTarget ? (
          <p id={`${id}-scope`} className={styles['scope']}>
            {text('approvals.target.scope', { name })}
          </p>
        ) : (
          <label className={styles['remember']}>
            <input
              type="checkbox"
              checked={remember}
              disabled={closed}
              aria-labelledby={`${id}-remember`}
              aria-describedby={`${id}-remember-explain`}
              onChange={(event) => setRemember(event.target.checked)}
            />
            <span id={`${id}-remember`}>{text(`approvals.remember.${approval.kind}.${right}`)}</span>
            <span id={`${id}-remember-explain`} className={styles['explain']}>
              {text(`approvals.remember.${approval.kind}.${right}.explain`, { name })}
            </span>
          </label>
        )}
        {!isRead && !isUncompared && (
          <p id={`${id}-unread`} className={styles['scope']}>
            {text('requests.unread')}
          </p>
        )}
        <div className={styles['buttons']}>
          {isUncompared ? (
            <Button variant="primary" disabled={closed} onClick={answer(onCompare)}>
              {text('approvals.compare')}
            </Button>
          ) : (
            <Button
              variant="primary"
              busy={isApproving}
              disabled={!isRead || (closed && !isApproving)}
              aria-describedby={isRead ? undefined : `${id}-unread`}
              onClick={answer(() => approve(isTarget ? false : remember))}
            >
              {text(isTarget ? 'approvals.approve.once' : 'approvals.approve')}
            </Button>
          )}
          {isTarget && !isUncompared && (
            <Button
              busy={decision.busy === 'approve' && remember}
              disabled={!isRead || (closed && !(decision.busy === 'approve' && remember))}
              aria-describedby={isRead ? undefined : `${id}-unread`}
              onClick={answer(() => approve(true))}
            >
              {text('approvals.approve.target')}
            </Button>
          )}
          <Button
            busy={decision.busy === 'not-now'}
            disabled={closed && decision.busy !== 'not-now'}
            onClick={answer(() => void decision.decide('not-now', false, reason))}
          >
            {text('approvals.not-now')}
          </Button>
          <Button variant="quiet" disabled={closed} onClick={answer(onIgnore)}>
            {text('approvals.ignore')}
          </Button>
        </div>
        <DecisionNote reason={reason} onChange={setReason} />
      </div>
      {decision.error !== undefined && (
        <div className={styles['error']}>
          <ErrorNotice error={decision.error} onDismiss={decision.reset} />
        </div>
      )}
    </li>
  );
}
