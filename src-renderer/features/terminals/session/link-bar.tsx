import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall, useIsPaused } from '../../../store/index.ts';
import { Banner, Button, quoteUntrusted, useNow } from '../../../ui/index.ts';
import { LinkProblemText } from '../../peers/index.ts';
import styles from '../terminals.module.css';

/** Time for which a lost link isn't shown, ms. */
const GRACE_PERIOD = 800;

export type LinkBarProps = Readonly<{
  /** Peer of the terminal; undefined once it was removed. */
  peer: PeerView | undefined;
  /** Closes the terminal. */
  onClose(): void;
  /** Called after the person has pressed the button that reconnects or resumes; the terminal gets the focus back. */
  onDone(): void;
}>;

/**
 * Bar over a running terminal whose link is doubtful or lost. The person makes the agent reconnect or resume, or closes the terminal. Covers the
 * screen instead of shrinking it, so that the program doesn't redraw.
 */
export function LinkBar({ peer, onClose, onDone }: LinkBarProps): ReactElement | null {
  const link = peer?.link ?? null;
  if (peer === undefined || link === null || link.state === 'up') return null;
  return <ProblemBar peer={peer} since={link.since} state={link.state} onClose={onClose} onDone={onDone} />;
}

type ProblemBarProps = Omit<LinkBarProps, 'peer'> &
  Readonly<{ peer: PeerView; since: number; state: 'doubtful' | 'reconnecting' }>;

function ProblemBar({ peer, since, state, onClose, onDone }: ProblemBarProps): ReactElement | null {
  const now = useNow(400);
  const reconnect = useCall('peers.reconnect');
  const resume = useCall('agent.resume');
  const isPaused = useIsPaused();
  if (state === 'reconnecting' && now - since < GRACE_PERIOD) return null;
  const name = quoteUntrusted(peer.name);
  return (
    <div className={styles['link-bar']}>
      <Banner
        tone="warning"
        action={
          <span className={styles['actions']}>
            <Button
              size="small"
              onClick={() => {
                void (isPaused ? resume.run({}) : reconnect.run({ peer: peer.peerId }));
                onDone();
              }}
            >
              {text(isPaused ? 'app.banner.paused.resume' : 'terminals.now')}
            </Button>
            <Button size="small" variant="quiet" title={text('terminals.link.close', { peer: name })} onClick={onClose}>
              {text('terminals.close')}
            </Button>
          </span>
        }
      >
        <strong>
          <LinkProblemText peer={peer} />
        </strong>{' '}
        {text(`terminals.link.${isPaused ? 'paused' : state}`)}
      </Banner>
    </div>
  );
}
