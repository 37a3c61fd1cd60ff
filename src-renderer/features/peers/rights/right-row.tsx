import {
  ArrowLeftRight,
  Bot,
  Eye,
  FileInput,
  Handshake,
  MessageSquare,
  Power,
  FolderOpen,
  SquareTerminal,
  Waypoints,
} from 'lucide-react';
import { useId, useState, type ReactElement, type ReactNode } from 'react';
import type { AgentGrant, Grant, PeerView, Right, RightDecision } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { ErrorNotice, Segments, browserClock, quoteUntrusted } from '../../../ui/index.ts';
import styles from './access.module.css';
import { Confirmation } from './confirmation.tsx';
import { DECISIONS, chosenGrant, endsBeforePeer, hasEnd, pendingGrant, revokes } from './right-choice.ts';
import { EndDate, RightEndChoice } from './right-end-choice.tsx';
import { resolveEnd } from './right-ends.ts';
import { SavedMark } from './saved-mark.tsx';
import { DEFAULT_SEND_LIMIT } from './send-limit.tsx';
import { useOpenTerminals } from './use-open-terminals.ts';
import { useSaved } from './use-saved.ts';
import { useWaiting } from './use-waiting.ts';

const ICONS: Readonly<Record<Right, typeof Eye>> = {
  terminal: SquareTerminal,
  view: Eye,
  forward: ArrowLeftRight,
  relay: Waypoints,
  prompt: Bot,
  message: MessageSquare,
  send: FileInput,
  wake: Power,
  files: FolderOpen,
  introduce: Handshake,
};
const TONES = { allow: 'good', ask: undefined, deny: 'bad' } as const;

/** Change that waits for a confirmation. `was`: grant that the person saw. `terminals`: number of open terminals that it closes. */
type Waiting = Readonly<{ decision: RightDecision; was: Grant; terminals: number }>;

export type RightRowProps = Readonly<{
  peer: PeerView;
  right: Right;
  /** Details of the right, below its meaning. */
  children?: ReactNode;
}>;

/**
 * Row of one right: its meaning, its decision and its end. A change is saved at once (`rights.set`), with the grant that the person saw, so that a
 * change made elsewhere meanwhile isn't overwritten, and can be taken back for a moment. Allowing terminals or forwards, and closing open terminals,
 * first asks for a confirmation in the row.
 */
export function RightRow({ peer, right, children }: RightRowProps): ReactElement {
  const id = useId();
  const set = useCall('rights.set');
  const setAgent = useCall('rights.setAgent');
  const countTerminals = useOpenTerminals(peer.peerId);
  const [waiting, setWaiting] = useWaiting<Waiting>(peer, set.busy);
  const [isDating, setDating] = useState(false);
  const [isSaved, showSaved] = useSaved();
  /** Grant before the last change; undefined after it was taken back. */
  const [before, setBefore] = useState<Grant>();
  /** Agents that were allowed or asked about on their own, which `deny` has ended. */
  const [ended, setEnded] = useState<readonly AgentGrant[]>([]);
  const name = quoteUntrusted(peer.name);
  const grant = chosenGrant(peer, right);
  const label = text(`access.${right}`);
  const Icon = ICONS[right];
  const wide = isWide(right) ? right : 'terminal';

  const save = async (chosen: Grant, was: Grant): Promise<void> => {
    if (set.busy) return;
    const agents = right === 'message' && chosen.decision === 'deny' ? (peer.agents ?? []) : [];
    const saved = await set.run({ peer: peer.peerId, right, ...chosen, was });
    setWaiting(undefined);
    setDating(false);
    if (saved === undefined) return;
    setBefore(was);
    setEnded(agents.filter((one) => one.decision !== 'deny'));
    showSaved();
  };
  const undo = async (replaced: Grant): Promise<void> => {
    const agents = ended;
    await save(replaced, peer.rights[right]);
    setBefore(undefined);
    // eslint-disable-next-line no-await-in-loop -- one after the other
    for (const one of agents) await setAgent.run({ peer: peer.peerId, ...one });
  };
  const choose = async (decision: RightDecision): Promise<void> => {
    if (set.busy) return;
    set.reset();
    setDating(false);
    const was = peer.rights[right];
    if (decision === grant.decision) return setWaiting(undefined);
    if (isWide(right) && decision === 'allow') return setWaiting({ decision, was, terminals: 0 });
    if (right !== 'terminal') return save(fresh(right, decision), was);
    const terminals = revokes(grant, decision) ? await countTerminals() : 0;
    if (terminals > 0) return setWaiting({ decision, was, terminals });
    return save(fresh(right, decision), was);
  };

  return (
    <li className={styles['row']} data-right={right} aria-labelledby={`${id}-name`}>
      <Icon className={styles['icon']} aria-hidden="true" />
      <div className={styles['words']}>
        <div className={styles['line']}>
          <span id={`${id}-name`} className={styles['name']}>
            {label}
          </span>
          <SavedMark shown={isSaved} onUndo={before === undefined ? undefined : () => void undo(before)} />
        </div>
        <p id={`${id}-about`} className={styles['about']}>
          {text(`access.${right}.about`)}
        </p>
        {pendingGrant(peer, right) !== undefined && <p className={styles['about']}>{text('access.pending')}</p>}
      </div>
      <div className={styles['decision']}>
        <Segments
          label={label}
          describedBy={`${id}-about`}
          value={grant.decision}
          waiting={waiting?.decision}
          options={DECISIONS.map((decision) => ({
            value: decision,
            label: text(`access.${decision}`),
            tone: TONES[decision],
            description: text(`peers.rights.${right}.${decision}.explain`),
          }))}
          onChange={(decision) => void choose(decision)}
        />
      </div>
      <div className={styles['end']}>
        {hasEnd(grant.decision) && waiting === undefined && (
          <RightEndChoice
            label={text('access.end', { right: label })}
            expiresAt={grant.expiresAt}
            onChoose={(end) => {
              const resolved = resolveEnd(end, '', browserClock.now());
              if (resolved.kind === 'end') void save({ ...grant, expiresAt: resolved.expiresAt }, peer.rights[right]);
            }}
            onDate={() => setDating(true)}
          />
        )}
      </div>
      <div className={styles['below']}>
        {waiting !== undefined && (
          <Confirmation
            message={
              waiting.terminals > 0
                ? text('access.closes', { name, count: waiting.terminals })
                : text(`access.${wide}.confirm`, { name })
            }
            apply={waiting.terminals > 0 ? text(`access.closes.${askOrDeny(waiting)}`) : text(`access.${wide}.apply`)}
            busy={set.busy}
            onApply={() => void save(fresh(right, waiting.decision), waiting.was)}
            onCancel={() => setWaiting(undefined)}
          />
        )}
        {isDating && (
          <EndDate
            expiresAt={grant.expiresAt}
            busy={set.busy}
            onSet={(expiresAt) => void save({ ...grant, expiresAt }, peer.rights[right])}
            onCancel={() => setDating(false)}
          />
        )}
        {grant.decision !== 'ask' && endsBeforePeer(grant, peer) && !isDating && waiting === undefined && (
          <p className={styles['after']}>
            {grant.decision === 'allow' ? text(`peers.rights.${right}.after`) : text('peers.rights.end.after-deny')}
          </p>
        )}
        {children}
        {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
        {setAgent.error !== undefined && <ErrorNotice error={setAgent.error} onDismiss={setAgent.reset} />}
      </div>
    </li>
  );
}

/** Returns the grant for a decision that a person has just made: without an end, and for files up to the usual size. */
function fresh(right: Right, decision: RightDecision): Grant {
  const isLimited = right === 'send' && decision === 'allow';
  return { decision, expiresAt: null, ...(isLimited ? { most: DEFAULT_SEND_LIMIT } : {}) };
}

function askOrDeny({ decision }: Waiting): 'ask' | 'deny' {
  return decision === 'deny' ? 'deny' : 'ask';
}

/** Reports whether allowing a right allows much. */
function isWide(right: Right): right is 'terminal' | 'forward' {
  return right === 'terminal' || right === 'forward';
}
